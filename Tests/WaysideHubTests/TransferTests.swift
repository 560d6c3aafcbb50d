import Authentication
import HTTPExchange
import LabelMatching
import LinuxSystem
import MetricModel
import RemoteWrite
import SampleStore
import Synchronization
import TestPeers
import TestValues
import Testing

@testable import WaysideHub

/// Carrying history over, with a source and a receiver that answer as they are told.
@Suite struct TransferTests {
    /// A source of made-up series, `a` and `b`, with a sample every second, that answers at most so many at once.
    private struct Source: HistorySource {
        let times: ClosedRange<Int64>
        var sampleLimit = Int.max
        var names = ["a", "b"]

        func read(
            _ matchers: [LabelMatcher], from: Int64, through: Int64
        ) async throws(HistoryFailure) -> HistoryPiece {
            var columns = SampleColumns()
            for name in names {
                let labels: Labels = ["__name__": name, "x": "1"]
                guard matchers.match(labels) else { continue }
                columns.beginRow(packedLabels: labels.packed)
                let range = times.clamped(to: from...through)
                guard times.overlaps(from...through) else { continue }
                let first = (range.lowerBound + 999) / 1000 * 1000
                for time in stride(from: first, through: range.upperBound, by: 1000) {
                    columns.append(unixMilliseconds: time, value: Double(time))
                }
            }
            columns.rows.removeAll { $0.samples.isEmpty }
            if columns.sampleCount > sampleLimit { throw .tooLarge("more than \(sampleLimit) samples") }
            return HistoryPiece(columns: columns, counts: ReadCounts(), byteCount: columns.sampleCount)
        }

        func metricNames(_ sets: [[LabelMatcher]], from: Int64, through: Int64) async throws(HistoryFailure) -> [String]
        {
            names
        }

        func series(_ matchers: [LabelMatcher], from: Int64, through: Int64) async throws(HistoryFailure) -> [Labels] {
            names.map { ["__name__": $0, "x": "1"] }.filter { matchers.match($0) }
        }

        func families() async throws(HistoryFailure) -> [ExactText: SampleColumns.Family] {
            ["a": SampleColumns.Family(name: "a", type: .gauge, help: "A", unit: "")]
        }
    }

    /// A receiver that keeps what it is sent, and answers from a list first.
    private final class Receiver: Sendable {
        struct State {
            var answers: [HTTPResponse]
            var samples: [String: [Int64: Double]] = [:]
            var requests: [(format: WireFormat, samples: Int)] = []
            var families: [SampleColumns.Family] = []
        }

        let state: Mutex<State>
        let loops = HTTPEventLoops()
        let client: HTTPClient

        init(_ answers: [HTTPResponse] = []) {
            state = Mutex(State(answers: answers))
            client = HTTPClient(loops: loops, userAgent: "test")
        }

        /// Runs `work` with a sender to this.
        func serve(_ work: (TransferSender) async throws -> Void) async throws {
            var router = HTTPRouter()
            router.post("/write", bodyByteLimit: 64 << 20) { self.answer($0) }
            let server = try await HTTPServer.start(.tcp(host: "127.0.0.1", port: 0), router: router, loops: loops)
            let peer = TransferPeer(client: client, url: "http://\(server.boundAddress)", authorization: .none)
            do { try await work(try peer.sender(path: "/write")) } catch {
                await end(server)
                throw error
            }
            await end(server)
        }

        private func end(_ server: HTTPServer) async {
            await client.shutdown()
            await server.stop(within: .seconds(1))
            await loops.shutdown()
        }

        private func answer(_ request: HTTPRequest) -> HTTPResponse {
            state.withLock { state in
                if !state.answers.isEmpty { return state.answers.removeFirst() }
                do {
                    var message: [UInt8] = []
                    try SnappyBlock.decompress(request.body, byteLimit: 64 << 20, into: &message)
                    let format = try WireFormat.negotiate(
                        contentType: request.headers["Content-Type"], contentEncoding: "snappy")
                    var columns = SampleColumns()
                    switch format {
                    case .writeRequest1: _ = try WriteRequest1.decode(message, limits: DecodeLimits(), into: &columns)
                    case .writeRequest2: _ = try WriteRequest2.decode(message, limits: DecodeLimits(), into: &columns)
                    }
                    state.requests.append((format, columns.sampleCount))
                    state.families += columns.families
                    for row in columns.rows {
                        let name = "\(columns.labels(of: row))"
                        for index in row.samples {
                            state.samples[name, default: [:]][columns.unixMilliseconds[index]] = columns.values[index]
                        }
                    }
                    var answer = HTTPResponse(status: .noContent)
                    if format == .writeRequest2 {
                        let counts = WrittenCounts(samples: Int64(columns.sampleCount))
                        for header in counts.headers { answer.headers.set(header.name, header.value) }
                    }
                    return answer
                } catch { return .text("\(error)", status: .badRequest) }
            }
        }
    }

