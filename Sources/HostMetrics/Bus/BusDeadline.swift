internal import LinuxSystem

/// When all calls of a run have to be through. It is looked at whenever a call on the socket has come back, which the
/// socket's timeout sees to: a peer that sends a byte now and then would never reach that alone.
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
}
