internal import Daemon
internal import HTTPExchange
internal import LinuxSystem
package import Logging
internal import MetricModel
internal import RemoteWrite
internal import RingLog
package import ServiceLifecycle
internal import Shipping
internal import Synchronization

/// Ships the buffer to one destination: carries out what its `DeliveryMachine` says.
package final class Shipper: Service {
    package let url: String
    package let batchDuration: Duration
    private let target: HTTPURL
    private let protocolChoice: ProtocolChoice
    private let buffer: AgentBuffer
    private let client: HTTPClient
    private let clock: AgentClock
    private let logger: Logger
    private let userAgent: String
    private let published = Mutex(DestinationStatus())

    /// How often the ring is looked at while there is nothing to send.
    private static let roundNanoseconds: Int64 = 500_000_000
    /// Records that the planner is given at once, in bytes.
    private static let planByteLimit = 4 << 20
    private static let requestSampleLimit = 20_000
    private static let requestByteLimit = 1 << 20
    private static let seriesLimit = 200_000

    package init(
        settings: DestinationSettings, buffer: AgentBuffer, client: HTTPClient, clock: AgentClock, logger: Logger,
        userAgent: String
    ) throws {
        url = settings.url.text
        batchDuration = settings.batchDuration
        target = try HTTPURL(settings.url.text)
        protocolChoice =
            switch settings.protocolChoice {
            case .auto: .auto
            case .version1: .only(.one)
            case .version2: .only(.two)
            }
        self.buffer = buffer
        self.client = client
        self.clock = clock
        self.logger = logger
        self.userAgent = userAgent
    }

    package var status: DestinationStatus { published.withLock { $0 } }

    /// Runs until graceful shutdown, then makes one last attempt at what is due.
    package func run() async throws {
        var courier = Courier(self)
        await courier.run()
    }
}
