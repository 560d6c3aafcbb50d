/// Records that went with a segment, as the header of the one that took its place says (DESIGN.md, "Segment header").
struct ReplacedRange: Hashable {
    static let byteCount = 32

    let segmentNumber: UInt64
    let first: RecordNumber
    var last: RecordNumber
    /// The first of them that some destination had not acknowledged, 0 where nobody waited for any.
    var firstUnacknowledged: RecordNumber

    init(segmentNumber: UInt64, first: RecordNumber, last: RecordNumber, firstUnacknowledged: RecordNumber) {
        self.segmentNumber = segmentNumber
        self.first = first
        self.last = last
        self.firstUnacknowledged = firstUnacknowledged
    }

    init(_ range: OverwrittenRange) {
        self.init(
            segmentNumber: range.segmentNumber, first: range.first, last: range.last,
            firstUnacknowledged: range.firstUnacknowledged ?? 0)
    }

    /// The loss that it tells of, or nil where nobody waited.
    var loss: OverwrittenRange? {
        guard firstUnacknowledged > 0 else { return nil }
        return OverwrittenRange(
            segmentNumber: segmentNumber, first: first, last: last, firstUnacknowledged: firstUnacknowledged,
            isReadable: false)
    }
}
