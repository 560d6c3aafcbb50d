/// When what must survive a restart is written down again, on CLOCK_BOOTTIME.
struct SnapshotSchedule {
    /// Often enough that the replay after a crash is short, seldom enough to cost the flash nothing. What no journal holds
    /// is written sooner (`SnapshotPace`).
    static let intervalNanoseconds: Int64 = 300_000_000_000
    /// Whoever wants a snapshot before its time must not fill the ring with them.
    static let leastNanoseconds: Int64 = 30_000_000_000

    private var next: Int64
    private var nextEarly: Int64

    init(now: Int64) {
        next = now + SnapshotSchedule.intervalNanoseconds
        nextEarly = now
    }

    /// Whether to write one now. `isWanted` is asked only where one may be written before its time, because it forgets
    /// what it has answered.
    mutating func isDue(_ now: Int64, isWanted: () -> Bool) -> Bool {
        guard now >= next || now >= nextEarly && isWanted() else { return false }
        note(now)
        return true
    }

    /// One is written now, for whatever reason.
    mutating func note(_ now: Int64) {
        next = now + SnapshotSchedule.intervalNanoseconds
        nextEarly = now + SnapshotSchedule.leastNanoseconds
    }
}
