internal import Synchronization

/// Bytes that may be in use at once.
final class ByteBudget: Sendable {
    private let limit: Int
    private let used = Mutex(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether there is room for `count` more, which are then in use; whoever is alone may always go.
    func take(_ count: Int) -> Bool {
        used.withLock { used in
            guard used == 0 || used + count <= limit else { return false }
            used += count
            return true
        }
    }

    func giveBack(_ count: Int) {
        used.withLock { $0 -= count }
    }
}
