package import LabelMatching
package import MetricModel
package import PromQL

/// The query half of Prometheus's HTTP API without the HTTP: a path and parameters give a status code and JSON.
///
/// Pure but for what it is given: the source of series, the metadata and the clock's reading come from outside, and
/// each request is answered in the caller's thread, but for the later pieces of a large answer, which are written where
/// they are asked for: then all that can fail has been done. The caller merges the query string's parameters with those of a
/// form, answers GET and POST alike, and compresses.
package struct PrometheusAPI: Sendable {
    /// Tells of a running query whether to stop it; made for each query from its `timeout`, nil where it has none.
    package typealias InterruptionMaker =
        @Sendable (_ timeoutMilliseconds: Int64?) ->
        @Sendable () ->
        QueryInterruption?

    /// Tells how many nanoseconds ago a request came.
    package typealias Stopwatch = @Sendable () -> Int64

    /// The exemplars of the series for which one of the sets of matchers holds, in a range of times.
    package typealias ExemplarSource =
        @Sendable (_ matcherSets: [[LabelMatcher]], _ from: Int64, _ through: Int64) -> [ExemplarColumn]

    /// How many points a range query may have for each series, as in Prometheus.
    package static let pointLimit: Int64 = 11_000
    /// An answer of more bytes is written in pieces of so many, when they are asked for.
    package static let pieceByteLimit = 256 << 10

    let options: QueryOptions
    let source: any SeriesSource
    let build: BuildInformation
    let status: ServerStatus
    /// Metadata of all metrics by family name, or of the one that is named.
    let metadata: @Sendable (_ metric: String?) -> [ExactText: [MetadataEntry]]
    let exemplars: ExemplarSource
    let pieceByteLimit: Int

    package init(
        options: QueryOptions = QueryOptions(), source: any SeriesSource, build: BuildInformation,
        status: ServerStatus = ServerStatus(),
        metadata: @escaping @Sendable (_ metric: String?) -> [ExactText: [MetadataEntry]] = { _ in [:] },
        exemplars: @escaping ExemplarSource = { _, _, _ in [] }, pieceByteLimit: Int = PrometheusAPI.pieceByteLimit
    ) {
        self.options = options
        self.source = source
        self.build = build
        self.status = status
        self.metadata = metadata
        self.exemplars = exemplars
        self.pieceByteLimit = pieceByteLimit
    }

    /// Answers a request for the path below `/api/v1/` (`query`, `label/job/values`), or gives nil where there is no
    /// such endpoint. A query is stopped when what `interruption` makes says so. What `stopwatch` shows now is how long the
    /// request has waited; it begins now unless given.
    package func answer(
        path: String, parameters: [(String, String)], nowUnixMilliseconds: Int64,
        stopwatch: @escaping Stopwatch = PrometheusAPI.stopwatchFromNow(),
        interruption: InterruptionMaker = { _ in { nil } }
    ) -> APIAnswer? {
        let parameters = APIParameters(parameters)
        do {
            return try success(path, parameters, nowUnixMilliseconds, stopwatch, interruption)
        } catch {
            return APIAnswer(statusCode: error.kind.statusCode, body: JSONBytes.failure(error))
        }
    }

    /// For a request that comes now.
    package static func stopwatchFromNow() -> Stopwatch {
        let begun = ContinuousClock.now
        return {
            let (seconds, attoseconds) = begun.duration(to: .now).components
            return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        }
    }

    /// The newest sample of each series that one of `match[]` selects, as Prometheus's text format with timestamps: what
    /// another server scrapes as `/federate`. Series whose newest is a stale marker, or older than the lookback, are
    /// left out; they come by metric name, then by their other labels. Unless `allowsUTF8`, names are made such as
    /// Prometheus 2 reads, which would refuse the whole page for another; of series that come to the same the newer stays.
    package func federate(
        parameters: [(String, String)], allowsUTF8: Bool = true, nowUnixMilliseconds now: Int64,
        interruption: InterruptionMaker = { _ in { nil } }
    ) -> APIAnswer {
        do throws(APIError) {
            var newest = try newestSamples(APIParameters(parameters), now, interruption(nil))
            if !allowsUTF8 {
                newest = Dictionary(newest.map { (ClassicNames.of($0.key), $0.value) }) {
                    $0.time < $1.time ? $1 : $0
                }
            }
            return federationAnswer(newest)
        } catch {
            return APIAnswer(statusCode: error.kind.statusCode, body: Array((error.message + "\n").utf8))
        }
    }

    private func success(
        _ path: String, _ parameters: APIParameters, _ now: Int64, _ stopwatch: @escaping Stopwatch,
        _ interruption: InterruptionMaker
    ) throws(APIError) -> APIAnswer? {
        switch path {
        case "query": return try instantQuery(parameters, now, stopwatch, interruption)
        case "query_range": return try rangeQuery(parameters, stopwatch, interruption)
        case "query_exemplars": return try queryExemplars(parameters)
        case "labels": return try labelNames(parameters, interruption)
        case "series": return try series(parameters, interruption)
        case "metadata": return try metadata(parameters)
        case "format_query":
            let text = try parsed(parameters).pretty
            return plain { $0.string(text) }
        case "parse_query":
            let tree = try parsed(parameters)
            return plain { $0.tree(tree) }
        case "rules": return plain { $0.raw("{\"groups\":[]}") }
        case "alerts": return plain { $0.raw("{\"alerts\":[]}") }
        case "targets":
            return plain { $0.raw("{\"activeTargets\":[],\"droppedTargets\":[],\"droppedTargetCounts\":{}}") }
        case "targets/metadata": return plain { $0.raw("[]") }
        case "scrape_pools": return plain { $0.raw("{\"scrapePools\":[]}") }
        case "alertmanagers": return plain { $0.raw("{\"activeAlertmanagers\":[],\"droppedAlertmanagers\":[]}") }
        default:
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            if parts.count == 2, parts[0] == "status" { return try status(parts[1], parameters) }
            guard parts.count == 3, parts[0] == "label", parts[2] == "values" else { return nil }
            return try labelValues(String(parts[1]), parameters, interruption)
        }
    }

    private func parsed(_ parameters: APIParameters) throws(APIError) -> Expression {
        do {
            return try QueryParser.parse(parameters["query"], options.parsing)
        } catch {
            throw .invalid("query", error.description)
        }
    }
}
