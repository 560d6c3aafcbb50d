internal import Authentication
internal import Daemon
internal import Exposition
internal import HTTPExchange
internal import LinuxSystem
internal import Logging
internal import MetricModel
internal import RemoteWrite
internal import SampleStore
internal import ServiceLifecycle
internal import Synchronization
internal import TLSTransport

/// One running hub: the store, and what is answered over HTTP.
final class Hub: Sendable {
    let settings: HubSettings
    let store: SampleStore
    /// Nil where nothing is relayed.
    let relay: RelayDesk?
    let requests = HTTPMetrics()
    let writes = WriteCounts()
    /// Nil where everybody may ask.
    let access: ListenerAccess?
    let refusedAgents = RefusedAgents()
    let fleet: FleetDesk
    /// Nil for plain HTTP.
    let listenerTLS: ReloadingTLSContext?
    private let metrics = HubMetrics()

    /// Opens the store in `directory`, which reads its log back.
    init(_ settings: HubSettings, directory: String, relay: RelayDesk?) throws {
        self.settings = settings
        self.relay = relay
        let logger = settings.log.logger("http")
        listenerTLS = try settings.listenerTLS.map {
            try TLSLog.context(.server($0.server), name: $0.server.name, logger: logger)
        }
        let accessLog = AccessLog(logger: logger)
        access = ListenerAccess(settings.access, realm: "wayside-hub") { accessLog.note($0, $1) }
        store = try Hub.openStore(settings.storage, in: directory)
        fleet = FleetDesk(
            settings: settings.fleet, store: Hub.storeSettings(settings.storage), source: store,
            startUnixMilliseconds: Clocks.unixMilliseconds())
    }

    /// Opens the storage directory, which only one process may.
    static func openStore(_ settings: StorageSettings, in directory: String) throws -> SampleStore {
        try Files.makeDirectory(directory)
        return try SampleStore(
            directory: directory, settings: storeSettings(settings), now: { Clocks.unixMilliseconds() },
            decode: WriteEndpoint.decodeAgain)
    }

    /// The store's settings as the hub's say.
    private static func storeSettings(_ settings: StorageSettings) -> StoreSettings {
        var storage = StoreSettings()
        storage.retentionMilliseconds = settings.retention.milliseconds
        storage.retentionByteCount = Int64(settings.retentionByteCount)
        storage.seriesLimit = settings.seriesLimit
        storage.seriesPerSenderLimit = settings.seriesPerSenderLimit
        return storage
    }

    /// Whether senders are asked to prove who they are, by credentials or certificates.
    var asksForProof: Bool { settings.asksForProof }

    /// The wall clock as a batch wants it; the hub's own samples are only served, so the boot does not matter.
    func clockReading() -> ClockReading {
        ClockReading(
            bootID: BootID(high: 0, low: 0), bootNanoseconds: Clocks.bootNanoseconds(),
            unixMilliseconds: Clocks.unixMilliseconds(), isSynchronised: true)
    }

    func metricsPage(_ request: HTTPRequest) async -> HTTPResponse {
        let format = ExpositionFormat.negotiated(accept: request.headers["Accept"])
        var writer = ExpositionWriter(format: format)
        var bytes: [UInt8] = []
        writer.write(
            metrics.samples(self, fleet: await fleet.report(within: FleetDesk.scrapedMilliseconds)), into: &bytes)
        return HTTPResponse(contentType: format.contentType, body: bytes)
    }
}
