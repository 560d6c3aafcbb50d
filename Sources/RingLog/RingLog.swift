package import LinuxSystem

/// A crash-safe ring of fixed segments (DESIGN.md has the layout and what recovery decides).
///
/// One owner, one thread: nothing here is safe to share. `append` only fills memory; `commit` writes and synchronises,
/// and may block for as long as the disk does. Opening reads and verifies everything and writes nothing; files are
/// made by the first commit that needs them, or ahead of time by `prepareStep`.
package final class RingLog<Disk: RingDisk> {
    package let settings: RingSettings
    /// What opening found.
    package let recovery: RecoveryReport
    /// The ring's identity: random, the same for as long as its segments are on this machine.
    package let ringID: RingID
    package internal(set) var statistics = RingStatistics()
    /// The newest record appended, 0 where there is none.
    package internal(set) var lastRecord: RecordNumber
    /// The newest record that some destination had not acknowledged when it was dropped from memory, 0 for none.
    package internal(set) var lastDroppedRecord: RecordNumber = 0
    /// The newest record that is durable, 0 where there is none.
    package internal(set) var lastDurableRecord: RecordNumber

    /// The disk it lives on. Only the log touches its files.
    package let disk: Disk
    var refuge: RingRefuge<Disk>?
    var slots: [Int: RingSlot]
    /// Ascending by number, and so by record.
    var segments: [StoredSegment]
    /// Ascending by number; appends go to the last.
    var open: [OpenSegment]
    var nextSegmentNumber: UInt64
    /// The newest segment of this run whose header the disk may have, durable or not; 0 for none.
    var triedSegmentNumber: UInt64 = 0
    /// What goes or went, for `takeOverwritten`.
    var overwritten: [OverwrittenRange] = []
    /// Segments that are in the ring and were put into `overwritten`.
    var reportedSegments: Set<UInt64> = []
    /// What went while a destination waited for it and no durable gap record is known to name: each new segment's
    /// header does, until one does.
    var unrecorded = ReplacedRanges()
    /// The newest record when the owner last took a loss, and its newest gap record.
    var lastLossTaken: RecordNumber = 0
    var lastGapRecord: RecordNumber = 0
    /// The file written last, so that each commit need not open it.
    var writer: (slot: Int, file: Disk.File)?
    /// A file that is being filled with zeros.
    var making: (file: Disk.File, byteCount: Int)?
    /// An earlier run left a file that it did not finish.
    var hasUnfinishedFile: Bool
    /// Whether the names found at the opening are on the disk: one that an earlier run gave just before its end may not be,
    /// and a power cut would take the file with all that was written to it since.
    var areNamesDurable: Bool
    /// No new file could be made; the ring makes do with those it has.
    var isGrowthBlocked = false
    /// Why the last try to make a file failed.
    var makingFailure: SystemError?
    /// Why the last `commit` failed, nil where it did not. While it is set, a ring that overwrites its oldest keeps
    /// appends in memory (DESIGN.md, "Without a disk").
    package internal(set) var commitFailure: RingError?
    /// A commit is under way: what is appended meanwhile belongs behind what is being written.
    var isReturning = false
    /// The disk could not be opened at all: nothing of it is known and nothing is written to it.
    package let isDetached: Bool
    /// Tries to make a file that failed one after the other.
    var makingFailureCount = 0
    /// Reused by appends, so that they allocate nothing once warm.
    var group = RecordGroup()
    var cursors: CursorPage
    var isCursorDirty = false
    /// Where the cursors stood that have passed what is in `unrecorded`. A power cut may bring that back and take the gap
    /// that names it, so they are written no further.
    var heldCursors: [String: RecordNumber] = [:]
    var cursorFile: Disk.File?
    /// Which records are known to be damaged.
    var damage: KnownDamage
    /// Where earlier reads ended, so that the next need not walk the segment again.
    var readPlaces: [ReadPlace] = []

    /// Opens the ring on `disk`, or begins one where there is none. Throws only where the names cannot be listed;
    /// files that cannot be read are reported in `recovery`.
    ///
    /// `refuge` is a directory in memory, where what waits for `commit` survives the end of the process without wearing the
    /// flash (DESIGN.md, "Refuge"); nil for none.
    ///
    /// `visit` gets every record but dictionaries, in order, as recovery comes by, so that the owner need not read
    /// everything a second time for its gaps, its states and when its samples were taken.
    package init(
        opening disk: Disk, refuge: Disk? = nil, settings: RingSettings,
        visit: (RecordHeader, UnsafeRawBufferPointer) -> Void = { _, _ in }
    ) throws(RingError) {
        let found: RingRecovery<Disk>
        do throws(SystemError) {
            found = try RingRecovery(disk, refuge: refuge, settings: settings, visit: visit)
        } catch { throw .disk(error) }
        self.disk = disk
        self.refuge = refuge.map { RingRefuge($0) }
        isDetached = false
        self.settings = settings
        recovery = found.report
        damage = found.damage
        ringID = found.ringID
        slots = found.slots
        segments = found.segments
        nextSegmentNumber = found.nextSegmentNumber
        cursors = found.cursors ?? CursorPage(ringID: found.ringID, generation: 0, places: [:])
        // A number that a destination has acknowledged must never come again, even where the record was damaged since.
        let acknowledged = cursors.places.values.map { max($0.through, $0.aheadLast) }.max() ?? 0
        let newestRecord = found.segments.last?.lastRecord ?? 0
        let unsynced = found.report.unsyncedRecords
        lastRecord = max(newestRecord, unsynced?.upperBound ?? 0, acknowledged)
        lastDurableRecord = unsynced == nil ? lastRecord : newestRecord
        for (name, place) in cursors.places where place.attempted > lastRecord {
            // A record that was tried and that a power cut took gives its number to another.
            cursors.places[name]?.attempted = lastRecord
        }
        hasUnfinishedFile = found.hasUnfinishedFile
        areNamesDurable = found.slots.isEmpty
        open = []
        if var newest = found.open {
            newest.lastRecord = lastRecord
            if unsynced == nil { newest.pendingFirst = lastRecord + 1 }
            open.append(newest)
        }
        unrecorded = found.unrecorded
        lastLossTaken = lastRecord
        markSurplus()
    }

    /// Begins a ring that lives in memory alone, because the disk cannot be opened: for `failure` all commits fail. Its
    /// numbers go on from `lastRecord`, chosen so that they, and the dictionaries named after them, never meet those
    /// of a ring that takes it over (`takeOver`).
    package init(detachedFrom disk: Disk, settings: RingSettings, failure: SystemError, after lastRecord: RecordNumber)
    {
        precondition(settings.policy == .overwriteOldest, "only such a ring goes on without its disk")
        self.disk = disk
        refuge = nil
        self.settings = settings
        isDetached = true
        recovery = RecoveryReport(isNewRing: true)
        damage = KnownDamage()
        ringID = settings.newRingID
        slots = [:]
        segments = []
        open = []
        nextSegmentNumber = 1
        cursors = CursorPage(ringID: settings.newRingID, generation: 0, places: [:])
        self.lastRecord = lastRecord
        lastDurableRecord = lastRecord
        hasUnfinishedFile = false
        areNamesDurable = true
        commitFailure = .disk(failure)
    }

    /// Bytes that wait for `commit`, record headers included.
    package var uncommittedByteCount: Int { open.reduce(0) { $0 + $1.pending.count } }

    /// The oldest record that can be read, or the number of the next one where there is none.
    package var oldestRecord: RecordNumber {
        segments.first { $0.lastRecord >= $0.firstRecord }?.firstRecord ?? open.first?.pendingFirst ?? lastRecord + 1
    }

    /// Segments that are going to be reused or removed, oldest first, taken once. While `isReadable` holds, that is
    /// until the next `commit`, the owner can read their records (`read(from: range.first, through: range.last)`),
    /// count what is lost and append a gap record, which becomes durable with what replaces them. A crash in between is
    /// reported by the next opening (`RecoveryReport.unrecordedLosses`).
    package func takeOverwritten() -> [OverwrittenRange] {
        defer { overwritten.removeAll() }
        let taken = overwritten.map { range in
            let isReadable =
                segments.contains { $0.number == range.segmentNumber }
                || open.contains { $0.number == range.segmentNumber && !$0.pending.isEmpty }
            // Destinations are added, and acknowledge, after it was found out what will go.
            let waitedFor = firstUnacknowledged(through: range.last).map { max($0, range.first) }
            return OverwrittenRange(
                reason: range.reason, segmentNumber: range.segmentNumber, first: range.first, last: range.last,
                firstUnacknowledged: isReadable ? waitedFor : range.firstUnacknowledged, isReadable: isReadable)
        }
        if taken.contains(where: { $0.firstUnacknowledged != nil }) { lastLossTaken = lastRecord }
        return taken
    }

    /// A durable gap record names what went with this segment.
    package func noteRecorded(segmentNumber: UInt64) {
        unrecorded.removeAll { $0.segmentNumber == segmentNumber }
        releaseCursors()
    }

    /// After everything became durable: the owner has taken all losses and has written gap records since.
    func forgetRecorded() {
        if overwritten.isEmpty && lastGapRecord > lastLossTaken { unrecorded.removeAll() }
        releaseCursors()
    }

    /// How the ring stands now.
    package var fill: RingFill {
        let pages = RingFormat.pageByteCount
        let growth = max(0, settings.byteCount - slots.values.reduce(0) { $0 + $1.byteCount })
        let limit = slots.count + growth / settings.segmentByteCount
        let unacknowledged = firstUnacknowledged(through: lastRecord)
        let held = segments.reduce(0) { sum, segment in
            guard let unacknowledged, segment.lastRecord >= unacknowledged else { return sum }
            return sum + segment.endOffset - pages
        }
        return RingFill(
            capacityByteCount: limit * (settings.segmentByteCount - pages), unacknowledgedByteCount: held,
            segmentCount: slots.count, segmentLimit: limit,
            failedSegmentCount: slots.values.count { $0.hasFailed }, oldestRecord: oldestRecord,
            lastDurableRecord: lastDurableRecord, oldestUnacknowledgedRecord: unacknowledged)
    }
}
