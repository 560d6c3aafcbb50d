/// When the buffer's upkeep is due: what `BufferKeeper` keeps on its own thread, by the simulated clock.
struct KeeperRounds {
    var nextCursor: Int64 = 0
    var nextSnapshot: Int64 = 0
    var nextTry: Int64 = 0
    var retryNanoseconds: Int64 = KeeperRounds.firstRetryNanoseconds
    var isPreparing = true
    var hasProblem = false

    static let cursorNanoseconds: Int64 = 5_000_000_000
    static let snapshotNanoseconds: Int64 = 300_000_000_000
    static let firstRetryNanoseconds: Int64 = 1_000_000_000
    static let longestRetryNanoseconds: Int64 = 60_000_000_000
}
