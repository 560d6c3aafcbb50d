internal import BatchRecord
internal import DeviceIntake
internal import Logging
internal import MetricModel
internal import RingLog

/// Brings the devices' states back after a restart: the newest whole snapshot in the ring, and the journals behind it.
enum IntakeRecovery {
    static let owner = "intake"

    /// Brings the intake back, and shows the state records that are met on the way to `other`, whose they may be.
    static func restore<Disk: RingDisk>(
        _ intake: inout DeviceIntake, from buffer: AgentBuffer<Disk>, other: inout SnapshotParts, clock: ClockReading,
        logger: Logger
    ) throws(RingError) {
        let found = try scan(buffer, &other, logger)
        take(found.snapshot.newest, found.journals.map(\.bytes), into: &intake, clock: clock, logger: logger)
    }

    /// Restores the parts and replays the journals. One that cannot be read costs what it holds and nothing more: all
    /// others are taken, and the log says once how many were not.
    static func take(
        _ parts: [[UInt8]], _ journals: [[UInt8]], into intake: inout DeviceIntake, clock: ClockReading, logger: Logger
    ) {
        var firstError: StateError?
        var damagedPartCount = 0
        var damagedJournalCount = 0
        for part in parts {
            do throws(StateError) {
                try intake.restore(part, clock: clock)
            } catch {
                firstError = firstError ?? error
                damagedPartCount += 1
            }
        }
        for journal in journals {
            do throws(StateError) {
                try intake.replay(journal, clock: clock)
            } catch {
                firstError = firstError ?? error
                damagedJournalCount += 1
            }
        }
        guard let firstError else { return }
        logger.error(
            "some of the devices' states cannot be read back, their ages and order begin anew",
            metadata: [
                "error": "\(firstError)", "snapshot_parts": "\(damagedPartCount) of \(parts.count)",
                "journals": "\(damagedJournalCount) of \(journals.count)",
            ])
    }

    private struct Found {
        var snapshot = SnapshotParts(owner: IntakeRecovery.owner)
        var journals: [(record: RecordNumber, bytes: [UInt8])] = []
        /// Segments in which records are missing, and the first number behind them.
        var brokenSegments: [UInt64: RecordNumber] = [:]
        var lastNumber: RecordNumber?

        mutating func pass(_ header: RecordHeader) {
            if let lastNumber, header.number != lastNumber + 1, brokenSegments[header.segmentNumber] == nil {
                brokenSegments[header.segmentNumber] = header.number
            }
            lastNumber = header.number
        }

        mutating func add(_ state: StateRecord) {
            if snapshot.add(state) { journals.removeAll { $0.record <= state.lastAppliedRecord } }
        }
    }

    /// Reads the ring from its oldest record: the newest whole snapshot, and every journal that is not in the intake's.
    private static func scan<Disk: RingDisk>(
        _ buffer: AgentBuffer<Disk>, _ other: inout SnapshotParts, _ logger: Logger
    ) throws(RingError) -> Found {
        var found = Found()
        let decoder = BatchRecordDecoder()
        try buffer.read { (ring) throws(RingError) in
            _ = try ring.read(from: ring.oldestRecord, includingUncommitted: true) { header, bytes in
                found.pass(header)
                do throws(BatchRecordError) {
                    switch header.kind {
                    case .state:
                        let state = try StateRecord(decoding: bytes)
                        found.add(state)
                        _ = other.add(state)
                    case .samples:
                        let annotation = try decoder.summary(of: bytes).annotation
                        if !annotation.isEmpty { found.journals.append((header.number, Array(bytes[annotation]))) }
                    default:
                        break
                    }
                } catch {
                    logger.warning(
                        "a record of the buffer cannot be read",
                        metadata: ["record": "\(header.number)", "error": "\(error)"])
                }
                return true
            }
            for (segment, first) in found.brokenSegments {
                let doubtful = try undeclared(inSegment: segment, from: first, of: ring)
                found.journals.removeAll { doubtful.contains($0.record) }
            }
        }
        return found
    }

    /// The records of a segment in which samples are of series that no record declares.
    ///
    /// A power cut may leave a samples record and take the declarations before it, so that the journal in it would keep
    /// messages from being taken again whose samples nobody can read. Readers pass such a record over, so here it does
    /// not count either. One record is all that a batch of messages takes (`DeviceDesk`).
    private static func undeclared<Disk: RingDisk>(
        inSegment segment: UInt64, from first: RecordNumber, of ring: RingLog<Disk>
    ) throws(RingError) -> Set<RecordNumber> {
        var dictionary = SegmentDictionary()
        try ring.readDictionary(ofSegment: segment) { _, bytes in
            do throws(BatchRecordError) {
                try dictionary.add(bytes)
            } catch {
                // A dictionary record that cannot be read declares nothing.
            }
        }
        var numbers: Set<RecordNumber> = []
        let decoder = BatchRecordDecoder()
        _ = try ring.read(from: first, includingUncommitted: true) { header, bytes in
            guard header.segmentNumber == segment else { return false }
            guard header.kind == .samples else { return true }
            do throws(BatchRecordError) {
                if try decoder.undeclaredCount(of: bytes, with: dictionary) > 0 { numbers.insert(header.number) }
            } catch {
                numbers.insert(header.number)
            }
            return true
        }
        return numbers
    }
}
