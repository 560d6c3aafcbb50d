internal import Daemon
internal import LinuxSystem
internal import Logging
internal import MQTTSession
internal import MetricModel
internal import TLSTransport

/// The second session with a broker, for what it says of itself below `$SYS`, on a thread of its own.
///
/// It is not the devices' session because that one is persistent: the broker would queue its own statistics for it while
/// the agent is away (at QoS 1 always, at QoS 0 where `queue_qos0_messages` is set), fifty every ten seconds, until there
/// is no room left for what devices send.
struct BrokerStatisticsLink: Sendable {
    static let subscriptions = ["$SYS/broker/#"]
    private let url: String
    private let session: MQTTSession
    private let desk: BrokerDesk

    /// - Parameters:
    ///   - devices: the configuration of the devices' session, whose broker and credentials are used.
    ///   - isConnected: whether the devices' session is; what both suffer from is said by that one.
    init(
        url: String, devices: MQTTConfiguration, security: ReloadingTLSContext?, desk: BrokerDesk, logger: Logger,
        isConnected: @escaping @Sendable () -> Bool
    ) throws {
        self.url = url
        self.desk = desk
        var configuration = devices
        configuration.clientID = devices.clientID + "-statistics"
        configuration.subscriptions = BrokerStatisticsLink.subscriptions
        configuration.isPersistent = false
        configuration.lingerMilliseconds = 0
        let log = BrokerLog(url: url, logger: logger)
        session = try MQTTSession(configuration: configuration, security: security, randomSeed: Machine.randomWord()) {
            event in
            switch event {
            case .disconnected:
                desk.lost(url)
                if isConnected() { log.note(event) }
            case .subscriptionRefused: log.note(event)
            case .connected, .oversize: break
            }
        }
    }

    func service() throws -> ThreadService {
        try ThreadService(name: "mqtt-sys", onStop: session.stop) { [session, desk, url] _ in
            session.run { messages in
                desk.accept(messages, of: url)
                return .durable
            }
        }
    }
}
