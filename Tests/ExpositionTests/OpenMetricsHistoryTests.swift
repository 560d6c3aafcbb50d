import MetricModel
import TestValues
import Testing

@testable import Exposition

/// Series with their history as text, and read line by line.
@Suite struct OpenMetricsHistoryTests {
    private static func text(_ write: (inout [UInt8]) -> Void) -> String {
        var bytes: [UInt8] = []
        write(&bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func parse(_ text: String, _ format: ExpositionFormat = .openMetrics) throws(ExpositionError)
        -> (samples: [ParsedExposition.ParsedSample], families: [ParsedExposition.Family])
    {
        var parser = ExpositionParser(format, takesQuotedNames: true)
        var samples: [ParsedExposition.ParsedSample] = []
        var number = 1
        for line in Array(text.utf8).split(separator: 10, omittingEmptySubsequences: false).dropLast() {
            try parser.takeLine(line, number: number)
            samples += parser.takeSamples()
            number += 1
        }
        try parser.finish(lineNumber: number)
        return (samples, parser.families)
    }

    @Test func aFamilyHasItsTypeHelpAndUnit() {
        let written = Self.text {
            OpenMetricsHistory.appendHeader(
                name: "wait_seconds", type: .counter, help: "Two\nlines \"here\" \\", unit: "seconds", to: &$0)
        }
        #expect(
            written == "# TYPE wait_seconds counter\n# HELP wait_seconds Two\\nlines \\\"here\\\" \\\\\n"
                + "# UNIT wait_seconds seconds\n")
        let bare = Self.text {
            OpenMetricsHistory.appendHeader(name: "a.b", type: .unknown, help: "", unit: "seconds", to: &$0)
        }
        #expect(bare == "# TYPE \"a.b\" unknown\n")
    }

    private static let starts: [(Labels, String)] = [
        (["__name__": "up"], "up "), (["__name__": "a:b", "x": "1"], "a:b{x=\"1\"} "),
        (["__name__": "a", "x": "q\"b\\n\n", "y": "é"], "a{x=\"q\\\"b\\\\n\\n\",y=\"é\"} "),
        (["__name__": "disk.used", "host name": "a", "z": "1"], "{\"disk.used\",\"host name\"=\"a\",z=\"1\"} "),
        (["__name__": "1st"], "{\"1st\"} "), (["__name__": "a\"\n"], "{\"a\\\"\\n\"} "),
        (["__name__": "a", "le:x": "1"], "a{\"le:x\"=\"1\"} "),
    ]

    @Test(arguments: starts)
    func namesAndValuesStandAsTheFormatSays(_ labels: Labels, _ start: String) throws {
        let written = try #require(OpenMetricsHistory.start(of: labels))
        #expect(String(decoding: written, as: UTF8.self) == start)
        let read = try Self.parse(start + "1 2\n# EOF\n")
        #expect(read.samples.map(\.labels) == [labels])
    }

    @Test func aSeriesWithoutANameCannotBeSaid() {
        #expect(OpenMetricsHistory.start(of: ["x": "1"]) == nil)
    }

    /// Prometheus's reader: the text as a double, a thousand times it, cut.
    private static func asPrometheusReads(_ text: String) -> Int64? {
        Double(text).flatMap { Int64(exactly: ($0 * 1000).rounded(.towardZero)) }
    }

    @Test func everyReaderGetsTheMillisecondThatWasMeant() throws {
        var random = SeededRandom(seed: 7)
        var needed = 0
        for round in 0..<40_000 {
            let time: Int64 =
                switch round % 4 {
                case 0: Int64.random(in: 1_500_000_000_000...2_000_000_000_000, using: &random)
                case 1: Int64.random(in: -4_000_000_000_000...4_000_000_000_000, using: &random)
                case 2: Int64.random(in: -5000...5000, using: &random)
                default: Int64.random(in: 0...(1 << 45), using: &random)
                }
            let seconds = Self.text { OpenMetricsHistory.appendSeconds(time, to: &$0) }
            #expect(Self.asPrometheusReads(seconds) == time, "\(time) \(seconds)")
            let read = try Self.parse("a 1 \(seconds)\n# EOF\n")
            #expect(read.samples.first?.unixMilliseconds == time, "\(time) \(seconds)")
            // Three plain decimals, as others write them, are read as they are meant too.
            let plain =
                "\(time < 0 ? "-" : "")\(time.magnitude / 1000).\(String(time.magnitude % 1000 + 1000).dropFirst())"
            #expect(try Self.parse("a 1 \(plain)\n# EOF\n").samples.first?.unixMilliseconds == time, "\(plain)")
            if Self.asPrometheusReads(plain) != time { needed += 1 }
        }
        #expect(needed > 100, "Prometheus's reader would have been a millisecond off")
    }

    private static let fineTimes: [(String, Int64)] = [
        ("0.0009", 0), ("0.0019", 1), ("1.2345", 1234), ("-0.0019", -1), ("1700000000.1239", 1_700_000_000_123),
    ]

    @Test(arguments: fineTimes)
    func whatIsFinerThanAMillisecondIsCut(_ seconds: String, _ expected: Int64) throws {
        #expect(try Self.parse("a 1 \(seconds)\n# EOF\n").samples.first?.unixMilliseconds == expected)
    }

    @Test func valuesComeBackToTheBit() throws {
        var random = SeededRandom(seed: 11)
        let start = try #require(OpenMetricsHistory.start(of: ["__name__": "a"]))
        for round in 0..<20_000 {
            let value =
                round % 2 == 0
                ? Double(bitPattern: UInt64.random(in: .min ... .max, using: &random))
                : Double(Int64.random(in: -1_000_000_000...1_000_000_000, using: &random)) / 1000
            if StaleMarker.isStale(value) { continue }
            let line = Self.text { OpenMetricsHistory.appendSample(start, unixMilliseconds: 5, value: value, to: &$0) }
            let back = try #require(try Self.parse(line + "# EOF\n").samples.first?.value)
            #expect(back.bitPattern == value.bitPattern || value.isNaN && back.isNaN, "\(line)")
        }
    }

    @Test func samplesOfOneSeriesInARowAreReadAsIfEachStoodAlone() throws {
        let read = try Self.parse(
            "# TYPE a counter\na_total{x=\"1\"} 1 1\na_total{x=\"1\"} 2 2\na_total{x=\"1\"}  3 3\na_total{x=\"11\"} 4 4\n"
                + "a_total 5 5\na_totals 6 6\na_total-6 6\na_totals 6 6\na_total{x=\"1\"} 7 7\n# TYPE b gauge\n# TYPE a_total gauge\n"
                + "a_total{x=\"1\"} 8 8\n# EOF\n")
        #expect(read.samples.map(\.value) == [1, 2, 3, 4, 5, 6, -6, 6, 7, 8])
        #expect(read.samples.map { $0.labels["x"] } == ["1", "1", "1", "11", nil, nil, nil, nil, "1", "1"])
        #expect(read.samples.map(\.labels.metricName).filter { $0 == "a_totals" }.count == 2)
        #expect(read.samples.map(\.family) == [0, 0, 0, 0, 0, nil, 0, nil, 0, 2])
    }

    @Test(arguments: [
        ("{\"a\",\"b\"} 1 1\n# EOF\n", "label __name__ twice"), ("{x=\"1\"} 1 1\n# EOF\n", "a metric name"),
        ("a{\"b\"} 1 1\n# EOF\n", "label __name__ twice"), ("{\"\"} 1 1\n# EOF\n", "a metric name"),
        ("{\"a\"=\"1\",\"a\"=\"2\",\"n\"} 1\n# EOF\n", "label a twice"), ("a 1 1\n", "no # EOF"),
        ("# EOF\na 1 1\n", "text after # EOF"), ("{\"a} 1 1\n# EOF\n", "a closing quote"),
    ])
    func errorsSayWhatAndWhere(_ text: String, _ what: String) {
        let error = #expect(throws: ExpositionError.self) { try Self.parse(text) }
        #expect("\(error.map { "\($0)" } ?? "")".contains(what), "\(String(describing: error))")
    }

    @Test func aWholeTextKeepsToPlainNames() {
        #expect(throws: ExpositionError.self) {
            try ExpositionParser.parse(Array("{\"a\"} 1\n".utf8), format: .text004)
        }
    }

    @Test func familiesHaveALimit() throws {
        var limits = ExpositionParser.Limits()
        limits.familyCount = 2
        var parser = ExpositionParser(.openMetrics, limits: limits, takesQuotedNames: true)
        try parser.takeLine(Array("# TYPE a gauge".utf8)[...], number: 1)
        try parser.takeLine(Array("# TYPE b gauge".utf8)[...], number: 2)
        try parser.takeLine(Array("# HELP a text".utf8)[...], number: 3)
        let error = #expect(throws: ExpositionError.self) {
            try parser.takeLine(Array("# TYPE c gauge".utf8)[...], number: 4)
        }
        #expect(error?.reason == .tooManyFamilies(limit: 2) && error?.line == 4)
    }

    @Test func familyLinesMayQuoteTheirNames() throws {
        let read = try Self.parse("# TYPE \"disk.used\" gauge\n# HELP \"disk.used\" how full\n# EOF\n")
        #expect(read.families.map(\.name) == ["disk.used"] && read.families.map(\.help) == ["how full"])
    }
}
