internal import LinuxSystem
internal import Synchronization

/// Runs queries on threads of their own, at most `limit` at once, so that a heavy one holds up neither ingest nor
/// other answers.
final class QueryThreads: Sendable {
    private let limit: Int
    private let running = Mutex(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// The result of `work`, or nil when as many queries run already as may.
    func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result? {
        let isAdmitted = running.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { return nil }
        defer { running.withLock { $0 -= 1 } }
        return await withCheckedContinuation { continuation in
            do throws(SystemError) {
                try DedicatedThread.start(name: "query", stackByteCount: 4 << 20) {
                    continuation.resume(returning: work())
                }
            } catch {
                // No thread to be had: the caller is told to come back, as for too many queries.
                continuation.resume(returning: nil)
            }
        }
    }
}
