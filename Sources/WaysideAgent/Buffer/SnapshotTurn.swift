internal import Synchronization

/// One snapshot is made and appended at a time: an older one appended behind a newer would take back what the newer says,
/// and the parts of two must not mix.
final class SnapshotTurn: Sendable {
    private let turn = Mutex(())

    func take<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) {
        try turn.withLock { (_) throws(Failure) in try body() }
    }
}
