internal import Synchronization

/// Write requests by what became of them.
final class WriteCounts: Sendable {
    private let requests = Mutex<[String: UInt64]>([:])

    func add(_ outcome: String) {
        requests.withLock { $0[outcome, default: 0] += 1 }
    }

    /// Sorted by outcome.
    var all: [(outcome: String, count: UInt64)] {
        requests.withLock { $0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
