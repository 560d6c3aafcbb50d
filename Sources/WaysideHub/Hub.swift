internal import Daemon
internal import HTTPExchange
internal import LinuxSystem
internal import MetricModel
internal import PromQL
internal import SampleStore

/// One running hub: the store, and what is answered over HTTP.
final class Hub: Sendable {
    let settings: HubSettings
    let store: SampleStore
    /// Nil where nothing is relayed.
    let relay: RelayDesk?
    let listener: HubListener
    let fleet: FleetDesk
    let queryThreads: WorkThreads
    let queryMemory: QueryMemory
    let unreadAnswers: UnreadAnswers
    private let metrics = HubMetrics(seriesLimit: seriesLimit)
    /// A set of the hub's own metrics for each agent of a large fleet, and the hub's.
    private static let seriesLimit = 200_000

    /// Opens the store in `directory`, which reads its log back.
    init(_ settings: HubSettings, directory: String, relay: RelayDesk?) throws {
        self.settings = settings
        self.relay = relay
        listener = try HubListener(settings)
        queryThreads = WorkThreads(
            name: "query", limit: settings.promql.concurrency, waitingLimit: settings.promql.queueLimit)
        queryMemory = QueryMemory(byteLimit: settings.promql.memoryByteLimit)
        unreadAnswers = UnreadAnswers(byteLimit: settings.promql.unreadByteLimit)
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
        storage.decodedByteLimit = settings.queryCacheByteCount
        storage.retentionByteCount = Int64(settings.retentionByteCount)
        storage.seriesLimit = settings.seriesLimit
        storage.seriesPerSenderLimit = settings.seriesPerSenderLimit
        return storage
    }

    /// Whether senders are asked to prove who they are, by credentials or certificates.
    var asksForProof: Bool { settings.asksForProof }

    func metricsPage(_ request: HTTPRequest) async -> HTTPResponse {
        let report = await fleet.report(within: FleetDesk.scrapedMilliseconds)
        return metrics.page(request, listener, relay: relay) { table, batch in
            let statistics = store.statistics()
            StoreSamples.append(statistics, table: &table, to: &batch)
            QuerySamples.append(
                queryThreads.load, queryMemory, statistics, unreadAnswers.counts, table: &table, to: &batch)
            batch.append(Double(fleet.register.refusedCount), of: FleetFamilies.refusedAgents, from: &table)
            // Nothing of the fleet where no report is to be had just now.
            if let report { FleetSamples.append(report, &table, to: &batch) }
        }
    }
}
