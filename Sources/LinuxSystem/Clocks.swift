internal import CLinux
internal import Glibc

/// The kernel's clocks.
package enum Clocks {
    /// Lets the thread rest; a signal may end it early.
    package static func sleep(milliseconds: UInt32) { usleep(milliseconds * 1000) }

    /// CLOCK_REALTIME in milliseconds since 1970.
    package static func unixMilliseconds() -> Int64 { unixNanoseconds() / 1_000_000 }

    /// CLOCK_REALTIME in nanoseconds since 1970.
    package static func unixNanoseconds() -> Int64 { nanoseconds(CLOCK_REALTIME) }

    /// CLOCK_BOOTTIME in nanoseconds: never set back, counts suspended time.
    package static func bootNanoseconds() -> Int64 { nanoseconds(CLOCK_BOOTTIME) }

    /// CLOCK_MONOTONIC in nanoseconds: never set back, stops in suspend; for measuring durations.
    package static func monotonicNanoseconds() -> Int64 { nanoseconds(CLOCK_MONOTONIC) }

    /// CPU time used by the whole process, in nanoseconds.
    package static func processCPUNanoseconds() -> Int64 { nanoseconds(CLOCK_PROCESS_CPUTIME_ID) }

    /// Whether the kernel holds the wall clock to be synchronised (adjtimex without STA_UNSYNC).
    package static func isSynchronised() -> Bool {
        var state = timex()
        state.modes = 0
        return adjtimex(&state) != TIME_ERROR && state.status & STA_UNSYNC == 0
    }

    private static func nanoseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        // Cannot fail: the clocks above exist on every kernel this runs on.
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
