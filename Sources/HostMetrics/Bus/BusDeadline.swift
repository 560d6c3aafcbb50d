internal import LinuxSystem

/// When all calls of a run have to be through. A peer that sends a byte now and then does not reach a socket's timeout.
struct BusDeadline {
    private let endNanoseconds: Int64
    private let milliseconds: Int

    init(milliseconds: Int) {
        self.milliseconds = milliseconds
        endNanoseconds = Clocks.monotonicNanoseconds() + Int64(milliseconds) * 1_000_000
    }

    func check() throws(BusError) {
        if Clocks.monotonicNanoseconds() > endNanoseconds { throw .timedOut(milliseconds: milliseconds) }
    }

    /// What a failed call on the socket means.
    func error(for error: SystemError) -> BusError {
        error.isTimedOut ? .timedOut(milliseconds: milliseconds) : .system(error)
    }
}
