internal import BatchRecord
internal import DeviceIntake
internal import Logging
internal import MetricModel
internal import RingLog

/// Brings the devices' states back after a restart: the newest whole snapshot in the ring, and the journals behind it.
enum IntakeRecovery {
    private static let owner = "intake"

    /// A snapshot of the desk that stands for every record through `record`.
    ///
    /// The record number is read first: what is taken between then and the snapshot is in it and in a journal behind
    /// it, and the intake passes over what a snapshot of its own already holds.
    static func records(of desk: DeviceDesk, upTo record: RecordNumber) -> [StateRecord] {
        SnapshotParts.records(desk.snapshot(), owner: owner, upTo: record)
    }

    /// Brings the intake back, and answers the newest snapshot of wear, which was met on the way.
    static func restore<Disk: RingDisk>(
        _ intake: inout DeviceIntake, from buffer: AgentBuffer<Disk>, clock: ClockReading, logger: Logger
    ) throws(RingError) -> SnapshotParts {
        let found = try scan(buffer, logger)
        take(found.snapshot.newest, found.journals.map(\.bytes), into: &intake, clock: clock, logger: logger)
        return found.wear
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
        var wear = SnapshotParts(owner: WearRecovery.owner)
        var journals: [(record: RecordNumber, bytes: [UInt8])] = []

        mutating func add(_ state: StateRecord) {
            if snapshot.add(state) { journals.removeAll { $0.record <= state.lastAppliedRecord } }
            _ = wear.add(state)
        }
    }

    /// Reads the ring from its oldest record: the newest whole snapshots, and every journal that is not in the intake's.
    private static func scan<Disk: RingDisk>(
        _ buffer: AgentBuffer<Disk>, _ logger: Logger
    ) throws(RingError) -> Found {
        var found = Found()
        let decoder = BatchRecordDecoder()
        try buffer.read { (ring) throws(RingError) in
            _ = try ring.read(from: ring.oldestRecord, includingUncommitted: true) { header, bytes in
                do throws(BatchRecordError) {
                    switch header.kind {
                    case .state:
                        found.add(try StateRecord(decoding: bytes))
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
        }
        return found
    }
}
