internal import Daemon
internal import LinuxSystem
internal import Logging
internal import MQTTSession
internal import Synchronization

/// Says in the log what a broker's session reports. Messages above the limit are said once a minute, since whoever may
/// publish could repeat them at will; all of them are in `wayside_mqtt_oversize_messages_total`.
final class BrokerLog: Sendable {
    private let url: String
    private let logger: Logger
    private let limiter = Mutex(LogLimiter())

    init(url: String, logger: Logger) {
        self.url = url
        self.logger = logger
    }

    func note(_ event: MQTTEvent) {
        guard let others = admit(event, bootNanoseconds: Clocks.bootNanoseconds()) else { return }
        var metadata: Logger.Metadata = ["broker": "\(url)"]
        if others > 0 { metadata["others_before"] = "\(others)" }
        if case .connected = event {
            logger.info("broker \(event)", metadata: metadata)
        } else {
            logger.warning("broker \(event)", metadata: metadata)
        }
    }

    /// How many like it were held back before, or nil where it is held back itself.
    func admit(_ event: MQTTEvent, bootNanoseconds now: Int64) -> UInt64? {
        guard case .oversize = event else { return 0 }
        return limiter.withLock { $0.admit("oversize", bootNanoseconds: now) }
    }
}
