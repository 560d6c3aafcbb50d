internal import Daemon
internal import HTTPExchange
internal import SampleStore

/// What the hub answers over HTTP.
enum HubRoutes {
    static func router(_ hub: Hub) -> HTTPRouter {
        var router = HTTPRouter()
        let write = WriteEndpoint(
            store: hub.store, relay: hub.relay, counts: hub.listener.writes,
            identities: AgentIdentities(hub.settings.fleet.identities, isBinding: hub.asksForProof),
            refusedAgents: hub.listener.refusedAgents, fleet: hub.fleet, logger: hub.settings.log.logger("write"))
        router.get("/") { _ in .text("wayside-hub: remote write at /api/v1/write, PromQL at /api/v1/query") }
        router.post("/api/v1/write", bodyByteLimit: WriteEndpoint.bodyByteLimit) { await write.answer($0) }
        router.get("/metrics") { await hub.metricsPage($0) }
        router.get("/api/v1/fleet") { await FleetPage.answer($0, hub.fleet) }
        router.get("/api/v1/relay") { _ in RelayPage.answer(hub.relay) }
        router.get("/-/healthy") { _ in .text("alive") }
        router.get("/-/ready") { _ in ready(hub) }
        QueryRoutes(hub).add(to: &router)
        return router
    }

    /// Ready is able to keep what is sent.
    private static func ready(_ hub: Hub) -> HTTPResponse {
        let problem = hub.store.statistics().logProblem
        return problem.isEmpty ? .text("ready") : .text("not ready: \(problem)", status: .serviceUnavailable)
    }
}
