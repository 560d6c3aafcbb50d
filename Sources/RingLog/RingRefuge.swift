internal import LinuxSystem

/// Where appended records survive the end of the process until `commit` has them on flash: a file in memory (DESIGN.md,
/// "Refuge").
struct RingRefuge<Disk: RingDisk> {
    static var fileName: String { "unsynced" }
    /// A file that is not whole yet; it gets the other name once it is.
    static var unfinishedFileName: String { "unsynced.new" }

    /// What waits for one commit: the same as long as the segment's durable end does not move.
    private struct Stretch: Hashable {
        let header: RefugeHeader
        var writtenByteCount = 0
        /// A write to it failed: until the next commit there is no refuge.
        var hasFailed = false
    }

    let disk: Disk
    private var file: Disk.File?
    private var stretch: Stretch?
    /// Writes that failed, for the ring's statistics.
    private(set) var failureCount: UInt64 = 0

    init(_ disk: Disk) {
        self.disk = disk
    }

    /// Takes what waits in a segment; false where it cannot.
    mutating func keep(_ segment: OpenSegment, ringID: RingID, machineID: RingID) -> Bool {
        let header = RefugeHeader(
            ringID: ringID, machineID: machineID, segmentNumber: segment.number, firstRecord: segment.pendingFirst,
            durableEnd: segment.durableEnd)
        let isNew = stretch?.header != header
        if isNew { stretch = Stretch(header: header) }
        guard var current = stretch, !current.hasFailed else { return false }
        do throws(SystemError) {
            if isNew {
                try begin(header, segment.pending)
            } else if let file, current.writtenByteCount < segment.pending.count {
                try RingLog<Disk>.write(
                    segment.pending[current.writtenByteCount...], to: file,
                    at: RefugeHeader.byteCount + current.writtenByteCount)
            }
            current.writtenByteCount = segment.pending.count
        } catch {
            failureCount += 1
            current.hasFailed = true
            file = nil
        }
        stretch = current
        return !current.hasFailed
    }

    /// Removes the file, where nothing in it is needed any more.
    mutating func empty() {
        file = nil
        stretch = nil
        // It may not be there; one that stays is known to be old by its records.
        try? disk.remove(Self.fileName)
    }

    /// Replaces the file by one that holds this stretch. Until the new one is whole the old one stays, because what it holds
    /// may have been found by this run's opening and not be on flash yet.
    private mutating func begin(_ header: RefugeHeader, _ records: [UInt8]) throws(SystemError) {
        file = nil
        let made = try disk.create(Self.unfinishedFileName)
        do throws(SystemError) {
            let bytes = header.bytes() + records
            try RingLog<Disk>.write(bytes[...], to: made, at: 0)
            try disk.rename(Self.unfinishedFileName, to: Self.fileName)
        } catch {
            // It would take the memory of others; where it stays, the next one empties it.
            try? disk.remove(Self.unfinishedFileName)
            throw error
        }
        file = made
    }
}
