/// Where a walk through a segment stood.
struct ReadPlace: Hashable {
    let segmentNumber: UInt64
    /// The last record before `offset`.
    let record: RecordNumber
    let offset: Int
}
