internal import CLinux
internal import Glibc

/// What adjtimex(2) says of how the kernel steers the wall clock, in the kernel's units.
package struct ClockDiscipline: Sendable, Hashable {
    /// Not TIME_ERROR.
    package var isSynchronised = false
    /// STA_NANO: offset and jitter are in nanoseconds, else in microseconds.
    package var isInNanoseconds = false
    package var offset = 0
    package var frequency = 0
    package var maximumError = 0
    package var estimatedError = 0
    package var status: Int32 = 0
    package var timeConstant = 0
    package var tick = 0
    package var pulseFrequency = 0
    package var pulseJitter = 0
    package var pulseShift: Int32 = 0
    package var pulseStability = 0
    package var jitterExceededCount = 0
    package var calibrationCount = 0
    package var calibrationErrorCount = 0
    package var stabilityExceededCount = 0
    package var atomicTimeOffset: Int32 = 0

    package init() {}

    /// Changes nothing and needs no privilege; a seccomp filter of clock calls answers EPERM.
    package static func read() throws(SystemError) -> ClockDiscipline {
        var state = timex()
        state.modes = 0
        let result = try retryingInterrupts("adjtimex") { adjtimex(&state) }
        var clock = ClockDiscipline()
        clock.isSynchronised = result != TIME_ERROR
        clock.isInNanoseconds = state.status & STA_NANO != 0
        clock.offset = state.offset
        clock.frequency = state.freq
        clock.maximumError = state.maxerror
        clock.estimatedError = state.esterror
        clock.status = state.status
        clock.timeConstant = state.constant
        clock.tick = state.tick
        clock.pulseFrequency = state.ppsfreq
        clock.pulseJitter = state.jitter
        clock.pulseShift = state.shift
        clock.pulseStability = state.stabil
        clock.jitterExceededCount = state.jitcnt
        clock.calibrationCount = state.calcnt
        clock.calibrationErrorCount = state.errcnt
        clock.stabilityExceededCount = state.stbcnt
        clock.atomicTimeOffset = state.tai
        return clock
    }
}
