/// What opening a ring found.
package struct RecoveryReport: Hashable, Sendable {
    /// Why a segment file was left alone: it stays in its slot until its lap comes.
    package enum IgnoredReason: Hashable, Sendable {
        /// Neither copy of the header is whole.
        case damagedHeader
        /// Written by a later version of the format.
        case unknownVersion(UInt16)
        /// Of another ring, or of this ring on another machine.
        case foreign
        /// The header names another slot: the file was copied or renamed.
        case misplaced
        /// The file cannot be opened or read.
        case unreadable
    }

    package struct Ignored: Hashable, Sendable {
        package let fileName: String
        package let reason: IgnoredReason
    }

    /// Whether a new identity was begun: nothing of this machine's was found.
    package var isNewRing = false
    package var segmentCount = 0
    package var recordCount: UInt64 = 0
    /// Records that are missing from the sequence: damaged, or lost with a damaged segment.
    package var damagedRecordCount: UInt64 = 0
    /// Which they are, as far as there are few; `damagedRangesLeftOut` counts the others.
    package var damagedRanges: [ClosedRange<RecordNumber>] = []
    package var damagedRangesLeftOut: UInt64 = 0
    static let damagedRangeLimit = 64
    /// Records whose segments are not there, and that no segment says it has overwritten: a file was removed or emptied.
    /// Of those that every destination has acknowledged, and of those given up for a smaller `byteCount`, the ring
    /// cannot tell; the owner can, by its cursors and gap records. At most one for each segment.
    package var missingRanges: [ClosedRange<RecordNumber>] = []
    /// What went unacknowledged and may not be written down, because a crash came before the gap records that name it,
    /// or just behind them. The owner, who can read those, says which are (`noteRecorded`).
    package var unrecordedLosses: [OverwrittenRange] = []
    /// Records that no segment has, which the refuge had kept for a process that was killed; nil for none.
    package var unsyncedRecords: ClosedRange<RecordNumber>?
    /// Bytes of a record at the newest segment's end that was being written when the power went.
    package var tornByteCount = 0
    package var ignored: [Ignored] = []
    /// Whether the newest segment could not be synchronised: what is read from it may not be on the disk.
    package var isNewestDoubtful = false
    /// Whether the cursor file held no valid page. Everything that is kept counts as unacknowledged then.
    package var isCursorLost = false

    package mutating func noteDamage(from first: RecordNumber, upTo end: RecordNumber) {
        guard first < end else { return }
        damagedRecordCount += end - first
        if damagedRanges.count < Self.damagedRangeLimit {
            damagedRanges.append(first...end - 1)
        } else {
            damagedRangesLeftOut += 1
        }
    }

    package init(isNewRing: Bool = false) {
        self.isNewRing = isNewRing
    }
}
