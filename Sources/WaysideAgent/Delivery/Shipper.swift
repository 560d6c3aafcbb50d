internal import Daemon
internal import Delivery
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

/// Ships the buffer to one destination: a `Courier` carries out what a `Dispatcher` wants.
final class Shipper: Service {
    let url: String
    let batchDuration: Duration
    let receiver: ReceiverClient
    let dispatch: DispatchSettings
    let buffer: FlashBuffer
    let logger: Logger
    /// What the hub knows this agent by.
    let agentID: String
    /// Where the day's bytes are kept across restarts; nil without `daily_bytes`.
    let dayFile: DayFile?
    private let published = Mutex(DestinationStatus())

    init(
        settings: DestinationSettings, buffer: FlashBuffer, client: HTTPClient, clock: AgentClock, logger: Logger,
        agentID: String, dataDirectory: String
    ) throws {
        url = settings.url.text
        batchDuration = settings.batchDuration
        receiver = try ReceiverClient(client, url: url, authorization: settings.receiver.authorization)
        var dispatch = DispatchSettings(
            name: url, protocolChoice: settings.receiver.protocolChoice, bootID: clock.bootID,
            batchForNanoseconds: batchDuration.nanoseconds)
        dispatch.filter = settings.content.filter
        dispatch.newestFirst = settings.catchUp.order == .newestFirst
        dispatch.acceptsOutOfOrder = settings.catchUp.acceptsOutOfOrder
        dispatch.limitSending(settings.catchUp.limits)
        self.dispatch = dispatch
        dayFile = settings.catchUp.limits.bytesPerDay.map {
            DayFile(directory: dataDirectory, url: settings.url.text, bytesPerDay: $0)
        }
        self.buffer = buffer
        self.logger = logger
        self.agentID = agentID
    }

    var status: DestinationStatus { published.withLock { $0 } }

    /// The wall clock's time of the next try, as far as the clock goes evenly until then.
    var nextTryUnixMilliseconds: Int64? {
        status.nextTryBootNanoseconds.map { next in
            Clocks.unixMilliseconds() + max(0, next - Clocks.bootNanoseconds()) / 1_000_000
        }
    }

    func publish(_ status: DestinationStatus) { published.withLock { $0 = status } }

    /// Runs until graceful shutdown, then makes one last attempt at what is due.
    func run() async throws {
        var courier = Courier(self)
        await courier.run()
    }
}
