package import Authentication
internal import LinuxSystem
package import Logging
internal import Synchronization

/// Says in the log that a listener has refused credentials, once a minute for each reason: the rest is in
/// `wayside_http_refused_credentials_total`. Of what came only the address is said, since people type passwords where
/// names belong.
package final class AccessLog: Sendable {
    private let logger: Logger
    private let lastNanoseconds = Mutex<[AccessRefusal: Int64]>([:])
    private static let intervalNanoseconds: Int64 = 60_000_000_000

    package init(logger: Logger) { self.logger = logger }

    package func note(_ reason: AccessRefusal, _ address: String) {
        let now = Clocks.bootNanoseconds()
        let isDue = lastNanoseconds.withLock { last in
            if let before = last[reason], now - before < AccessLog.intervalNanoseconds { return false }
            last[reason] = now
            return true
        }
        guard isDue else { return }
        logger.warning("a request was refused", metadata: ["reason": "\(reason.rawValue)", "from": "\(address)"])
    }
}
