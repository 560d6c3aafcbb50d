import Daemon
import HTTPExchange
import JSONText
import LinuxSystem
import PromQL
import TestPeers
import TestValues
import Testing

/// The hub and Debian's Prometheus, sent the same request, count the same samples for the same queries.
@Suite(.enabled(if: Programs.peer("prometheus") != nil, "prometheus is not installed"))
struct QueryStatisticsTests {
    private static let generatedCount = 60
    /// For ranges, and at one time. MIDDLE is a time within the data. Subqueries end 7 s beside their steps, because the
    /// ranges of 2.42 are closed at their start.
    private static let queries = [
        "temp", "temp{job=\"a\"}", "nothing", "temp offset 4m", "sum by (job) (temp)", "topk(2, req_total)", "1 + 1",
        "vector(time())", "scalar(sum(temp)) + temp", "temp > 21", "temp + on (instance, job) group_right() req_total",
        "req_total and on (job) temp{instance=\"1\"}", "nothing or temp", "temp unless req_total", "absent(temp)",
        "timestamp(temp)", "timestamp(temp @ MIDDLE)", "label_replace(temp, \"x\", \"$1\", \"job\", \"(.*)\")",
        "count_values(\"v\", temp)", "quantile(0.5, temp)", "rate(req_total[2m])", "rate(temp[10s])",
        "changes(temp[47s] offset 1m)", "count_over_time(temp[5m])", "absent_over_time(temp{instance=\"1\"}[2m])",
        "sum(increase(req_total[3m])) / count(temp)",
        "quantile_over_time(scalar(temp{instance=\"0\",job=\"a\"}), temp[2m])",
        "histogram_quantile(0.9, sum by (le) (rate(lat_bucket[5m])))", "temp @ MIDDLE", "sum(temp @ MIDDLE) + temp",
        "rate(req_total[2m] @ MIDDLE)", "temp @ start() - temp @ end()", "avg_over_time(temp[2m] @ end()) > temp",
        "max_over_time(temp[3m:30s] offset 7s)", "max_over_time(rate(req_total[2m])[3m:20s] offset 7s)",
        "rate(sum by (job) (req_total)[4m:30s] offset 7s)", "sum_over_time(temp[3m:30s] @ MIDDLE offset 7s)",
        "max_over_time((temp @ MIDDLE)[3m:30s] offset 7s)", "max_over_time(vector(1)[3m:30s] offset 7s)",
        "min_over_time(max_over_time(temp[2m:20s] offset 7s)[3m:30s] offset 7s) + temp", "-(temp)",
        "stddev_over_time(sum(temp{job=\"b\"})[3m:30s] offset 7s)",
        "temp * temp", "sum(temp @ MIDDLE) + sum(temp @ MIDDLE) * sum(temp)",
        "rate(req_total[2m]) / rate(req_total[2m])",
    ]

    /// Matchers of one side leave out series of the other.
    private static let sharing = [
        "temp{job=\"a\"} / temp offset 1m", "temp - last_over_time(temp{instance=\"1\"}[2m])",
        "req_total and on (job) temp{job=\"b\"}", "temp{instance=~\"[01]\"} unless ignoring (code) req_total @ MIDDLE",
        "rate(req_total{code=\"200\",job=\"a\"}[2m]) > ignoring (code) group_left () temp{code=\"\"}",
        "req_total{job=\"a\"} / rate(req_total[2m]) / (increase(req_total[3m]) + 1)",
        "max_over_time((temp{job=\"a\"} * temp offset 1m)[3m:30s] offset 7s)",
    ]

    /// At one time only.
    private static let ranges = [
        "temp[2m]", "(temp[47s] offset 1m)", "req_total[2m] @ MIDDLE", "temp[3m:30s] offset 7s", "\"text\"",
        "rate(req_total[2m])[3m:30s] offset 7s", "sum(temp)[3m:30s] @ MIDDLE offset 7s",
        "(temp @ MIDDLE)[3m:30s] offset 7s",
        "max_over_time(temp[2m:20s] offset 7s)[3m:30s] offset 7s",
    ]

