internal import LinuxSystem
internal import Synchronization

/// Runs work that keeps a processor busy (queries, decoding) on threads of its own, at most `limit` at once, so that
/// a heavy piece of it holds up neither the other kind nor the small answers.
final class WorkThreads: Sendable {
    private let name: String
    private let limit: Int
    private let running = Mutex(0)

    /// `name` is the threads', at most 15 bytes.
    init(name: String, limit: Int) {
        self.name = name
        self.limit = limit
    }

    /// The result of `work`, or nil when as many run already as may.
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
                try DedicatedThread.start(name: name, stackByteCount: 4 << 20) {
                    continuation.resume(returning: work())
                }
            } catch {
                // No thread to be had: the caller is told to come back, as for too many at once.
                continuation.resume(returning: nil)
            }
        }
    }
}
