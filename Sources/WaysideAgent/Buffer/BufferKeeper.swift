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
    private let maximumLoss: Duration
    /// A number that grows with what only snapshots keep; nil where journals keep everything.
    private let unjournaled: (@Sendable () -> UInt64)?
    private let turn: SnapshotTurn
    private let logger: Logger

    private static let roundNanoseconds: Int64 = 250_000_000
    private static let cursorNanoseconds: Int64 = 5_000_000_000
    private static let firstRetryNanoseconds: Int64 = 1_000_000_000
    private static let longestRetryNanoseconds: Int64 = 60_000_000_000

    /// `snapshots` gives the state records of everyone who has some; `isSnapshotDue` says that they must be written before
    /// their time. `unjournaled` counts what changed of them that the ring has no other record of, where there is such a
    /// thing: of that a kill costs `maximumLoss`.
    init(
        buffer: FlashBuffer, turn: SnapshotTurn, logger: Logger, maximumLoss: Duration,
        unjournaled: (@Sendable () -> UInt64)?, isSnapshotDue: @escaping @Sendable () -> Bool,
        snapshots: @escaping @Sendable () -> [StateRecord]
    ) {
        self.isSnapshotDue = isSnapshotDue
        self.maximumLoss = maximumLoss
        self.unjournaled = unjournaled
        self.turn = turn
        self.buffer = buffer
        self.snapshots = snapshots
        self.logger = logger
    }

    func service() throws -> ThreadService {
        try ThreadService(name: "buffer") { signal in
            var rounds = Rounds(
                now: Clocks.bootNanoseconds(),
                pace: SnapshotPace(maximumLoss: maximumLoss, changeCount: unjournaled?() ?? 0))
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
        var pace: SnapshotPace
        var isPreparing = true
        /// How long to wait after the next failure; doubles with each.
        var retryNanoseconds = BufferKeeper.firstRetryNanoseconds
        var problem = ""

        init(now: Int64, pace: SnapshotPace) {
            self.pace = pace
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
                try writeSnapshots(&rounds)
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
        if rounds.snapshots.isDue(now, isWanted: isSnapshotDue) {
            try writeSnapshots(&rounds)
        } else if rounds.pace.isDue(bootNanoseconds: now, changeCount: unjournaled?() ?? 0) {
            rounds.snapshots.note(now)
            try writeSnapshots(&rounds)
        }
    }

    private func writeSnapshots(_ rounds: inout Rounds) throws(AgentBufferError) {
        // Before the snapshot, which may hold more than that.
        let changeCount = unjournaled?() ?? 0
        let byteCount = try writeSnapshots()
        rounds.pace.note(
            byteCount: byteCount, changeCount: changeCount, bootNanoseconds: Clocks.bootNanoseconds())
    }

    /// Answers how many bytes they were.
    @discardableResult
    private func writeSnapshots() throws(AgentBufferError) -> Int {
        var byteCount = 0
        try turn.take { () throws(AgentBufferError) in
            for record in snapshots() {
                try buffer.append(record, bootNanoseconds: Clocks.bootNanoseconds())
                byteCount += record.payload.count
            }
        }
        return byteCount
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
