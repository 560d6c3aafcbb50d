internal import LinuxSystem
package import Logging
internal import Synchronization
package import TLSTransport

/// What the programs log of TLS.
package enum TLSLog {
    /// Connections that fail can be had from anybody who finds the port, so that there is at most one line in this
    /// time; the others are in the count of the next.
    private static let interval: Int64 = 10_000_000_000

    /// A context whose renewals, and renewals that were no use, are logged.
    package static func context(
        _ settings: ReloadingTLSContext.Settings, name: String, logger: Logger
    ) throws(TLSSettingsError) -> ReloadingTLSContext {
        try ReloadingTLSContext(settings) { event in
            switch event {
            case .reloaded:
                logger.notice(
                    "changed certificate files are in use for new connections", metadata: ["setting": "\(name)"])
            case .kept(let error):
                logger.error(
                    "changed certificate files cannot be used, the ones before stay in use",
                    metadata: ["setting": "\(name)", "error": "\(error)"])
            }
        }
    }

    /// Logs failed connections of a listener.
    package static func failures(_ logger: Logger) -> @Sendable (String) -> Void {
        let state = FailureCount()
        return { text in
            guard let others = state.count(now: Clocks.monotonicNanoseconds(), interval: interval) else { return }
            logger.warning("a TLS connection failed", metadata: ["error": "\(text)", "others_before": "\(others)"])
        }
    }

    private final class FailureCount: Sendable {
        private struct State {
            var nextNanoseconds = Int64.min
            var unsaid: UInt64 = 0
        }

        private let state = Mutex(State())

        /// How many were not said since the last that was; nil where this one is not said either.
        func count(now: Int64, interval: Int64) -> UInt64? {
            state.withLock { state in
                guard now >= state.nextNanoseconds else {
                    state.unsaid += 1
                    return nil
                }
                defer { state = State(nextNanoseconds: now + interval) }
                return state.unsaid
            }
        }
    }
}
