/// A crash-safe ring of fixed segments.
///
/// One owner, one thread: nothing here is safe to share. `append` only fills memory; `commit` writes and synchronises,
/// and may block for as long as the disk does. Opening reads and verifies everything and writes nothing; files are
/// made by the first commit, or ahead of time by `prepareStep`.
package final class RingLog<Disk: RingDisk> {
    package let settings: RingSettings
    /// What opening found.
    package let recovery: RecoveryReport
    /// The ring's identity: random, the same for as long as its segments are on this machine.
    package let ringID: RingID
    package private(set) var statistics = RingStatistics()

    private let disk: Disk

    /// Opens the ring on `disk`, or begins one where there is none. Throws only where the names cannot be listed;
    /// files that cannot be read are reported in `recovery`.
    package init(opening disk: Disk, settings: RingSettings) throws(RingError) {
        self.disk = disk
        self.settings = settings
        recovery = RecoveryReport()
        ringID = settings.newRingID
    }

    // MARK: Appending

    /// Appends one record and answers its number. It is durable after the next `commit`.
    ///
    /// `encode` appends the record's bytes. It is called again with the next segment's context where they do not fit
    /// into this one, and must not call the log.
    @discardableResult
    package func append(
        _ kind: RecordKind, flags: RecordFlags = [], encode: (SegmentContext, inout [UInt8]) -> Void
    ) throws(RingError) -> RecordNumber {
        preconditionFailure("not written yet")
    }

    /// Appends records that must be in one segment, and answers the numbers they got; empty where `encode` added none.
    ///
    /// `encode` is called again with an empty group and the next segment's context where they do not fit into this
    /// segment, and must not call the log. All are appended or, on an error, none.
    @discardableResult
    package func appendGroup(
        encode: (SegmentContext, inout RecordGroup) -> Void
    ) throws(RingError) -> Range<RecordNumber> {
        preconditionFailure("not written yet")
    }

    /// Makes everything appended so far durable. On an error it is all still in memory, readable with
    /// `includingUncommitted`, and the next `commit` writes it to another segment than the one that failed.
    package func commit() throws(RingError) {
        preconditionFailure("not written yet")
    }

    /// Bytes that wait for `commit`, record headers included.
    package var uncommittedByteCount: Int { 0 }
    /// The newest record appended, 0 where there is none.
    package var lastRecord: RecordNumber { 0 }
    /// The newest record that is durable, 0 where there is none.
    package var lastDurableRecord: RecordNumber { 0 }
    /// The oldest record that can be read, or the number of the next one where there is none.
    package var oldestRecord: RecordNumber { 1 }

    /// Segments that `append` has decided to reuse, oldest first, taken once. While `isReadable` holds, that is until
    /// the next `commit`, the owner can read their records (`read(from: range.first, through: range.last)`), count
    /// what is lost and append a gap record, which becomes durable with what replaces them. A crash in between is
    /// reported again after opening, with `isReadable` false.
    package func takeOverwritten() -> [OverwrittenRange] { [] }

    // MARK: Reading

    /// Visits records in order from `first` through `last` (the last durable one where nil, or with
    /// `includingUncommitted` the last), until `visit` answers false or records of `byteLimit` bytes were visited; at
    /// least one is, where there is one. Each is verified again; damaged ones are skipped and counted. Answers the number
    /// to go on from. Overwritten records are skipped. The bytes are valid only during the visit, which must not
    /// call the log.
    @discardableResult
    package func read(
        from first: RecordNumber, through last: RecordNumber? = nil, byteLimit: Int = .max,
        includingUncommitted: Bool = false, _ visit: (RecordHeader, UnsafeRawBufferPointer) -> Bool
    ) throws(RingError) -> RecordNumber {
        preconditionFailure("not written yet")
    }

    /// Visits every dictionary record of a segment, carried and repeated ones included, through record `last`, or to
    /// the segment's end where nil. A segment that is gone has none.
    package func readDictionary(
        ofSegment segmentNumber: UInt64, through last: RecordNumber? = nil,
        _ visit: (RecordHeader, UnsafeRawBufferPointer) -> Void
    ) throws(RingError) {
        preconditionFailure("not written yet")
    }

    /// The segment a record is in, or nil where it is gone or not yet written.
    package func segmentNumber(of record: RecordNumber) -> UInt64? { nil }

    // MARK: Destinations

    /// Adds a destination whose next record is `next` (the oldest where nil). One that is known already, from the
    /// cursor file, keeps its place.
    package func addDestination(_ name: String, next: RecordNumber? = nil) throws(RingError) {}

    /// Forgets a destination that is no longer configured, so that nothing is kept for it.
    package func removeDestination(_ name: String) {}

    /// The destinations there are, sorted by name.
    package var destinations: [String] { [] }

    /// Moves a destination's cursor: it needs nothing through `last` any more. Never moves back. In memory until
    /// `writeCursor`.
    package func acknowledge(_ destination: String, through last: RecordNumber) {}

    /// The last record that a destination has acknowledged, 0 where none; nil for an unknown destination.
    package func cursor(of destination: String) -> RecordNumber? { nil }

    /// Makes the cursors durable, if they have moved. Losing them costs duplicates only, so this may be called seldom:
    /// every few seconds and at the end.
    package func writeCursor() throws(RingError) {}

    // MARK: Upkeep

    /// Makes the next segment file, at most `byteLimit` bytes of it now; answers whether there is more to do. The ring
    /// is usable meanwhile: a commit that needs the file finishes it.
    package func prepareStep(byteLimit: Int = 256 << 10) throws(RingError) -> Bool { false }

    /// Tries segments again that failed to take a write; their contents are replaced when their lap comes.
    package func reconsiderFailedSegments() {}

    package var fill: RingFill {
        RingFill(
            capacityByteCount: 0, unacknowledgedByteCount: 0, segmentCount: 0, segmentLimit: 0, failedSegmentCount: 0,
            oldestRecord: 1, lastDurableRecord: 0, oldestUnacknowledgedRecord: nil)
    }
}
