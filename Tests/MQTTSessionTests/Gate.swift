import Synchronization
import TestPeers

/// Holds a thread until the test lets it go.
final class Gate: Sendable {
    private let state = Mutex((isOpen: false, isAwaited: false))

    var isAwaited: Bool { state.withLock { $0.isAwaited } }

    func open() { state.withLock { $0.isOpen = true } }

    func waitUntilOpen() throws {
        state.withLock { $0.isAwaited = true }
        try Condition.wait(for: "the gate to open") { state.withLock { $0.isOpen } }
    }
}
