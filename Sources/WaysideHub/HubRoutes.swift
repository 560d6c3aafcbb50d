internal import Daemon
internal import HTTPExchange
internal import LinuxSystem
internal import MetricModel
internal import PromQL
internal import PrometheusAPI
internal import SampleStore

/// What the hub answers over HTTP.
enum HubRoutes {
    private static let runningQueryLimit = 16
    /// How long a query may take when its request does not say.
    private static let queryTimeoutMilliseconds: Int64 = 120_000

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
        addQueries(hub, to: &router)
        return router
    }

    /// Ready is able to keep what is sent.
    private static func ready(_ hub: Hub) -> HTTPResponse {
        let problem = hub.store.statistics().logProblem
        return problem.isEmpty ? .text("ready") : .text("not ready: \(problem)", status: .serviceUnavailable)
    }

    private static func addQueries(_ hub: Hub, to router: inout HTTPRouter) {
        var options = QueryOptions()
        options.sharing = QueryHelpers()
        let api = PrometheusAPI(
            options: options, source: hub.store,
            // Grafana asks which Prometheus it talks to and chooses its requests by the answer.
            build: BuildInformation(version: "3.5.0", revision: "wayside-hub \(Version.text)"),
            metadata: { name in
                Dictionary(
                    hub.store.metadata(name: name).map {
                        ($0.name, [MetadataEntry(type: $0.type, unit: $0.unit, help: $0.help)])
                    }, uniquingKeysWith: +)
            },
            exemplars: { hub.store.exemplars($0, from: $1, through: $2) },
            interruption: { timeout in
                let limit = min(timeout ?? queryTimeoutMilliseconds, queryTimeoutMilliseconds)
                let end = Clocks.monotonicNanoseconds() + limit * 1_000_000
                return { Clocks.monotonicNanoseconds() > end ? .timedOut : nil }
            })
        let threads = WorkThreads(name: "query", limit: runningQueryLimit)
        for path in [
            "query", "query_range", "query_exemplars", "labels", "series", "metadata", "format_query", "parse_query",
            "status/buildinfo", "rules", "alerts", "targets", "label/{name}/values",
        ] {
            let handler: HTTPRouter.Handler = { await answer($0, api, threads) }
            router.get("/api/v1/" + path, handler)
            router.post("/api/v1/" + path, handler)
        }
    }

    private static func answer(
        _ request: HTTPRequest, _ api: PrometheusAPI, _ threads: WorkThreads
    ) async -> HTTPResponse {
        guard let fields = request.formFields() else {
            return .text("the form has too many fields", status: .badRequest)
        }
        let parameters = fields.fields.map { ($0.name, $0.value) }
        // The router has decoded the path and matched its shape, so what follows the prefix is the endpoint.
        let path = String(request.path.dropFirst("/api/v1/".count))
        let now = Clocks.unixMilliseconds()
        let answer = await threads.run {
            api.answer(path: path, parameters: parameters, nowUnixMilliseconds: now)
        }
        guard let answer else {
            var busy = HTTPResponse.json(
                Array(#"{"status":"error","errorType":"unavailable","error":"too many queries at once"}"#.utf8),
                status: .serviceUnavailable)
            busy.headers.set("Retry-After", "1")
            return busy
        }
        guard let found = answer else { return .text("no such endpoint", status: .notFound) }
        return .json(found.body, status: HTTPStatus(found.statusCode))
    }
}
