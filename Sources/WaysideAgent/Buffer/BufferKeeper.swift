internal import BatchRecord
internal import Daemon
internal import LinuxSystem
internal import Logging
internal import RingLog

/// The buffer's upkeep on a thread of its own: commits that are due, the cursor, snapshots, the making of segments.
struct BufferKeeper: Sendable {
    private let buffer: AgentBuffer
    private let snapshots: @Sendable () -> [StateRecord]
    private let logger: Logger

    private static let roundNanoseconds: Int64 = 250_000_000
    private static let cursorNanoseconds: Int64 = 5_000_000_000
    /// Often enough that the replay after a crash is short, seldom enough to cost the flash nothing.
    private static let snapshotNanoseconds: Int64 = 300_000_000_000

    /// `snapshots` gives the state records of everyone who has some.
    init(
        buffer: AgentBuffer, logger: Logger, snapshots: @escaping @Sendable () -> [StateRecord]
    ) {
        self.buffer = buffer
        self.snapshots = snapshots
        self.logger = logger
    }

    func service() throws -> ThreadService {
        try ThreadService(name: "buffer") { signal in
            var now = Clocks.bootNanoseconds()
            var nextCursor = now + BufferKeeper.cursorNanoseconds
            var nextSnapshot = now + BufferKeeper.snapshotNanoseconds
            var isPreparing = true
            var problem = ""
            while signal.sleep(untilBootNanoseconds: now + (isPreparing ? 0 : BufferKeeper.roundNanoseconds)) {
                now = Clocks.bootNanoseconds()
                do throws(RingError) {
                    if isPreparing { isPreparing = try buffer.prepareStep() }
                    try buffer.commitIfDue(bootNanoseconds: now)
                    if now >= nextCursor {
                        nextCursor = now + BufferKeeper.cursorNanoseconds
                        try buffer.writeCursor()
                    }
                    if now >= nextSnapshot {
                        nextSnapshot = now + BufferKeeper.snapshotNanoseconds
                        try writeSnapshots()
                    }
                    if !problem.isEmpty { logger.notice("the buffer takes writes again") }
                    problem = ""
                } catch {
                    isPreparing = false
                    if problem != "\(error)" {
                        logger.error("the buffer cannot be written", metadata: ["error": "\(error)"])
                    }
                    problem = "\(error)"
                }
            }
            finish()
        }
    }

    private func writeSnapshots() throws(RingError) {
        for record in snapshots() { try buffer.append(record) }
    }

    /// The end of an orderly stop: everything durable, so that the next start repeats nothing.
    private func finish() {
        do throws(RingError) {
            try writeSnapshots()
            try buffer.commit()
            try buffer.writeCursor()
        } catch {
            logger.error("the buffer could not be written at the end", metadata: ["error": "\(error)"])
        }
    }
}
