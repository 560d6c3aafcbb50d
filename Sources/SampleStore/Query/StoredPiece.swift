/// A piece of a series as it was read, in the order of which the first sample of a time counts.
enum StoredPiece: Sendable {
    case final(UndecodedPart)
    /// A chunk that a seal wrote.
    case chunk([UInt8], day: CalendarDay, sampleLimit: Int)
    /// What memory had.
    case head(HeadSamples)
    /// What cannot be read, because a page of it is damaged.
    case damaged(CalendarDay)
    /// A piece of which some times are deleted; they ascend and lie apart from each other.
    indirect case less(StoredPiece, times: [ClosedRange<Int64>])
}

extension [StoredPiece] {
    func without(times: [ClosedRange<Int64>]) -> [StoredPiece] {
        times.isEmpty ? self : map { .less($0, times: times) }
    }
}
