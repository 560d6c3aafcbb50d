import HTTPExchange
import LinuxSystem
import MetricModel
import RemoteWrite
import TestPeers
import Testing

/// Deletion over HTTP, beside Prometheus, and by command.
@Suite struct DeletionTests {
    private static let start = Clocks.unixMilliseconds() / 10_000 * 10_000 - 600_000
    private static let admin = "/api/v1/admin/tsdb/"

    /// Series a, b and c of two machines, a sample every ten seconds.
    private func write(to base: String, from first: Int64 = 0, value: Double = 1) async throws {
        var columns = SampleColumns()
        for name in ["a", "b", "c"] {
            for machine in ["x", "y"] {
                columns.beginRow(packedLabels: Labels([Label("__name__", name), Label("machine", machine)]).packed)
                for step in first..<30 {
                    columns.append(unixMilliseconds: Self.start + step * 10_000, value: value)
                }
            }
        }
        var (message, body): ([UInt8], [UInt8]) = ([], [])
        WriteRequest1.encode(columns, into: &message)
        try SnappyBlock.compress(message, into: &body)
        let headers = HTTPHeaders(WireFormat.writeRequest1.requestHeaders.map { ($0.name, $0.value) })
        let reply = try await Web.shared.post(base + "/api/v1/write", headers: headers, body: body)
        #expect(reply.status.code / 100 == 2)
    }

    private func samples(_ query: QueryAPI) async throws -> [String] {
        var all: [String] = []
        for (labels, samples) in try await query.samples("{machine=~\".+\"}[1h]") {
            for (time, value) in samples {
                all.append(
                    "\(labels["__name__"] ?? "") \(labels["machine"] ?? "") \((time - Self.start) / 1000) \(value)")
            }
        }
        return all.sorted()
    }

    private func order(_ base: String, _ rest: String, method: HTTPMethod = .post) async throws -> (Int, String) {
        let reply = try await Web.shared.send(method, base + Self.admin + rest)
        return (reply.status.code, String(decoding: reply.body, as: UTF8.self))
    }

    private static func deletion(_ parameters: (String, String)...) -> String {
        "delete_series?"
            + parameters.map { PercentCoding.encode($0.0) + "=" + PercentCoding.encode($0.1) }
            .joined(separator: "&")
    }

    private static func seconds(_ offset: Int64) -> String { "\(start / 1000 + offset)" }

    /// Requests and what of the samples is left of 180 after each.
    private static let requests: [(HTTPMethod, String, code: Int, left: Int)] = [
        (.post, "delete_series", 400, 180), (.get, deletion(("match[]", "a")), 405, 180),
        (.post, deletion(("match[]", "{")), 400, 180), (.post, deletion(("match[]", "a"), ("start", "x")), 400, 180),
        (.post, deletion(("match[]", "a"), ("start", seconds(20)), ("end", seconds(10))), 204, 180),
        (.post, deletion(("match[]", "none")), 204, 180),
        (.post, deletion(("match[]", "a{machine='x'}"), ("start", seconds(10)), ("end", seconds(30))), 204, 177),
        (.put, deletion(("match[]", "b{machine!='x'}"), ("match[]", "c"), ("end", seconds(0))), 204, 174),
        (.post, deletion(("match[]", "{__name__=~'a|b',machine=~'y'}"), ("start", seconds(250))), 204, 164),
        (.post, "clean_tombstones", 204, 164), (.put, deletion(("match[]", "b")), 204, 110),
        (.put, "clean_tombstones", 204, 110),
    ]

    /// Of all the days that a report speaks of.
    private func hidden(in report: String) -> Int {
        let words = report.split { " (\n".contains($0) }
        return zip(words, words.dropFirst()).reduce(0) { $0 + ($1.1 == "hidden" ? Int($1.0) ?? 0 : 0) }
    }

    @Test func whatIsDeletedIsWhatPrometheusDeletes() async throws {
        let hub = try await RunningHub(storage: "admin_api: true")
        let peer = try RunningPeer.prometheus(options: ["--web.enable-admin-api"])
        try await write(to: hub.base)
        try await write(to: peer.base)
        for (method, request, code, left) in Self.requests {
            let note: Comment = "\(method) \(request)"
            if request == "clean_tombstones" {
                for command in ["inspect", "verify"] {
                    let report = try hub.store(command)
                    #expect(report.exitCode == 0 && hidden(in: report.output) > 0, "\(command): \(report.output)")
                }
            }
            let answer = try await order(hub.base, request, method: method)
            #expect(answer.0 == code, note)
            let found = try await samples(hub.query)
            #expect(found.count == left, note)
            #expect(try await order(peer.base, request, method: method).0 == code, note)
            #expect(try await samples(peer.query) == found, note)
        }
        // It stays so when the hub is killed, and a corrected backfill is taken.
        let before = try await samples(hub.query)
        hub.kill()
        try await hub.start()
        #expect(try await samples(hub.query) == before)
        try await write(to: hub.base, from: 20, value: 2)
        let corrected = try await samples(hub.query)
        #expect(corrected.filter { $0.hasPrefix("b x") } == (20..<30).map { "b x \($0 * 10) 2" }.sorted())
        #expect(corrected.contains("c x 200 1"))
        // By command, and everything: the fleet's report is empty then, not broken.
        let arguments = ["store", "delete", "--config", hub.configPath, "--match"]
        let wrong = try Programs.run(Programs.hub, arguments + ["{"])
        #expect(wrong.exitCode == 2 && wrong.output.contains("unexpected end of input"), "\(wrong.output)")
        let done = try Programs.run(Programs.hub, arguments + ["{__name__=~\".+\"}", "--start", Self.seconds(0)])
        #expect(done.exitCode == 0 && done.output.contains("done by the running hub"), "\(done.output)")
        #expect(try await samples(hub.query) == [])
        #expect(try await hub.web.get(hub.base + "/api/v1/fleet").status.code == 200)
        hub.stop()
        let offline = try Programs.run(Programs.hub, arguments + ["a"])
        #expect(offline.exitCode == 0 && offline.output.hasSuffix(": done\n"), "\(offline.output)")
    }

    @Test func itIsOffByDefaultAndAsksForCredentialsWhereTheListenerDoes() async throws {
        let plain = try await RunningHub()
        for endpoint in ["delete_series", "clean_tombstones"] {
            let answer = try await order(plain.base, endpoint)
            #expect(answer.0 == 500)
            #expect(answer.1 == #"{"status":"error","errorType":"unavailable","error":"admin APIs disabled"}"#)
        }
        let guarded = try await RunningHub(http: Credentials.http, storage: "admin_api: true")
        let url = guarded.base + Self.admin + Self.deletion(("match[]", "a"))
        #expect(try await Web.shared.send(.post, url).status.code == 401)
        #expect(try await Web.shared.send(.post, url, headers: Credentials.bearer).status.code == 204)
    }
}