    @Test func theHubCountsAsPrometheusDoes() async throws {
        let seed = UInt64(20_261_128)
        // Ten minutes divide every step and range that is asked for.
        let start = (Clocks.unixMilliseconds() / 600_000 - 4) * 600_000
        let data = try AgreementData(start: start)
        let hub = try await RunningHub()
        let prometheus = try RunningPeer.prometheus(options: ["--enable-feature=promql-per-step-stats"])
        let request = try PlainRequest(data.columns)
        for url in [hub.writeURL, prometheus.base + "/api/v1/write"] { try await request.post(to: url) }
        let first = start / 1000
        let ranges = ["start=\(first)&end=\(first + 1800)&step=60", "start=\(first + 90)&end=\(first + 1800)&step=7.5"]
        var generator = QueryGenerator(
            random: SeededRandom(seed: seed), hostMetrics: data.hostMetrics.keys.sorted(), middle: first + 900)
        let generated = (0..<Self.generatedCount).map { _ in generator.query() }
        var questions: [(endpoint: String, query: String)] = []
        for (number, query) in (Self.queries + Self.sharing + generated).enumerated() {
            questions.append(("query_range?" + ranges[number % ranges.count], query))
        }
        for (number, query) in (Self.queries + Self.sharing + Self.ranges).enumerated() {
            questions.append(("query?time=\(first + 620 + Int64(number) * 15)", query))
        }
        var (counted, fewer) = (0, 0)
        for (endpoint, written) in questions {
            let query = written.replacing("MIDDLE", with: "\(first + 900)")
            let path = "/api/v1/\(endpoint)&stats=all&query="
            let ours = try await Counts(hub.base + path + PercentCoding.encode(query))
            let theirs = try await Counts(prometheus.base + path + PercentCoding.encode(query))
            if ours.total > 0 { counted += 1 }
            let tree = try QueryParser.parse(query)
            // The data has no labels of types.
            let shared = MatcherSharing.applied(to: tree, textByteCount: query.utf8.count) { _ in true }.description
            if shared == tree.description {
                #expect(ours == theirs, "seed \(seed), \(endpoint) \(query)")
            } else {
                // What nobody reads does not count: as many as where the query says so itself.
                let theirsShared = try await Counts(prometheus.base + path + PercentCoding.encode(shared))
                #expect(ours == theirsShared, "seed \(seed), \(endpoint) \(query)")
                if ours.total < theirs.total { fewer += 1 }
            }
        }
        #expect(fewer >= Self.sharing.count)
        // Most must count something, or the comparison says little.
        #expect(counted > questions.count * 4 / 5)
        try await Self.compareShape(hub.base, prometheus.base, at: first + 900)
        hub.stop()
        prometheus.stop()
    }

    /// The fields stand where Prometheus has them, and the times are true to each other.
    private static func compareShape(_ hub: String, _ prometheus: String, at seconds: Int64) async throws {
        for stats in ["", "true", "all"] {
            let path = "/api/v1/query?time=\(seconds)&stats=\(stats)&query=sum(temp)"
            let ours = try await Web.shared.json(hub + path)["data"]
            let theirs = try await Web.shared.json(prometheus + path)["data"]
            #expect(names(ours) == names(theirs), "stats=\(stats)")
            for part in ["timings", "samples"] {
                #expect(names(ours?["stats"]?[part]) == names(theirs?["stats"]?[part]), "stats=\(stats)")
            }
            if stats.isEmpty { continue }
            let timings = try #require(ours?["stats"]?["timings"])
            let times = Dictionary(
                timings.members.map { ($0.name, $0.value.number ?? -1) }, uniquingKeysWith: { first, _ in first })
            func time(_ name: String) -> Double { times[name] ?? -1 }
            #expect(times.values.allSatisfy { $0 >= 0 }, "\(times)")
            #expect(time("innerEvalTime") > 0 && time("queryPreparationTime") > 0 && time("execQueueTime") > 0)
            let phases = time("queryPreparationTime") + time("innerEvalTime") + time("resultSortTime")
            #expect((time("evalTotalTime") - phases).magnitude < 1e-8)
            #expect(time("execTotalTime") >= time("evalTotalTime") + time("execQueueTime") - 1e-8)
            #expect(ours?["stats"]?["samples"]?["peakSamples"]?.number ?? 0 > 0)
        }
    }

    private static func names(_ object: JSONValue?) -> [String] { object?.members.map { "\($0.name)" } ?? [] }
}

/// The samples that an answer says the query was given.
private struct Counts: Equatable {
    let total: Int
    let ofSteps: [[Double]]

    init(_ url: String) async throws {
        let reply = try await Web.shared.get(url)
        guard reply.status.isSuccess else {
            throw PeerError("\(url): \(String(decoding: reply.body, as: UTF8.self))")
        }
        let data = try JSONValue(reply.body, limits: JSONLimits(byteLimit: 16 << 20, depthLimit: 32))["data"]
        guard let samples = data?["stats"]?["samples"], let total = samples["totalQueryableSamples"]?.number,
            let steps = samples["totalQueryableSamplesPerStep"]?.elements
        else {
            throw PeerError("\(url): no counts in \(String(decoding: reply.body.suffix(500), as: UTF8.self))")
        }
        self.total = Int(total)
        ofSteps = steps.map { $0.elements.map { $0.number ?? .nan } }
    }
}
