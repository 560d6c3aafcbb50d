import Daemon
import HTTPExchange
import JSONText
import LinuxSystem
import MetricModel
import RemoteWrite
import TestPeers
import Testing

/// What Grafana's Prometheus data source asks of a server, in its order and its forms: the answers have the shapes that it
/// reads, and where a Prometheus is at hand, its very bytes.
@Suite struct GrafanaTests {
    /// Five minutes of two gateways that end now: a gauge, a counter and a classic histogram.
    private static func request(endingAt end: Int64) throws -> PlainRequest {
        var columns = SampleColumns()
        for gateway in ["gw-1", "gw-2"] {
            var series: [(name: String, labels: [String: String], value: (Int) -> Double)] = [
                ("sensor_temperature_celsius", ["sensor": "0"], { 20 + Double($0 % 4) / 4 }),
                ("mqtt_messages_received_total", ["topic": "a/b"], { Double($0 * 3) }),
            ]
            for (index, bound) in ["0.1", "1", "+Inf"].enumerated() {
                series.append(("latency_seconds_bucket", ["le": bound], { Double($0 * (index + 1)) }))
            }
            for one in series {
                var labels = one.labels
                labels["__name__"] = one.name
                labels["instance"] = gateway
                labels["job"] = "plant"
                columns.beginRow(
                    packedLabels: Labels(labels.map { Label($0.key, $0.value) }).packed, family: -1)
                for step in 0..<20 {
                    columns.append(unixMilliseconds: end - Int64(19 - step) * 15_000, value: one.value(step))
                }
            }
        }
        return try PlainRequest(columns)
    }

    private func post(_ base: String, _ path: String, _ form: String, _ headers: HTTPHeaders = [:]) async throws
        -> HTTPReply
    {
        var headers = headers
        headers.set("Content-Type", "application/x-www-form-urlencoded")
        return try await Web.shared.post(base + path, headers: headers, body: Array(form.utf8))
    }

    private func json(_ reply: HTTPReply) throws -> JSONValue {
        try JSONValue(reply.body, limits: JSONLimits(byteLimit: 1 << 20, depthLimit: 32))
    }

    @Test func saveAndTest() async throws {
        let hub = try await RunningHub()
        let sum = try await post(hub.base, "/api/v1/query", "query=1%2B1&time=4")
        #expect(sum.text == #"{"status":"success","data":{"resultType":"scalar","result":[4,"2"]}}"#)
        let build = try await Web.shared.json(hub.base + "/api/v1/status/buildinfo")["data"]
        #expect(build?["version"]?.text?.hasPrefix("3.") == true)
        // With members here it would take the hub for a Mimir that has a ruler.
        #expect(build?["features"] == nil)
        // Its alerting looks for these words to learn that there is no ruler.
        let ruler = try await Web.shared.get(hub.base + "/api/v1/rules/test/test")
        #expect(ruler.status.code == 404 && ruler.text.contains("page not found"))
        hub.stop()
    }

    /// The metric browser, the query builder and panels, beside a Prometheus that has received the same.
    @Test(.enabled(if: Programs.peer("prometheus") != nil, "prometheus is not installed"))
    func answersAsPrometheusDoes() async throws {
        let hub = try await RunningHub()
        let prometheus = try RunningPeer.prometheus()
        let end = Clocks.unixMilliseconds() / 15_000 * 15_000
        let request = try Self.request(endingAt: end)
        for url in [hub.writeURL, prometheus.base + "/api/v1/write"] { try await request.post(to: url) }
        // Off the samples, because Prometheus 2.42 has both ends of a range inside it.
        let (from, through) = (Double(end - 240_000) / 1000 + 1, Double(end) / 1000 + 1)
        let range = "start=\(from)&end=\(through)"
        let gets = [
            "/api/v1/label/__name__/values?\(range)", "/api/v1/labels?\(range)",
            "/api/v1/label/instance/values?match%5B%5D=sensor_temperature_celsius&\(range)",
            "/api/v1/label/__name__/values?match%5B%5D=%7B__name__%3D~%22.%2B%22%7D&\(range)",
            "/api/v1/label/nothing/values",
            "/api/v1/series?match%5B%5D=latency_seconds_bucket&\(range)", "/api/v1/query_exemplars?query=up&\(range)",
            "/api/v1/series?\(range)", "/api/v1/query?query=up%7B", "/api/v1/query_range?query=up",
            "/api/v1/alerts", "/api/v1/rules",
        ]
        for path in gets {
            let (ours, theirs) = (
                try await Web.shared.get(hub.base + path), try await Web.shared.get(prometheus.base + path)
            )
            #expect(ours.status == theirs.status, "\(path)")
            if theirs.status.code == 200 { #expect(ours.text == theirs.text, "\(path)") }
        }
        let panels = [
            "sensor_temperature_celsius", "rate(mqtt_messages_received_total[1m])",
            "sum by (instance) (sensor_temperature_celsius)",
            "histogram_quantile(0.9, sum by (le) (rate(latency_seconds_bucket[2m])))",
            "topk(1, sensor_temperature_celsius)",
            "nothing", "sensor_temperature_celsius > 20.5", "count_values(\"v\", sensor_temperature_celsius)",
        ]
        for panel in panels {
            let query = "query=" + PercentCoding.encode(panel)
            for (path, form) in [
                ("/api/v1/query_range", "\(query)&\(range)&step=15"), ("/api/v1/query", "\(query)&time=\(through)"),
                ("/api/v1/query_range", "\(query)&\(range)&step=30&timeout=30s"),
            ] {
                let (ours, theirs) = (try await post(hub.base, path, form), try await post(prometheus.base, path, form))
                #expect(ours.status.code == 200 && theirs.status.code == 200, "\(panel)")
                #expect(ours.text == theirs.text, "\(path) \(panel)")
            }
        }
        // What the query builder has parsed and made pretty: of these Prometheus 2.42 has one.
        let pretty = "/api/v1/format_query?query=" + PercentCoding.encode("sum(rate(up[5m]))by(job)>1")
        let (ours, theirs) = (
            try await Web.shared.json(hub.base + pretty), try await Web.shared.json(prometheus.base + pretty)
        )
        #expect(ours["data"]?.text == theirs["data"]?.text && ours["data"]?.text?.isEmpty == false)
        #expect(
            try await Web.shared.json(hub.base + "/api/v1/parse_query?query=up")["data"]?["type"]?.text
                == "vectorSelector")
        hub.stop()
        prometheus.stop()
    }

