internal import LinuxSystem
internal import ServiceLifecycle

/// Sleeping by the clock that deliveries are planned by.
package enum BootSleep {
    /// Sleeps until CLOCK_BOOTTIME has come this far, or graceful shutdown begins.
    package static func sleep(untilBootNanoseconds time: Int64) async {
        let rest = max(0, time - Clocks.bootNanoseconds())
        do {
            try await cancelWhenGracefulShutdown {
                try await Task.sleep(for: .nanoseconds(rest))
            }
        } catch {
            // Being woken early is what cancellation is for here.
        }
    }
}
