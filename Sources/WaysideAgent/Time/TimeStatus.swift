/// The clock at one moment, for status, `/metrics` and `/api/v1/buffer`. Counters start with the agent.
struct TimeStatus: Sendable, Equatable {
    var isSynchronised = false
    /// Whether the wall clock is synchronised, or at least not before the program's build and the ring's newest record.
    var isTrusted = false
    var stepCount: UInt64 = 0
    /// Forwards where positive; 0 before the first.
    var lastStepMilliseconds: Int64 = 0
    /// CLOCK_BOOTTIME at which shipping begins whatever the clock says; nil once it has begun.
    var waitsUntilBootNanoseconds: Int64?
    /// Whether shipping began although the clock was not to be trusted.
    var waitedInVain = false
}
