import HTTPExchange
import LinuxSystem
import MetricModel
import RemoteWrite
import TestPeers
import Testing

/// Answers that are too large to be one piece: they come as they are written, and come whole.
@Suite(
    .enabled(if: Programs.peer("curl") != nil && Programs.peer("python3") != nil, "curl or python3 is not installed"))
struct LargeAnswerTests {
    private static let seriesCount = 24
    private static let pointCount = 11_000

    /// Two samples a series, of which the lookback makes as many points as a query may have.
    private static func fill(_ hub: RunningHub) async throws -> (start: Int64, target: String) {
        let start = Clocks.unixMilliseconds() / 1000 * 1000 - 600_000
        var columns = SampleColumns()
        for series in 0..<seriesCount {
            columns.beginRow(packedLabels: (["__name__": "m", "series": "\(series)"] as Labels).packed)
            columns.append(unixMilliseconds: start, value: Double(series) / 7)
            columns.append(unixMilliseconds: start + 275_000, value: Double(series) / 3)
        }
        try await PlainRequest(columns).post(to: hub.writeURL)
        let end = start + Int64(pointCount - 1) * 50
        let (from, through) = (Double(start) / 1000, Double(end) / 1000)
        return (start, "/api/v1/query_range?query=m&start=\(from)&end=\(through)&step=0.05")
    }

    /// curl's exit code, then the head of the answer; the body goes to a file.
    private static func curl(_ url: String, to path: String, _ options: String...) throws -> (Int32, String) {
        let result = try Programs.run("/usr/bin/curl", ["-sS", "-D", "-", "-o", path] + options + [url])
        return (result.exitCode, result.output.lowercased())
    }

    /// What an independent reader finds in a range query's answer: its type, series and points, and that each has the value
    /// its series had at the time.
    private static let reader = """
        import json, sys
        start = float(sys.argv[2])
        data = json.load(open(sys.argv[1]))["data"]
        points = wrong = 0
        for series in data["result"]:
            number = int(series["metric"]["series"])
            for place, (time, value) in enumerate(series["values"]):
                points += 1
                wanted = number / (7 if place < 5500 else 3)
                wrong += abs(time - start - place * 0.05) > 1e-4 or float(value) != wanted
        print(data["resultType"], len(data["result"]), points, wrong)
        """

    @Test func comeWholeAndAlikeInEveryWay() async throws {
        let hub = try await RunningHub()
        let (start, target) = try await Self.fill(hub)
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let url = hub.base + target
        func file(_ name: String) -> String { directory.path + "/" + name }

        let plain = try Self.curl(url, to: file("plain"))
        #expect(plain.0 == 0 && plain.1.contains("200 ok") && plain.1.contains("transfer-encoding: chunked"))
        #expect(!plain.1.contains("content-length"))
        let found = try Programs.run(
            "/usr/bin/python3", ["-c", Self.reader, file("plain"), "\(Double(start) / 1000)"])
        #expect(found.output == "matrix \(Self.seriesCount) \(Self.seriesCount * Self.pointCount) 0\n")

        let packed = try Self.curl(url, to: file("packed"), "--compressed")
        #expect(packed.0 == 0 && packed.1.contains("content-encoding: gzip"))
        // For HTTP/1.0, which knows no chunks, the close ends the body.
        let old = try Self.curl(url, to: file("old"), "--http1.0")
        #expect(old.0 == 0 && !old.1.contains("transfer-encoding") && old.1.contains("connection: close"))
        let whole = try Files.read(file("plain"), byteLimit: 64 << 20)
        #expect(whole.count > 6_000_000)
        #expect(try Files.read(file("packed"), byteLimit: 64 << 20) == whole)
        #expect(try Files.read(file("old"), byteLimit: 64 << 20) == whole)

        let head = try Programs.run("/usr/bin/curl", ["-sS", "--head", url]).output.lowercased()
        #expect(head.contains("200 ok") && head.contains("transfer-encoding: chunked"))
        #expect(!head.contains("resulttype"))
        let small = try Self.curl(hub.base + "/api/v1/query?query=m", to: file("small"))
        #expect(small.1.contains("content-length") && !small.1.contains("chunked"))
        #expect(try await hub.metric("wayside_query_unread_answers") == 0)
        hub.stop()
    }

    /// Label values whose text in JSON is six times as long as what is kept of them.
    @Test func takeLittleMemory() async throws {
        let hub = try await RunningHub()
        let value = String(repeating: "\u{1}", count: 8000)
        var columns = SampleColumns()
        for series in 0..<300 {
            columns.beginRow(packedLabels: (["__name__": "m", "series": "\(series)", "long": value] as Labels).packed)
            columns.append(unixMilliseconds: Clocks.unixMilliseconds(), value: 1)
        }
        try await PlainRequest(columns).post(to: hub.writeURL)
        let process = try #require(hub.process?.processID)
        let before = try Self.memory(process, "VmRSS")
        try writeText("5", to: "/proc/\(process)/clear_refs")
        let result = try Programs.run(
            "/usr/bin/curl",
            [
                "-sS", "-o", "/dev/null", "-w", "%{http_code} %{size_download}",
                hub.base + "/api/v1/series?match%5B%5D=m",
            ]
        ).output.split(separator: " ")
        #expect(result.first == "200")
        let answer = try #require(Int(result.last ?? ""))
        #expect(answer > 14_400_000)
        let grown = try Self.memory(process, "VmHWM") - before
        #expect(grown * 2 < answer, "\(grown) bytes for an answer of \(answer)")
        hub.stop()
    }

    private static func memory(_ process: Int32, _ name: String) throws -> Int {
        let line = try readText("/proc/\(process)/status").split(separator: "\n").first { $0.hasPrefix(name) }
        let kibibytes = line?.split { $0 == " " || $0 == "\t" }.dropFirst().first
        return try #require(kibibytes.flatMap { Int($0) }) * 1024
    }

    /// Who reads nothing holds its result only until others need the room.
    @Test func theSlowestReaderMakesWay() async throws {
        let hub = try await RunningHub(settings: "promql: {unread_limit: 1MiB}")
        let (_, target) = try await Self.fill(hub)
        let first = try #require(RawConnection(to: hub.port))
        first.send("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n")
        try await Self.until(hub, "wayside_query_unread_answers", is: 1)
        #expect(try await hub.metric("wayside_query_unread_bytes") ?? 0 > 1_000_000)
        let second = try #require(RawConnection(to: hub.port))
        second.send("GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        try await Self.until(hub, "wayside_query_given_up_answers_total", is: 1)
        let whole = second.readToEnd()
        #expect(whole.count > 6_000_000 && whole.suffix(10).elementsEqual(Array("]}}\r\n0\r\n\r\n".utf8)))
        let cut = first.readToEnd()
        #expect(cut.count < whole.count && !cut.suffix(5).elementsEqual(Array("0\r\n\r\n".utf8)))
        try await Self.until(hub, "wayside_query_unread_answers", is: 0)
        #expect(try await hub.metric("wayside_query_unread_bytes") == 0)
        hub.stop()
    }

    private static func until(_ hub: RunningHub, _ metric: String, is value: Double) async throws {
        try await Web.shared.wait(for: "\(metric) to be \(value)") { try await hub.metric(metric) == value }
    }
}
