internal import BatchRecord
internal import DeviceIntake
internal import Logging
internal import MetricModel
internal import RingLog
internal import Wear

/// What the devices' states leave in the ring, all of them: brought back at the start, and written again as long as the
/// agent runs.
enum DeviceRecovery {
    static func restore<Disk: RingDisk>(
        _ intake: inout DeviceIntake, _ wear: inout WearTracker, from buffer: AgentBuffer<Disk>, clock: ClockReading,
        logger: Logger
    ) throws(RingError) {
        // The ring is read once for both.
        var snapshot = SnapshotParts(owner: WearRecovery.owner)
        try IntakeRecovery.restore(&intake, from: buffer, other: &snapshot, clock: clock, logger: logger)
        try WearRecovery.restore(&wear, snapshot, from: buffer, logger: logger)
        intake.numberJournals(after: wear.appliedJournal)
    }

    /// Snapshots that stand for every record so far, but for what is not safe yet.
    static func records<Disk: RingDisk>(of desk: DeviceDesk, in buffer: AgentBuffer<Disk>) -> [StateRecord] {
        IntakeRecovery.records(of: desk, in: buffer) + WearRecovery.records(of: desk, in: buffer)
    }
}
