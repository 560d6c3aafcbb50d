internal import BatchRecord
internal import DeviceIntake
internal import Logging
internal import MetricModel
internal import RingLog
internal import Wear

/// Brings the wear of devices back after a restart: the newest whole snapshot, and the samples of every batch of messages
/// behind it, in their order. A batch is told by its journal, whose number says whether the snapshot holds it.
enum WearRecovery {
    static let owner = "wear"
    /// Whose the records of resets are, which are there to be read by people; the snapshots hold what they did.
    static let resetOwner = "wear-reset"

    /// `mappedLabels` are `DeviceIntake.mappedChannelLabels`.
    static func restore<Disk: RingDisk>(
        _ tracker: inout WearTracker, _ snapshot: SnapshotParts, from buffer: AgentBuffer<Disk>,
        mappedLabels: [String: String], logger: Logger
    ) throws(RingError) {
        var problems: [String] = []
        for part in snapshot.newest {
            do throws(StateError) {
                try tracker.restore(part)
            } catch {
                problems.append("\(error)")
                tracker.damagedCount += 1
            }
        }
        tracker.meetRestored()
        if !tracker.isIdle {
            var replay = WearReplay(position: tracker.appliedJournal, scope: tracker.scope, mappedLabels: mappedLabels)
            try buffer.read { (ring) throws(RingError) in
                try replay.run(from: snapshot.lastAppliedRecord + 1, in: ring, into: &tracker)
            }
            tracker.damagedCount += replay.damagedRecordCount
            tracker.forgetRoutes()
            if replay.damagedRecordCount > 0 {
                problems.append("\(replay.damagedRecordCount) damaged records of samples")
            }
        }
        guard !problems.isEmpty else { return }
        logger.error(
            "some of the wear cannot be read back and is lost",
            metadata: ["problems": "\(problems.joined(separator: "; "))", "parts": "\(snapshot.newest.count)"])
    }
}