    private static let every = [[LabelMatcher("x", equals: "1")]]
    private static let quiet = TransferProgress(command: "test", isQuiet: true)

    @Test func slicesAreHalvedWhereTheyAreTooLargeAndNothingIsLostOrTwice() async throws {
        let source = Source(times: 10_000_000...13_599_000, sampleLimit: 500)
        let receiver = Receiver()
        try await receiver.serve { sender in
            var transfer = SliceTransfer(
                source, sets: Self.every, from: 0, through: 20_000_000, sender: sender, progress: Self.quiet)
            try await transfer.run()
            #expect(transfer.reached == 20_000_001)
            #expect(transfer.sender.counts.sent == 7200)
        }
        receiver.state.withLock { state in
            #expect(state.samples.keys.sorted() == ["a{x=\"1\"}", "b{x=\"1\"}"])
            for values in state.samples.values {
                #expect(values.count == 3600 && values.allSatisfy { Double($0.key) == $0.value })
            }
            #expect(state.requests.allSatisfy { $0.format == .writeRequest2 && $0.samples <= 500 })
            #expect(state.families.contains { $0.type == .gauge && $0.help == "A" })
        }
    }

    @Test func whatNoSliceIsSmallEnoughForIsToldWithWhereToGoOn() async throws {
        let source = Source(times: 5_000_000...5_000_000, sampleLimit: 1)
        let receiver = Receiver()
        try await receiver.serve { sender in
            var transfer = SliceTransfer(
                source, sets: Self.every, from: 0, through: 20_000_000, sender: sender, progress: Self.quiet)
            let error = await #expect(throws: HistoryFailure.self) { try await transfer.run() }
            #expect(error == .refused("more than 1 samples"))
            #expect(transfer.reached <= 5_000_000 && transfer.reached > 4_990_000)
        }
    }

    @Test func aSeriesThatTwoSelectorsMeanIsSentOnce() async throws {
        let receiver = Receiver()
        try await receiver.serve { sender in
            var transfer = SliceTransfer(
                Source(times: 0...9000), sets: [[LabelMatcher("__name__", equals: "a")]] + Self.every, from: 0,
                through: 9000, sender: sender, progress: Self.quiet)
            try await transfer.run()
            #expect(transfer.sender.counts.sent == 20)
        }
    }

    @Test func aReceiverOfTheOldVersionIsSentTheSameAgainInIt() async throws {
        // The first answer is that of one that reads a 2.0 message as an empty one.
        for answer in [HTTPResponse(status: .noContent), .text("no", status: .unsupportedMediaType)] {
            let receiver = Receiver([answer])
            try await receiver.serve { sender in
                var transfer = SliceTransfer(
                    Source(times: 0...9000), sets: Self.every, from: 0, through: 9000, sender: sender,
                    progress: Self.quiet)
                try await transfer.run()
            }
            receiver.state.withLock { state in
                #expect(state.requests.map(\.format) == [.writeRequest1] && state.samples["a{x=\"1\"}"]?.count == 10)
            }
        }
    }

    @Test func refusalsAreCountedByTheirReasonAndOthersByTheirWords() async throws {
        var known = HTTPResponse.text("some are too old", status: .badRequest)
        known.headers.set("Wayside-Counts", "stored=10;duplicates=4;conflicts=1;too_old=5")
        var other = HTTPResponse.text("out of bounds", status: .badRequest)
        other.headers.set("X-Prometheus-Remote-Write-Samples-Written", "12")
        let receiver = Receiver([known, other])
        try await receiver.serve { sender in
            var sender = sender
            let columns = try await Source(times: 0...9000).read([], from: 0, through: 9000).columns
            try await sender.send(columns)
            try await sender.send(columns)
            #expect(sender.counts.refused == ["too_old": 5, "\"out of bounds\"": 8])
            #expect(sender.counts.duplicates == 4 && sender.counts.conflicts == 1 && sender.counts.sent == 40)
        }
    }

    @Test func whatIsBusyIsAskedAgain() async throws {
        var busy = HTTPResponse.text("busy", status: .serviceUnavailable)
        busy.headers.set("Retry-After", "0")
        let receiver = Receiver([busy])
        try await receiver.serve { sender in
            var sender = sender
            try await sender.send(try await Source(times: 0...9000).read([], from: 0, through: 9000).columns)
            #expect(sender.counts.sent == 20)
        }
        receiver.state.withLock { #expect($0.requests.map(\.samples) == [20]) }
    }

    @Test func requestsHaveABoundOfSamplesAndOfLabels() {
        var random = SeededRandom(seed: 1)
        for round in 0..<200 {
            var columns = SampleColumns()
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                let size = random.oneIn(10) ? 3 << 20 : 100
                columns.beginRow(packedLabels: Array(repeating: UInt8(1), count: size))
                let count =
                    random.oneIn(4)
                    ? Int.random(in: 0...25_000, using: &random) : Int.random(in: 0...100, using: &random)
                for index in 0..<count { columns.append(unixMilliseconds: Int64(index), value: 0) }
            }
            let parts = TransferSender.parts(columns)
            #expect(parts.flatMap { Array($0) } == Array(0..<columns.sampleCount), "round \(round)")
            for part in parts {
                #expect((1...10_000).contains(part.count))
                let rows = columns.rows.filter { $0.samples.overlaps(part) }
                let labelBytes = rows.reduce(0) { $0 + $1.labels.count }
                #expect(labelBytes <= 4 << 20 || rows.count == 1, "round \(round)")
            }
        }
    }

