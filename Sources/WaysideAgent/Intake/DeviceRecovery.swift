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
        try WearRecovery.restore(
            &wear, snapshot, from: buffer, mappedLabels: intake.mappedChannelLabels, logger: logger)
        intake.numberJournals(after: wear.appliedJournal)
    }

    /// Snapshots of one moment that stand for every record so far, but for those that may yet be lost.
    ///
    /// The record's number is read first: what is taken between then and the snapshots is in them and in a journal behind
    /// them, and is passed over where a snapshot already holds it.
    static func records<Disk: RingDisk>(of desk: DeviceDesk, in buffer: AgentBuffer<Disk>) -> [StateRecord] {
        var record = buffer.status.lastRecord
        let snapshots = desk.snapshots(ringID: buffer.ringID)
        if let unsettled = snapshots.unsettled { record = min(record, unsettled - 1) }
        return SnapshotParts.records(snapshots.intake, owner: IntakeRecovery.owner, upTo: record)
            + SnapshotParts.records(snapshots.wear, owner: WearRecovery.owner, upTo: record)
    }
}
