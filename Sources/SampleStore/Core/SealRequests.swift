internal import LinuxSystem
internal import Synchronization

/// What wakes the thread `wayside-seal`: its interval, a log that fills, or the end.
final class SealRequests: Sendable {
    private struct State {
        var isRequested = false
        var isEnding = false
    }

    private let state = Mutex(State())
    private let wakeup: Wakeup

    init() throws(StoreError) {
        do throws(SystemError) { wakeup = try Wakeup() } catch { throw .system(error) }
    }

    func request() {
        let isFirst = state.withLock { state in
            defer { state.isRequested = true }
            return !state.isRequested
        }
        if isFirst { wakeup.signal() }
    }

    var isEnding: Bool { state.withLock { $0.isEnding } }

    func end() {
        state.withLock { $0.isEnding = true }
        wakeup.signal()
    }

    /// Waits for a request or for `milliseconds`; false when it is the end.
    func wait(milliseconds: Int64) -> Bool {
        var interests = [Poll.Interest(wakeup.number, readable: true)]
        let timeout = Int32(clamping: max(milliseconds, 0))
        // Polling an eventfd fails only on our own bugs; waking early costs a look.
        do throws(SystemError) { try Poll.wait(&interests, timeoutMilliseconds: timeout) } catch {}
        wakeup.clear()
        return state.withLock { state in
            state.isRequested = false
            return !state.isEnding
        }
    }
}
