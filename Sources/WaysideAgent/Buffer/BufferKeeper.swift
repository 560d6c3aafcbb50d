internal import BatchRecord
internal import Daemon
internal import LinuxSystem
internal import Logging
internal import RingLog

/// The buffer's upkeep on a thread of its own: commits that are due, the cursor, snapshots, the making of segments.
struct BufferKeeper: Sendable {
    private let buffer: FlashBuffer
    private let snapshots: @Sendable () -> [StateRecord]
    private let isSnapshotDue: @Sendable () -> Bool
    private let turn: SnapshotTurn
    private let logger: Logger

    private static let roundNanoseconds: Int64 = 250_000_000
    private static let cursorNanoseconds: Int64 = 5_000_000_000
    private static let firstRetryNanoseconds: Int64 = 1_000_000_000
    private static let longestRetryNanoseconds: Int64 = 60_000_000_000

    /// `snapshots` gives the state records of everyone who has some; `isSnapshotDue` says that they must be written before
    /// their time.
    init(
        buffer: FlashBuffer, turn: SnapshotTurn, logger: Logger, isSnapshotDue: @escaping @Sendable () -> Bool,
        snapshots: @escaping @Sendable () -> [StateRecord]
    ) {
        self.isSnapshotDue = isSnapshotDue
        self.turn = turn
        self.buffer = buffer
        self.snapshots = snapshots
        self.logger = logger
    }

    func service() throws -> ThreadService {
        try ThreadService(name: "buffer") { signal in
            var rounds = Rounds(now: Clocks.bootNanoseconds())
            while signal.sleep(untilBootNanoseconds: rounds.next) { round(&rounds) }
            finish()
        }
    }

    /// What is due when, on CLOCK_BOOTTIME.
    private struct Rounds {
        var next: Int64
        var nextCursor: Int64
        var snapshots: SnapshotSchedule
        var nextObservation: Int64
        var isPreparing = true
        /// How long to wait after the next failure; doubles with each.
        var retryNanoseconds = BufferKeeper.firstRetryNanoseconds
        var problem = ""

        init(now: Int64) {
            next = now
            nextObservation = now
            nextCursor = now + BufferKeeper.cursorNanoseconds
            snapshots = SnapshotSchedule(now: now)
        }
    }

    private func round(_ rounds: inout Rounds) {
        let now = Clocks.bootNanoseconds()
        if now >= rounds.nextObservation {
            rounds.nextObservation = now + BufferKeeper.cursorNanoseconds
            buffer.observe(bootNanoseconds: now)
        }
        do {
            let isInTrouble = !rounds.problem.isEmpty || !buffer.status.problem.isEmpty
            if isInTrouble {
                rounds.isPreparing = true
                try buffer.commitAfterFailure()
            }
            try work(&rounds, now)
            if isInTrouble && buffer.status.problem.isEmpty {
                logger.notice("the buffer takes writes again")
                // What was acknowledged meanwhile is not on flash, and with it the devices' journals.
                try writeSnapshots()
            }
            rounds.problem = ""
            rounds.retryNanoseconds = BufferKeeper.firstRetryNanoseconds
            rounds.next = rounds.isPreparing ? now : now + BufferKeeper.roundNanoseconds
        } catch {
            if rounds.problem != "\(error)" {
                logger.error(
                    "flash takes no writes; the buffer is in memory until it does",
                    metadata: ["reason": "\(buffer.status.degraded?.rawValue ?? "")", "error": "\(error)"])
            }
            rounds.problem = "\(error)"
            rounds.next = now + rounds.retryNanoseconds
            rounds.retryNanoseconds = min(2 * rounds.retryNanoseconds, BufferKeeper.longestRetryNanoseconds)
        }
    }

    private func work(_ rounds: inout Rounds, _ now: Int64) throws {
        if rounds.isPreparing { rounds.isPreparing = try buffer.prepareStep() }
        try buffer.commitIfDue(bootNanoseconds: now)
        if now >= rounds.nextCursor {
            rounds.nextCursor = now + BufferKeeper.cursorNanoseconds
            try buffer.writeCursor()
        }
        if rounds.snapshots.isDue(now, isWanted: isSnapshotDue) { try writeSnapshots() }
    }

    private func writeSnapshots() throws(AgentBufferError) {
        try turn.take { () throws(AgentBufferError) in
            for record in snapshots() { try buffer.append(record, bootNanoseconds: Clocks.bootNanoseconds()) }
        }
    }

    /// The end of an orderly stop: everything durable, so that the next start repeats nothing.
    private func finish() {
        do {
            try writeSnapshots()
            try buffer.commit()
            try buffer.writeCursor()
        } catch {
            logger.error("the buffer could not be written at the end", metadata: ["error": "\(error)"])
        }
        buffer.unlock()
    }
}
