internal import BatchRecord
internal import DeviceIntake
internal import Logging
internal import MetricModel
internal import RingLog

/// Brings the devices' states back after a restart: the newest snapshot in the ring, and the journals behind it.
enum IntakeRecovery {
    static let owner = "intake"

    /// A snapshot of the desk that stands for every record through `record`.
    ///
    /// The record number is read first: what is taken between then and the snapshot is in it and in a journal behind
    /// it, and replaying a journal that is already applied changes nothing.
    static func record(of desk: DeviceDesk, upTo record: RecordNumber) -> StateRecord {
        StateRecord(owner: owner, lastAppliedRecord: record, payload: desk.snapshot())
    }

    static func restore(
        _ intake: inout DeviceIntake, from buffer: AgentBuffer, clock: ClockReading, logger: Logger
    ) throws(RingError) {
        var snapshot: StateRecord?
        var journals: [(record: RecordNumber, clock: ClockReading, bytes: [UInt8])] = []
        let decoder = BatchRecordDecoder()
        try buffer.read { (ring) throws(RingError) in
            _ = try ring.read(from: ring.oldestRecord) { header, bytes in
                do throws(BatchRecordError) {
                    switch header.kind {
                    case .state:
                        let state = try StateRecord(decoding: bytes)
                        guard state.owner == owner else { return true }
                        journals.removeAll { $0.record <= state.lastAppliedRecord }
                        snapshot = state
                    case .samples:
                        let summary = try decoder.summary(of: bytes)
                        if !summary.annotation.isEmpty {
                            journals.append((header.number, summary.clock, Array(bytes[summary.annotation])))
                        }
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
        do throws(StateError) {
            if let snapshot { try intake.restore(snapshot.payload, clock: clock) }
            for journal in journals { try intake.replay(journal.bytes, storedAt: journal.clock, clock: clock) }
        } catch {
            logger.error("the devices' states cannot be read back, ages begin anew", metadata: ["error": "\(error)"])
        }
    }
}
