internal import LabelMatching

/// An order to delete that a day's file has not been cleaned of yet.
struct DayDeletion: Sendable {
    /// All of them hold for the series that are meant.
    let matchers: [LabelMatcher]
    let unixMilliseconds: ClosedRange<Int64>
    /// The newest seal that was in the file when the order came. Later ones have later samples.
    let throughSeal: Int64
}

extension [DayDeletion] {
    /// The times that are deleted from the final form, or with `seal` from that seal: ascending, apart from each other.
    func times(ofSeal seal: Int64? = nil) -> [ClosedRange<Int64>] {
        if isEmpty { return [] }
        let covering = filter { order in seal.map { $0 <= order.throughSeal } ?? true }
        var times: [ClosedRange<Int64>] = []
        for next in covering.map(\.unixMilliseconds).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = times.last, next.lowerBound <= last.upperBound {
                times[times.count - 1] = last.lowerBound...Swift.max(last.upperBound, next.upperBound)
            } else {
                times.append(next)
            }
        }
        return times
    }
}
