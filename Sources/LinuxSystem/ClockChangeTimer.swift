internal import CLinux
internal import Glibc

/// Tells when the wall clock is set: a timerfd that never expires and that the kernel cancels whenever CLOCK_REALTIME
/// jumps (TFD_TIMER_CANCEL_ON_SET in timerfd_create(2)); being slewed is no jump. Used by one thread.
package final class ClockChangeTimer: Sendable {
    private let descriptor: FileDescriptor
    /// CLOCK_REALTIME of the expiry, in the year 2242: far enough never to come, and within what every kernel takes.
    private static let expirySeconds = 8_589_934_592

    package init() throws(SystemError) {
        let flags = Int32(O_CLOEXEC) | Int32(O_NONBLOCK)
        let number = try retryingInterrupts("timerfd_create") { timerfd_create(CLOCK_REALTIME, flags) }
        descriptor = FileDescriptor(adopting: number, path: "timerfd")
        try arm()
    }

    /// The descriptor's number, for `Poll`; readable after the clock was set, until `takeChange`.
    package var number: Int32 { descriptor.number }

    /// Whether the clock was set since the last call.
    package func takeChange() throws(SystemError) -> Bool {
        var expirations: UInt64 = 0
        guard read(descriptor.number, &expirations, MemoryLayout<UInt64>.size) < 0 else { return false }
        // EAGAIN: not cancelled, nothing has happened.
        guard errno == ECANCELED else { return false }
        // Setting it again is what makes the next change known.
        try arm()
        return true
    }

    private func arm() throws(SystemError) {
        var expiry = itimerspec()
        expiry.it_value.tv_sec = Self.expirySeconds
        // TFD_TIMER_ABSTIME and TFD_TIMER_CANCEL_ON_SET, which are an enumeration in C.
        let flags = Int32(1 << 0 | 1 << 1)
        try retryingInterrupts("timerfd_settime") { timerfd_settime(descriptor.number, flags, &expiry, nil) }
    }
}
