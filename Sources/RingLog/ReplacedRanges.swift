/// A short list of what went, oldest first, as it fits into a segment's header.
struct ReplacedRanges: Hashable {
    static let limit = 13

    private(set) var all: [ReplacedRange] = []

    /// Notes what went, once. Where there is no room, the last range grows over it, and may name more than went.
    mutating func add(_ range: ReplacedRange) {
        if all.contains(where: { $0.segmentNumber == range.segmentNumber }) { return }
        guard all.count == Self.limit, let last = all.popLast() else { return all.append(range) }
        let waitedFor = [last.firstUnacknowledged, range.firstUnacknowledged].filter { $0 > 0 }
        all.append(
            ReplacedRange(
                segmentNumber: last.segmentNumber, first: min(last.first, range.first),
                last: max(last.last, range.last), firstUnacknowledged: waitedFor.min() ?? 0))
    }

    mutating func removeAll(where isGone: (ReplacedRange) -> Bool = { _ in true }) { all.removeAll(where: isGone) }
}
