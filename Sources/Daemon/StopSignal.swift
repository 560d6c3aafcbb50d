internal import LinuxSystem
internal import Synchronization

/// Tells a thread to end, and lets it sleep until then.
package final class StopSignal: Sendable {
    private let wakeup: Wakeup
    private let stopped = Atomic<Bool>(false)

    package init() throws {
        wakeup = try Wakeup()
    }

    package var isStopped: Bool { stopped.load(ordering: .acquiring) }

    /// Any thread may call it.
    package func stop() {
        stopped.store(true, ordering: .releasing)
        wakeup.signal()
    }

    /// Sleeps until CLOCK_BOOTTIME has reached `bootNanoseconds`, or `descriptor` is readable (-1 for none); false when
    /// stopped, at once then.
    package func sleep(untilBootNanoseconds bootNanoseconds: Int64, orReadable descriptor: Int32 = -1) -> Bool {
        while !isStopped {
            let rest = bootNanoseconds - Clocks.bootNanoseconds()
            if rest <= 0 { return true }
            // An hour at most, so that the count of milliseconds fits poll's.
            let milliseconds = min(rest / 1_000_000 + 1, 3_600_000)
            var interests = [
                Poll.Interest(wakeup.number, readable: true), Poll.Interest(descriptor, readable: true),
            ]
            do {
                try Poll.wait(&interests, timeoutMilliseconds: Int32(milliseconds))
                if interests[1].isReady { return !isStopped }
            } catch {
                // poll fails only for want of memory or by our own bug; ending the thread would be worse than a
                // round more of the loop.
                continue
            }
        }
        return false
    }
}
