internal import LinuxSystem
internal import MetricModel
internal import Synchronization

/// Requests that wait for the log's thread, at most so many bytes of them.
final class CommitQueue: Sendable {
    struct Pending: Sendable {
        let request: ReceivedRequest
        let columns: SampleColumns
        let completion: @Sendable (Result<IngestCounts, StoreError>) -> Void
    }

    private struct State {
        var pending: [Pending] = []
        var byteCount = 0
        var isClosed = false
        var isAbandoned = false
        var busyRefusals: UInt64 = 0
        /// Bytes a second, a moving average over groups; 0 before the first.
        var drainRate = 0.0
    }

    private let state = Mutex(State())
    private let wakeup: Wakeup
    private let byteLimit: Int

    init(byteLimit: Int) throws(StoreError) {
        self.byteLimit = byteLimit
        do throws(SystemError) { wakeup = try Wakeup() } catch { throw .system(error) }
    }

    /// Queues the request, or says why not. What was decoded counts as well: it is memory too.
    func submit(_ pending: Pending) -> StoreError? {
        let byteCount = Self.byteCount(pending)
        let (refusal, isFirst) = state.withLock { state -> (StoreError?, Bool) in
            if state.isClosed { return (.closed, false) }
            // One is always taken, however large; what is being committed counts until it is done.
            if state.byteCount + byteCount > byteLimit, state.byteCount > 0 {
                state.busyRefusals += 1
                let seconds = state.drainRate > 0 ? Double(state.byteCount) / state.drainRate : 1
                return (.busy(retryAfterSeconds: Int(min(max(seconds.rounded(.up), 1), 60))), false)
            }
            state.pending.append(pending)
            state.byteCount += byteCount
            return (nil, state.pending.count == 1)
        }
        if isFirst { wakeup.signal() }
        return refusal
    }

    private static func byteCount(_ pending: Pending) -> Int {
        LogRecord.byteCount(pending.request) + pending.columns.byteCount
    }

    /// Waits for requests and takes them all; nil when the queue is closed and empty, or abandoned.
    func take() -> [Pending]? {
        while true {
            wakeup.clear()
            let (taken, isClosed, isAbandoned) = state.withLock { state -> ([Pending], Bool, Bool) in
                defer { state.pending = [] }
                return (state.pending, state.isClosed, state.isAbandoned)
            }
            if isAbandoned {
                for pending in taken { pending.completion(.failure(.closed)) }
                return nil
            }
            if !taken.isEmpty { return taken }
            if isClosed { return nil }
            var interests = [Poll.Interest(wakeup.number, readable: true)]
            // Polling an eventfd fails only on our own bugs; the loop then looks at the queue again.
            do throws(SystemError) { try Poll.wait(&interests, timeoutMilliseconds: -1) } catch {}
        }
    }

    /// Gives the bytes of a finished group free and learns from how long it took.
    func finished(_ group: [Pending], nanoseconds: Int64) {
        let byteCount = group.reduce(0) { $0 + Self.byteCount($1) }
        state.withLock { state in
            state.byteCount -= byteCount
            let rate = Double(byteCount) * 1e9 / Double(max(nanoseconds, 1))
            state.drainRate = state.drainRate == 0 ? rate : state.drainRate * 0.8 + rate * 0.2
        }
    }

    /// No more requests are taken; those there are finished, or with `isAbandoned` forgotten as by a crash.
    func close(isAbandoned: Bool) {
        state.withLock { state in
            state.isClosed = true
            state.isAbandoned = isAbandoned
        }
        wakeup.signal()
    }

    var figures: (byteCount: Int, busyRefusals: UInt64) { state.withLock { ($0.byteCount, $0.busyRefusals) } }
}
