internal import Daemon
internal import HTTPExchange
internal import Relay

/// A hub that stores nothing (`storage.directory: none`): what it receives goes into the buffers of those it is relayed
/// to, and there is nothing to ask it but how that goes.
final class PureRelay: Sendable {
    let settings: HubSettings
    let desk: RelayDesk
    let listener: HubListener
    private let metrics = HubMetrics(seriesLimit: seriesLimit)
    private static let seriesLimit = 10_000

    init(_ settings: HubSettings, desk: RelayDesk) throws {
        self.settings = settings
        self.desk = desk
        listener = try HubListener(settings)
    }

    var router: HTTPRouter {
        var router = HTTPRouter()
        let write = WriteEndpoint(
            store: nil, relay: desk, counts: listener.writes,
            identities: AgentIdentities(settings.fleet.identities, isBinding: settings.asksForProof),
            refusedAgents: listener.refusedAgents, fleet: nil, logger: settings.log.logger("write"))
        router.get("/") { _ in .text("wayside-hub: remote write at /api/v1/write, relayed to /api/v1/relay's targets") }
        router.post("/api/v1/write", bodyByteLimit: WriteEndpoint.bodyByteLimit) { await write.answer($0) }
        router.get("/metrics") { [self] in metrics.page($0, listener, relay: desk) { _, _ in } }
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
}
