/// The numbers of records that were found damaged, so that each is counted once, whoever comes by it and how often.
///
/// Kept as stretches in ascending order, at most `stretchLimit`. One more joins the two that are closest, so that very
/// much damage is counted too low rather than again and again.
struct KnownDamage {
    static let stretchLimit = 256
    private(set) var stretches: [ClosedRange<RecordNumber>] = []

    /// Notes damaged numbers and answers how many of them were not known.
    mutating func note(_ range: ClosedRange<RecordNumber>) -> UInt64 {
        let first = stretches.firstIndex { $0.upperBound >= range.lowerBound } ?? stretches.endIndex
        var end = first
        var joined = range
        var unknownCount = range.upperBound - range.lowerBound + 1
        while end < stretches.endIndex, stretches[end].lowerBound <= range.upperBound {
            let common = stretches[end].clamped(to: range)
            unknownCount -= common.upperBound - common.lowerBound + 1
            joined =
                min(joined.lowerBound, stretches[end].lowerBound)...max(joined.upperBound, stretches[end].upperBound)
            end += 1
        }
        stretches.replaceSubrange(first..<end, with: [joined])
        if stretches.count > Self.stretchLimit { joinClosest() }
        return unknownCount
    }

    /// Forgets numbers below `first`, which are in the ring no more.
    mutating func forget(before first: RecordNumber) {
        stretches.removeAll { $0.upperBound < first }
    }

    private mutating func joinClosest() {
        let distances = zip(stretches, stretches.dropFirst()).map { $1.lowerBound - $0.upperBound }
        guard let least = distances.min(), let index = distances.firstIndex(of: least) else { return }
        stretches[index] = stretches[index].lowerBound...stretches[index + 1].upperBound
        stretches.remove(at: index + 1)
    }
}
