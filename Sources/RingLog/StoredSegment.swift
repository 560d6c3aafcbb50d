/// A segment whose header is durable.
struct StoredSegment: Hashable {
    let number: UInt64
    let slot: Int
    let firstRecord: RecordNumber
    /// `firstRecord - 1` where there is none.
    var lastRecord: RecordNumber
    /// Where its records end, for readers.
    var endOffset: Int
}
