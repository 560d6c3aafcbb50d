import HTTPExchange
import LinuxSystem
import MetricModel
import RemoteWrite
import TestPeers
import Testing

/// Queries that ask for more than there is: each is told so, and the hub takes samples in all the while.
@Suite struct HostileQueryTests {
    private static let settings = "promql: {timeout: 4s, sample_limit: 2000000, concurrency: 2, experimental: true}"

    /// A query with the range of its evaluation (nil for an instant), and the status that ends it.
    private static let hostile: [(query: String, range: String?, status: Int, why: String)] = [
        (String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000), nil, 400, "depth"),
        (String(repeating: "-", count: 50_000) + "1", nil, 400, "depth"),
        (String(repeating: "sum(", count: 1000) + "a" + String(repeating: ")", count: 1000), nil, 400, "depth"),
        (String(repeating: "1+", count: 20_000) + "1", nil, 400, "depth of a chain"),
        (
            String(repeating: "sum(", count: 390) + "a" + String(repeating: ")", count: 390), nil, 200,
            "just deep enough"
        ),
        (String(repeating: "1^", count: 390) + "1", nil, 200, "just deep enough"),
        (#"a{b=~""# + String(repeating: "(x{100}y{100}){10}", count: 2000) + #""}"#, nil, 400, "the pattern's size"),
        ("max_over_time(vector(1)[100y:1ms])", nil, 422, "samples of a subquery"),
        ("sum_over_time((a * on() group_left() vector(1))[30d:1s])", nil, 422, "samples of a subquery"),
        ("a * on(nothing) b", nil, 422, "many to many"),
        ("a", "start=0&end=4000000000&step=1", 400, "points"),
        ("count_values(\"v\", a * time() / 7)", "start=1700000000&end=1700010000&step=1", 200, "nothing there"),
        ("quantile_over_time(0.5, vector(1)[1d:1s])", "start=0&end=10999&step=1&timeout=100ms", 503, "time"),
        (Self.doubled(times: 40), nil, 422, "bytes of labels"),
    ]

    /// `label_replace` that doubles a label's value each time.
    private static func doubled(times: Int) -> String {
        (0..<times).reduce("vector(1)") { inner, number in
            number == 0
                ? #"label_replace(\#(inner), "x", "0123456789", "", "")"#
                : #"label_replace(\#(inner), "x", "$1$1", "x", "(.*)")"#
        }
    }

    /// Patterns that cost other engines time without end.
    private static let patterns = ["(a+)+$", "(a|aa)*b", "(.*a){25}x", "((a?){30})a{30}", "(x+x+)+y"]

    private static func request(_ series: Int, at time: Int64) throws -> PlainRequest {
        var columns = SampleColumns()
        for number in 0..<series {
            let value = String(repeating: "a", count: 200) + "\(number)"
            for name in ["a", "b"] {
                let labels = Labels([Label("__name__", name), Label("long", value)])
                columns.beginRow(packedLabels: labels.packed, family: -1)
                columns.append(unixMilliseconds: time, value: Double(number))
            }
        }
        return try PlainRequest(columns)
    }

    private static func ask(_ base: String, _ query: String, range: String? = nil) async throws -> HTTPReply {
        let form = "query=" + PercentCoding.encode(query) + (range.map { "&" + $0 } ?? "")
        return try await Web.shared.post(
            base + (range == nil ? "/api/v1/query" : "/api/v1/query_range"),
            headers: ["Content-Type": "application/x-www-form-urlencoded"], body: Array(form.utf8))
    }

    @Test func eachEndsByALimitWhileSamplesComeIn() async throws {
        let hub = try await RunningHub(settings: Self.settings)
        let (base, url) = (hub.base, hub.writeURL)
        let start = Clocks.unixMilliseconds()
        try await Self.request(500, at: start).post(to: url)
        let writer = Task {
            var written = 0
            while !Task.isCancelled {
                let time = start + Int64(written + 1)
                do {
                    try await Self.request(5, at: time).post(to: url)
                } catch  where Task.isCancelled {
                    break
                }
                written += 1
            }
            return written
        }
        for one in Self.hostile {
            let reply = try await Self.ask(base, one.query, range: one.range)
            #expect(reply.status.code == one.status, "\(one.why): \(one.query.prefix(60)): \(reply.firstLine())")
        }
        for pattern in Self.patterns {
            let reply = try await Self.ask(base, #"count({long=~"\#(pattern)"}) or vector(0)"#)
            #expect(reply.status.code == 200, "\(pattern): \(reply.firstLine())")
        }
        // More at once than run: those beyond wait for their turn, within their time.
        let many = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { try await Self.ask(base, "count(a)").status.code } }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(many == Array(repeating: 200, count: 20))
        writer.cancel()
        #expect(try await writer.value > 0)
        hub.stop()
    }
}
