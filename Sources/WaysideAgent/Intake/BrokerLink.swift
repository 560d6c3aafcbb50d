internal import Daemon
internal import LinuxSystem
internal import Logging
internal import MQTTSession
internal import MetricModel
internal import SettingsFile
internal import TLSTransport

/// One broker's session on a thread of its own, feeding the device desk.
struct BrokerLink: Sendable {
    let url: String
    let session: MQTTSession
    /// What the broker says of itself; nil where that is not asked for.
    let statistics: BrokerStatisticsLink?
    /// Nil for `mqtt`.
    let tls: ReloadingTLSContext?

    /// Topic filters of each profile.
    static func subscriptions(of profile: BrokerSettings.Profile) -> [String] {
        switch profile {
        case .wayside: ["wayside/v1/#"]
        case .modax: ["modax/sensor/#"]
        // Read by a session of its own.
        case .broker: []
        }
    }

    /// `topics` are those of mappings, which are asked for beside the profiles'.
    init(
        settings: BrokerSettings, topics: [String], agentID: String, brokers: BrokerDesk, logger: Logger
    ) throws {
        url = settings.url.text
        let address = MQTTBrokerAddress(
            host: settings.url.host, port: settings.url.port ?? (settings.tls == nil ? 1883 : 8883),
            userName: settings.user,
            password: settings.password?.revealed)
        var configuration = MQTTConfiguration(
            broker: address, clientID: settings.clientID ?? "wayside-agent-\(agentID)",
            subscriptions: settings.profiles.flatMap(BrokerLink.subscriptions) + topics)
        configuration.receiveMaximum = settings.receiveMaximum
        // At half the window at once, so that the broker always has room to send more.
        configuration.batchMessageLimit = max(1, settings.receiveMaximum / 2)
        configuration.lingerMilliseconds = Int(settings.acknowledgeWithin.milliseconds)
        tls = try settings.tls.map {
            try TLSLog.context(.clientOfLibrary($0, host: address.host), name: $0.name, logger: logger)
        }
        let log = BrokerLog(url: settings.url.text, logger: logger)
        let session = try MQTTSession(
            configuration: configuration, security: tls, randomSeed: Machine.randomWord(), report: log.note)
        self.session = session
        statistics =
            settings.profiles.contains(.broker)
            ? try BrokerStatisticsLink(
                url: url, devices: configuration, security: tls, desk: brokers, logger: logger,
                isConnected: { session.status.isConnected }) : nil
    }

    /// How long a batch that flash did not take may wait for the destinations before its broker is left to give it
    /// again: with the linger, less than the keep-alive.
    private static let settleMilliseconds = 25_000

    /// The service that runs the session until shutdown. Messages go to `desk` and from there to `buffer`; without one
    /// nothing is kept, and they are acknowledged once they are understood.
    func service(desk: DeviceDesk, buffer: FlashBuffer?) throws -> ThreadService {
        try ThreadService(name: "mqtt", onStop: session.stop) { [session] _ in
            session.run { messages in
                desk.accept(
                    messages, store: { (batch) throws(AgentBufferError) in try buffer?.store(batch) },
                    settle: { batch, first in
                        buffer?.settle(
                            batch, from: first, timeoutMilliseconds: BrokerLink.settleMilliseconds,
                            isCancelled: { session.isStopRequested }) ?? .safe
                    })
            }
        }
    }
}
