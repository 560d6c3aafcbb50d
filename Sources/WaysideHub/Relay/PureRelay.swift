internal import Authentication
internal import Daemon
internal import Exposition
internal import HTTPExchange
internal import LinuxSystem
internal import Logging
internal import MetricModel
internal import Relay
internal import Synchronization
internal import TLSTransport

/// A hub that stores nothing (`storage.directory: none`): what it receives goes into the buffers of those it is relayed
/// to, and there is nothing to ask it but how that goes.
final class PureRelay: Sendable {
    let settings: HubSettings
    let desk: RelayDesk
    let requests = HTTPMetrics()
    /// Nil where everybody may ask.
    let access: ListenerAccess?
    /// Nil for plain HTTP.
    let listenerTLS: ReloadingTLSContext?
    private let writes = WriteCounts()
    private let refusedAgents = RefusedAgents()
    private let table = Mutex(SeriesTable(scope: SeriesScope(.empty), limit: sampleLimit))
    private static let sampleLimit = 10_000

    init(_ settings: HubSettings, desk: RelayDesk) throws {
        self.settings = settings
        self.desk = desk
        let logger = settings.log.logger("http")
        listenerTLS = try settings.listenerTLS.map {
            try TLSLog.context(.server($0.server), name: $0.server.name, logger: logger)
        }
        let accessLog = AccessLog(logger: logger)
        access = ListenerAccess(settings.access, realm: "wayside-hub") { accessLog.note($0, $1) }
    }

    var router: HTTPRouter {
        var router = HTTPRouter()
        let write = WriteEndpoint(
            store: nil, relay: desk, counts: writes,
            identities: AgentIdentities(settings.fleet.identities, isBinding: settings.asksForProof),
            refusedAgents: refusedAgents, fleet: nil, logger: settings.log.logger("write"))
        router.get("/") { _ in .text("wayside-hub: remote write at /api/v1/write, relayed to /api/v1/relay's targets") }
        router.post("/api/v1/write", bodyByteLimit: WriteEndpoint.bodyByteLimit) { await write.answer($0) }
        router.get("/metrics") { [self] in metricsPage($0) }
        router.get("/api/v1/relay") { [desk] _ in RelayPage.answer(desk) }
        router.get("/-/healthy") { _ in .text("alive") }
        router.get("/-/ready") { [desk] _ in PureRelay.ready(desk) }
        return router
    }

    /// Ready is able to keep what is sent.
    private static func ready(_ desk: RelayDesk) -> HTTPResponse {
        for target in desk.targets {
            let problem = target.buffer.status.problem
            if !problem.isEmpty {
                return .text("not ready: the buffer of \(target.name): \(problem)", status: .serviceUnavailable)
            }
        }
        return .text("ready")
    }

    private func metricsPage(_ request: HTTPRequest) -> HTTPResponse {
        let format = ExpositionFormat.negotiated(accept: request.headers["Accept"])
        var writer = ExpositionWriter(format: format)
        var bytes: [UInt8] = []
        writer.write(samples(), into: &bytes)
        return HTTPResponse(contentType: format.contentType, body: bytes)
    }

    private func samples() -> [Sample] {
        let now = Clocks.unixMilliseconds()
        let clock = ClockReading(
            bootID: BootID(high: 0, low: 0), bootNanoseconds: Clocks.bootNanoseconds(), unixMilliseconds: now,
            isSynchronised: true)
        var batch = SampleBatch(clock: clock, limit: PureRelay.sampleLimit)
        table.withLock { table in
            do throws(SystemError) {
                ProcessMetrics.append(
                    try ProcessReading.now(), program: "wayside-hub", version: Version.text, table: &table, to: &batch)
            } catch {
                // Without /proc there is nothing to say of the process.
            }
            for entry in writes.all {
                batch.append(Double(entry.count), of: HubMetrics.Families.writeRequests, [entry.outcome], from: &table)
            }
            for entry in refusedAgents.all {
                batch.append(Double(entry.count), of: HubMetrics.Families.refusedAgents, [entry.reason], from: &table)
            }
            RelaySamples.append(desk, nowUnixMilliseconds: now, table: &table, to: &batch)
            AccessSamples.append(access, table: &table, to: &batch)
            let contexts =
                (listenerTLS.map { [("http", $0)] } ?? [])
                + desk.targets.compactMap { target in target.tls.map { ("relay", $0) } }
            TLSMetrics.append(contexts, table: &table, to: &batch)
            RequestSamples.append(requests, table: &table, to: &batch)
        }
        return batch.samples
    }
}
