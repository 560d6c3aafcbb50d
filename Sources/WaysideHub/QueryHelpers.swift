internal import LinuxSystem
internal import PromQL
internal import Synchronization

/// Threads that help queries with their work, one fewer than there are processors, for all queries together: a query
/// has its own thread beside them, and taking samples in always has a processor to share.
final class QueryHelpers: WorkSharing {
    private let threads: WorkThreads
    private let count: Int

    init(processorCount: Int = Machine.processorCount) {
        count = max(0, processorCount - 1)
        threads = WorkThreads(name: "query-help", limit: count)
    }

    func share(_ body: @escaping @Sendable () -> Void) {
        guard let party = party() else { return body() }
        for _ in 0..<count {
            let isTaken = threads.offer {
                // Who comes when all is done has nothing to do, and nobody waits for it.
                guard party.enter() else { return }
                body()
                party.leave()
            }
            if !isTaken { break }
        }
        body()
        party.end()
    }

    /// Nil where nobody could help.
    private func party() -> WorkParty? {
        guard count > 0 else { return nil }
        // Without a descriptor to wait by, the work is done alone.
        do throws(SystemError) { return try WorkParty() } catch { return nil }
    }
}
