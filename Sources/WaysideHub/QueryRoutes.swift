internal import Daemon
internal import HTTPExchange
internal import LinuxSystem
internal import MetricModel
internal import PromQL
internal import PrometheusAPI
internal import SampleStore

/// The Prometheus HTTP API: requests to threads that answer them, some at once, and more that wait for their turn.
struct QueryRoutes: Sendable {
    /// What browsers, dashboards and this API know each other by.
    private static let prefix = "/api/v1/"
    private static let paths = [
        "query", "query_range", "query_exemplars", "labels", "series", "metadata", "format_query", "parse_query",
        "rules", "alerts", "targets", "targets/metadata", "scrape_pools", "alertmanagers", "status/{name}",
        "label/{name}/values",
    ]

    /// The allocator keeps what was freed for the next query; of one that held so many bytes nobody knows when that comes.
    static let muchMemory = 64 << 20

    private let api: PrometheusAPI
    private let threads: WorkThreads
    private let origins: AllowedOrigins
    private let timeoutMilliseconds: Int64
    private let unread: UnreadAnswers
    private let memory: QueryMemory

    init(_ hub: Hub) {
        let settings = hub.settings.promql
        var options = settings.options
        options.sharing = QueryHelpers()
        options.memory = hub.queryMemory
        api = PrometheusAPI(
            options: options, source: hub.store,
            // Grafana asks which Prometheus it talks to and chooses its requests by the answer.
            build: BuildInformation(version: "3.5.0", revision: "wayside-hub \(Version.text)"),
            status: HubStatus.of(hub),
            metadata: { name in
                Dictionary(
                    hub.store.metadata(name: name).map {
                        (ExactText($0.name), [MetadataEntry(type: $0.type, unit: $0.unit, help: $0.help)])
                    }, uniquingKeysWith: +)
            },
            exemplars: { hub.store.exemplars($0, from: $1, through: $2) })
        threads = hub.queryThreads
        memory = hub.queryMemory
        origins = settings.origins
        unread = hub.unreadAnswers
        timeoutMilliseconds = settings.timeout.milliseconds
    }

    func add(to router: inout HTTPRouter) {
        for path in Self.paths.map({ Self.prefix + $0 }) {
            let handler: HTTPRouter.Handler = { origins.allowing($0, await answer($0)) }
            router.get(path, handler)
            router.post(path, handler)
            router.on(.options, path) { origins.allowing($0, HTTPResponse(status: .noContent)) }
        }
        router.get("/federate") { origins.allowing($0, await federate($0)) }
    }

    private func answer(_ request: HTTPRequest) async -> HTTPResponse {
        if request.headers.mediaType == "multipart/form-data" { return Self.wrongForm }
        guard let fields = request.formFields() else {
            return Self.failure("bad_data", "the form has too many fields", status: .badRequest)
        }
        let parameters = fields.fields.map { ($0.name, $0.value) }
        // The router has decoded the path and matched its shape, so what follows the prefix is the endpoint.
        let path = String(request.path.dropFirst(Self.prefix.count))
        let answer = await run(for: request.departure) { now, stopwatch, interruption in
            api.answer(
                path: path, parameters: parameters, nowUnixMilliseconds: now, stopwatch: stopwatch,
                interruption: interruption)
        }
        guard let answer else { return Self.busy }
        guard let found = answer else { return .text("404 page not found: no such endpoint", status: .notFound) }
        return response(found, contentType: "application/json")
    }

    private func federate(_ request: HTTPRequest) async -> HTTPResponse {
        let parameters = request.query.fields.map { ($0.name, $0.value) }
        // Prometheus 3 says in each form that it accepts how names are to be escaped.
        let allowsUTF8 = request.headers.values("Accept").contains { $0.contains("escaping=allow-utf-8") }
        let answer = await run(for: request.departure) { now, _, interruption in
            api.federate(
                parameters: parameters, allowsUTF8: allowsUTF8, nowUnixMilliseconds: now, interruption: interruption)
        }
        guard let answer else { return Self.busy }
        if answer.statusCode != 200 { return response(answer, contentType: "text/plain; charset=utf-8") }
        let version = allowsUTF8 ? "1.0.0; charset=utf-8; escaping=allow-utf-8" : "0.0.4; charset=utf-8"
        return response(answer, contentType: "text/plain; version=" + version)
    }

    /// A large answer is sent as it is written: by the task that sends it, a piece whenever the one before is with the
    /// kernel. So a slow reader keeps no query's thread and no event loop, and whoever formats a piece, a millisecond or
    /// two, then lets other tasks run.
    private func response(_ answer: APIAnswer, contentType: String) -> HTTPResponse {
        var response = HTTPResponse(
            status: HTTPStatus(answer.statusCode), contentType: contentType, body: answer.body)
        if let rest = answer.rest { response.body = .stream(unread.body(answer.body, rest)) }
        return response
    }

    /// Runs `work` on a thread when its turn comes, with the time, the request's stopwatch and what stops it: its client
    /// has gone, or time is up, waiting included. Nil where too many wait.
    private func run<Result: Sendable>(
        for departure: HTTPDeparture,
        _ work:
            @escaping @Sendable (Int64, @escaping PrometheusAPI.Stopwatch, PrometheusAPI.InterruptionMaker) -> Result
    ) async -> Result? {
        let begun = Clocks.monotonicNanoseconds()
        let longest = timeoutMilliseconds
        return await threads.run {
            let result = work(Clocks.unixMilliseconds(), { Clocks.monotonicNanoseconds() - begun }) { timeout in
                let end = begun + min(timeout ?? longest, longest) * 1_000_000
                return {
                    if departure.isNoted { return .cancelled }
                    return Clocks.monotonicNanoseconds() > end ? .timedOut : nil
                }
            }
            if memory.takeLargestGivenBack() >= Self.muchMemory { MemoryAllocator.giveBack() }
            return result
        }
    }

    private static var wrongForm: HTTPResponse {
        failure(
            "bad_data", "multipart/form-data is not read; send application/x-www-form-urlencoded", status: .badRequest)
    }

    private static var busy: HTTPResponse {
        var busy = failure("unavailable", "too many queries at once", status: .serviceUnavailable)
        busy.headers.set("Retry-After", "1")
        return busy
    }

    /// What the API itself never says; both texts are JSON as they are.
    private static func failure(_ type: StaticString, _ message: StaticString, status: HTTPStatus) -> HTTPResponse {
        .json(Array(#"{"status":"error","errorType":"\#(type)","error":"\#(message)"}"#.utf8), status: status)
    }
}
