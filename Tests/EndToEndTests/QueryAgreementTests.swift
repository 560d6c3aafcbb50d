import Daemon
import HTTPExchange
import JSONText
import LinuxSystem
import RemoteWrite
import TestPeers
import TestValues
import Testing

/// The hub and Debian's Prometheus are sent the same requests and asked the same random questions.
@Suite(.enabled(if: Programs.peer("prometheus") != nil, "prometheus is not installed"))
struct QueryAgreementTests {
    private static let questionCount = 700
    /// Of each metric that is not of the recorded node.
    private static let largestMade = 2e6

    @Test func theHubAnswersAsPrometheusDoes() async throws {
        let seed = UInt64(20_261_127)
        // Ten minutes divide every step and range that is asked for.
        let start = (Clocks.unixMilliseconds() / 600_000 - 4) * 600_000
        let data = try AgreementData(start: start)
        if data.hostMetrics.isEmpty { print("QueryAgreementTests: without the recorded node, which is not there") }
        let hub = try await RunningHub()
        let prometheus = try RunningPeer.prometheus()
        var (message, body): ([UInt8], [UInt8]) = ([], [])
        WriteRequest1.encode(data.columns, into: &message)
        try SnappyBlock.compress(message, into: &body)
        for url in [hub.writeURL, prometheus.base + "/api/v1/write"] {
            let headers: HTTPHeaders = [
                "Content-Type": "application/x-protobuf", "Content-Encoding": "snappy",
                "X-Prometheus-Remote-Write-Version": "0.1.0",
            ]
            let reply = try await Web.shared.post(url, headers: headers, body: body)
            try #require(reply.status.isSuccess, "\(url): \(reply.firstLine())")
        }
        let first = start / 1000
        var generator = QueryGenerator(
            random: SeededRandom(seed: seed), hostMetrics: data.hostMetrics.keys.sorted(), middle: first + 900)
        var answered = 0
        for number in 0..<Self.questionCount {
            let query = generator.query()
            let grid =
                number % 3 == 0
                ? "query?time=\(first + 110 + Int64(number % 100) * 15)"
                : "query_range?start=\(first)&end=\(first + 1800)&step=\(number % 3 == 1 ? 60 : 45)"
            let path = "/api/v1/\(grid)&query=" + PercentCoding.encode(query)
            let ours = try await Answer(hub.base + path)
            let theirs = try await Answer(prometheus.base + path)
            let scale = data.hostMetrics.filter { query.contains($0.key) }.map(\.value).max() ?? Self.largestMade
            if let difference = ours.difference(from: theirs, scale: scale) {
                Issue.record("seed \(seed), question \(number), \(grid) \(query): \(difference)")
            }
            if !ours.series.isEmpty { answered += 1 }
        }
        // Most questions must have answers, or the comparison says little.
        #expect(answered > Self.questionCount * 2 / 3)
        hub.stop()
        prometheus.stop()
    }
}

/// What a server has answered a query.
private struct Answer {
    let isRefused: Bool
    private(set) var series: [[String]: [(time: Double, value: String)]] = [:]

    init(_ url: String) async throws {
        let reply = try await Web.shared.get(url)
        isRefused = !reply.status.isSuccess
        guard reply.status.isSuccess else { return }
        let result = try JSONValue(reply.body, limits: JSONLimits(byteLimit: 16 << 20, depthLimit: 32))["data"]
        guard let elements = result?["result"]?.elements, result?["resultType"]?.text != "scalar" else { return }
        for element in elements {
            let labels = (element["metric"]?.members ?? []).map { "\($0.name)=\($0.value.text ?? "")" }.sorted()
            let points = element["values"]?.elements ?? [element["value"]].compactMap { $0 }
            series[labels] = points.map { ($0.elements.first?.number ?? 0, $0.elements.last?.text ?? "") }
        }
    }

    /// In words, or nil. Numbers may differ by one part in 10¹² of the largest that went in.
    func difference(from other: Answer, scale: Double) -> String? {
        if isRefused != other.isRefused { return "only one refused" }
        if Set(series.keys) != Set(other.series.keys) {
            return
                "series \(series.keys.sorted { "\($0)" < "\($1)" }) beside \(other.series.keys.sorted { "\($0)" < "\($1)" })"
        }
        for (labels, points) in series {
            let others = other.series[labels] ?? []
            if points.map(\.time) != others.map(\.time) { return "\(labels): other times" }
            for (point, other) in zip(points, others) where point.value != other.value {
                let (ours, theirs) = (Self.number(point.value), Self.number(other.value))
                if (ours - theirs).magnitude <= 1e-12 * max(scale, ours.magnitude) { continue }
                return "\(labels) at \(point.time): \(point.value) beside \(other.value)"
            }
        }
        return nil
    }

    private static func number(_ text: String) -> Double {
        text == "+Inf" ? .infinity : text == "-Inf" ? -.infinity : Double(text) ?? .nan
    }
}