    /// What a server says of itself, and what another one scrapes of it.
    @Test func statusAndFederation() async throws {
        let hub = try await RunningHub(settings: "promql: {timeout: 90s, lookback: 4m}")
        let end = Clocks.unixMilliseconds() / 1000 * 1000
        try await Self.request(endingAt: end).post(to: hub.writeURL)
        let flags = try await Web.shared.json(hub.base + "/api/v1/status/flags")["data"]
        #expect(flags?["query.timeout"]?.text == "1m30s" && flags?["query.lookback-delta"]?.text == "4m")
        let tsdb = try await Web.shared.json(hub.base + "/api/v1/status/tsdb?limit=1")["data"]
        #expect(tsdb?["headStats"]?["numSeries"]?.number == 10)
        #expect(tsdb?["seriesCountByMetricName"]?.elements.first?["name"]?.text == "latency_seconds_bucket")
        #expect(tsdb?["seriesCountByMetricName"]?.elements.first?["value"]?.number == 6)
        #expect(tsdb?["headStats"]?["maxTime"]?.number == Double(end))
        let runtime = try await Web.shared.json(hub.base + "/api/v1/status/runtimeinfo")["data"]
        #expect(runtime?["storageRetention"]?.text == "90d")
        #expect(
            try await Web.shared.json(hub.base + "/api/v1/status/config")["data"]?["yaml"]?.text?.contains(
                "timeout: 1m30s") == true)
        let page = try await Web.shared.text(hub.base + "/federate?match%5B%5D=sensor_temperature_celsius")
        #expect(
            page == """
                # TYPE sensor_temperature_celsius untyped
                sensor_temperature_celsius{instance="gw-1",job="plant",sensor="0"} 20.75 \(end)
                sensor_temperature_celsius{instance="gw-2",job="plant",sensor="0"} 20.75 \(end)

                """)
        let origin: HTTPHeaders = ["Origin": "https://grafana.example"]
        let crossed = try await Web.shared.get(hub.base + "/api/v1/query?query=1", headers: origin)
        #expect(crossed.headers["Access-Control-Allow-Origin"] == "*")
        hub.stop()
    }

    /// What is no request to the API says so as the API does: Grafana shows the member `error`.
    @Test func refusalsOfFormsAreJSON() async throws {
        let hub = try await RunningHub()
        let many = try await post(
            hub.base, "/api/v1/series", Array(repeating: "match[]=up", count: 10_001).joined(separator: "&"))
        #expect(many.status.code == 400 && many.headers["Content-Type"] == "application/json")
        #expect(try json(many)["errorType"]?.text == "bad_data")
        #expect(try json(many)["error"]?.text == "the form has too many fields")
        hub.stop()
    }

    /// A query whose client has gone stops: the next one, for which there is room only then, has its answer.
    @Test func aQueryStopsWhenItsClientGoes() async throws {
        let hub = try await RunningHub(settings: "promql: {concurrency: 1, timeout: 10m}")
        let query = PercentCoding.encode("quantile_over_time(0.5, vector(1)[1d:1s])")
        let impatient = HTTPClient(
            loops: HTTPEventLoops(), userAgent: "impatient",
            limits: HTTPClientLimits(totalTimeout: .milliseconds(500)))
        do {
            _ = try await impatient.get(
                HTTPURL(hub.base + "/api/v1/query_range?query=\(query)&start=0&end=10999&step=1"))
            Issue.record("half a second was enough for it")
        } catch {
            // It has hung up.
        }
        let next = try await Web.shared.get(hub.base + "/api/v1/query?query=1&timeout=60s")
        #expect(next.status.code == 200)
        await impatient.shutdown()
        hub.stop()
    }
}

extension HTTPReply {
    fileprivate var text: String { String(decoding: body, as: UTF8.self) }
}