    @Test(arguments: [Int.max, 3000, 100])
    func anExportIsTheSameHoweverLittleIsReadAtOnce(_ sampleLimit: Int) async throws {
        var written: [UInt8] = []
        var export = TextExport(
            Source(times: 1_000_000...4_599_000, sampleLimit: sampleLimit), sets: Self.every,
            from: TransferRange.earliest, through: TransferRange.latest, progress: Self.quiet
        ) { written += $0 }
        try await export.run()
        let lines = String(decoding: written, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 7200 + 4 && lines.last == "# EOF")
        #expect(lines[0] == "# TYPE a gauge" && lines[1] == "# HELP a A" && lines[3602] == "# TYPE b unknown")
        #expect(
            Array(lines[2..<3602])
                == (1000...4599).map { "a{x=\"1\"} \($0)000.0 \($0)" }.map { Substring(Self.exact($0)) })
        #expect(export.counts.sent == 7200)
    }

    /// Values from a million on are written with an exponent.
    private static func exact(_ line: String) -> String {
        let words = line.split(separator: " ")
        guard words.count == 3, let value = Double(words[1]) else { return line }
        var digits = String(Int(value))
        while digits.hasSuffix("0") { digits.removeLast() }
        let first = digits.removeFirst()
        return "\(words[0]) \(first)\(digits.isEmpty ? "" : "." + digits)e+06 \(words[2])"
    }

    @Test func theCountsHeaderComesBackAsItWasWritten() {
        var stored = IngestCounts()
        stored.stored = 5
        stored.duplicates = 2
        stored.refuse(.tooOld, sampleCount: 3) { [] }
        let text = CountsHeader.value(DecodedCounts(), stored)
        #expect(text == "stored=5;duplicates=2;too_old=3")
        #expect(
            CountsHeader.counts(text)?.map { "\($0.word) \($0.count)" } == ["stored 5", "duplicates 2", "too_old 3"])
        for bad in ["a", "a=b", "a=-1", "a=1;b", "a=99999999999999999999"] { #expect(CountsHeader.counts(bad) == nil) }
    }

    @Test func retentionIsSaidAndUnderstood() {
        for (milliseconds, text) in [(14 * 86_400_000, "14d"), (3_600_000, "1h"), (90_000, "90s"), (120_000, "2m")]
            as [(Int64, String)]
        {
            #expect(RetentionText.text(milliseconds) == text && RetentionText.milliseconds(text) == milliseconds)
        }
        let fifteenDays: Int64 = 15 * 86_400_000
        #expect(RetentionText.milliseconds("15d or 50GiB") == fifteenDays)
        #expect(RetentionText.milliseconds("50GiB") == nil && RetentionText.milliseconds("") == nil)
    }

    @Test func timesAndSelectorsThatAreNoneAreToldByName() throws {
        for (start, end, selector, part) in [
            ("soon", nil, nil, "--start soon"), (nil, "5e17", nil, "--end 5e17"), ("10", "9", nil, "after --end"),
            (nil, nil, "{", "--match {"), (nil, nil, "{a=~\".*\"}", "must ask for something"),
        ] as [(String?, String?, String?, String)] {
            let error = #expect(throws: TransferFailure.self) {
                try TransferRange(selectors: selector.map { [$0] } ?? [], start: start, end: end)
            }
            #expect(error?.isUsage == true && error?.description.contains(part) == true, "\(part)")
        }
        let range = try TransferRange(selectors: [], start: "1700000000.5", end: "2026-11-20T10:00:00Z")
        #expect(range.from == 1_700_000_000_500 && range.through == 1_795_168_800_000)
        #expect(range.sets.count == 1 && range.sets[0].match(["__name__": "a"]))
    }

    @Test func selectorsOfAnyNameAreWrittenSoThatTheyAreReadBack() throws {
        let matchers = [
            LabelMatcher("__name__", equals: "disk.used"), try LabelMatcher("host name", .doesNotMatch, "a\"\\|b\n"),
            try LabelMatcher("x", .notEqual, "é"), try LabelMatcher("1y", .matches, ".+"),
        ]
        #expect(try TransferRange(selectors: [SelectorText.text(matchers)], start: nil, end: nil).sets == [matchers])
    }
}
