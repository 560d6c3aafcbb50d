internal import Authentication
internal import Daemon
internal import HTTPExchange
internal import LinuxSystem
internal import Logging
internal import MetricModel
internal import RemoteWrite
internal import RingLog
internal import ServiceLifecycle
internal import SettingsFile
internal import Shipping
internal import Synchronization

/// Ships the buffer to one destination: carries out what its `DeliveryMachine` says.
final class Shipper: Service {
    let url: String
    let batchDuration: Duration
    let target: HTTPURL
    let authorization: RequestAuthorization
    let protocolChoice: ProtocolChoice
    let buffer: AgentBuffer
    let client: HTTPClient
    let clock: AgentClock
    let logger: Logger
    /// What the hub knows this agent by.
    let agentID: String
    private let published = Mutex(DestinationStatus())

    /// How often the ring is looked at while there is nothing to send.
    static let roundNanoseconds: Int64 = 500_000_000
    /// Records that the planner is given at once, in bytes.
    static let planByteLimit = 4 << 20
    static let requestSampleLimit = 20_000
    /// A batch larger than the limit is a request of its own, so that more may have to be put together.
    static let assembledSampleLimit = 1_000_000
    static let requestByteLimit = 1 << 20
    static let seriesLimit = 200_000

    init(
        settings: DestinationSettings, buffer: AgentBuffer, client: HTTPClient, clock: AgentClock, logger: Logger,
        agentID: String
    ) throws {
        url = settings.url.text
        batchDuration = settings.batchDuration
        target = try HTTPURL(settings.url.text)
        authorization = settings.authorization
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
        self.agentID = agentID
    }

    var status: DestinationStatus { published.withLock { $0 } }

    func update(_ change: (inout DestinationStatus) -> Void) { published.withLock { change(&$0) } }

    /// Runs until graceful shutdown, then makes one last attempt at what is due.
    func run() async throws {
        var courier = Courier(self)
        await courier.run()
    }
}
