internal import LinuxSystem
internal import ServiceLifecycle

/// A service whose work blocks (disk, poll) and therefore runs on a thread of its own.
///
/// `body` returns soon after its signal says stop; the service has ended when it has returned.
package struct ThreadService: Service {
    /// The thread's name, at most 15 bytes.
    private let name: String
    private let signal: StopSignal
    private let onStop: @Sendable () -> Void
    private let body: @Sendable (StopSignal) -> Void

    /// `onStop` runs beside the signal, for a body that waits in a library of its own.
    package init(
        name: String, onStop: @escaping @Sendable () -> Void = {}, body: @escaping @Sendable (StopSignal) -> Void
    ) throws {
        self.name = name
        self.signal = try StopSignal()
        self.onStop = onStop
        self.body = body
    }

    package func run() async throws {
        let stop: @Sendable () -> Void = {
            signal.stop()
            onStop()
        }
        try await withGracefulShutdownHandler {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                    do {
                        try DedicatedThread.start(name: name) {
                            body(signal)
                            continuation.resume()
                        }
                    } catch {
                        continuation.resume(throwing: error)
                    }
                }
            } onCancel: {
                stop()
            }
        } onGracefulShutdown: {
            stop()
        }
    }
}
