import Exposition
import MetricModel
import Testing

@Suite struct ExpositionWriterTests {
    private static let scope = SeriesScope(["instance": "gw", "job": "node"])

    private static func sample(_ family: MetricFamily, _ labelValues: [String], _ value: Double) -> Sample {
        Sample(
            Series(family: family, scope: scope, labelValues: labelValues), unixMilliseconds: 1_700_000_000_000,
            value: value)
    }

    /// Families of every kind, scattered, with all that needs escaping.
    private static let samples: [Sample] = {
        let counter = MetricFamily(
            "a_seconds_total", .counter, help: #"Back\slash, "quotes""# + "\nand a line.", unit: "seconds",
            labels: ["mode", "cpu"])
        let gauge = MetricFamily("b_bytes", .gauge, help: "", unit: "bytes")
        let bucket = MetricFamily("h_seconds_bucket", .histogram, help: "H.", unit: "seconds", labels: ["path", "le"])
        let sum = MetricFamily("h_seconds_sum", .histogram, help: "H.", labels: ["path"])
        let count = MetricFamily("h_seconds_count", .histogram, help: "H.", labels: ["path"])
        let info = MetricFamily("c_info", .info, help: "C.", labels: ["version"])
        let plain = MetricFamily("errors", .counter, help: "No suffix.", unit: "seconds")
        let quantile = MetricFamily("s", .summary, help: "S.", labels: ["quantile"])
        return [
            sample(counter, ["user", "0"], 1.5), sample(gauge, [], 1_048_576), sample(counter, ["idle", ""], 2e6),
            sample(bucket, ["/", "0.5"], 1), sample(bucket, ["/", "1"], 2), sample(bucket, ["/", "+Inf"], 2),
            sample(sum, ["/"], 0.75), sample(count, ["/"], 2), sample(counter, ["a\\b\"c\nd", "1"], .infinity),
            sample(counter, ["user", "0"], 99), sample(info, ["1.2"], 1), sample(plain, [], .nan),
            sample(counter, ["gone", "0"], StaleMarker.value), sample(quantile, ["0.5"], -0.25),
            sample(quantile, ["1"], 3), sample(MetricFamily("u", .unknown, help: "U."), [], 7),
            sample(MetricFamily("state", .stateset, help: "", labels: ["state"]), ["on"], 1),
        ]
    }()

    @Test func text004() {
        let text = Self.write([Self.samples], .text004)
        #expect(
            text == #"""
                # HELP a_seconds_total Back\\slash, "quotes"\nand a line.
                # TYPE a_seconds_total counter
                a_seconds_total{mode="user",cpu="0"} 1.5
                a_seconds_total{mode="idle"} 2e+06
                a_seconds_total{mode="a\\b\"c\nd",cpu="1"} +Inf
                # HELP b_bytes 
                # TYPE b_bytes gauge
                b_bytes 1.048576e+06
                # HELP h_seconds H.
                # TYPE h_seconds histogram
                h_seconds_bucket{path="/",le="0.5"} 1
                h_seconds_bucket{path="/",le="1"} 2
                h_seconds_bucket{path="/",le="+Inf"} 2
                h_seconds_sum{path="/"} 0.75
                h_seconds_count{path="/"} 2
                # HELP c_info C.
                # TYPE c_info gauge
                c_info{version="1.2"} 1
                # HELP errors No suffix.
                # TYPE errors counter
                errors NaN
                # HELP s S.
                # TYPE s summary
                s{quantile="0.5"} -0.25
                s{quantile="1"} 3
                # HELP u U.
                # TYPE u untyped
                u 7
                # HELP state 
                # TYPE state gauge
                state{state="on"} 1

                """#)
    }

    @Test func openMetrics() {
        let text = Self.write([Self.samples], .openMetrics)
        #expect(
            text == #"""
                # HELP a_seconds Back\\slash, \"quotes\"\nand a line.
                # TYPE a_seconds counter
                # UNIT a_seconds seconds
                a_seconds_total{mode="user",cpu="0"} 1.5
                a_seconds_total{mode="idle"} 2e+06
                a_seconds_total{mode="a\\b\"c\nd",cpu="1"} +Inf
                # HELP b_bytes 
                # TYPE b_bytes gauge
                # UNIT b_bytes bytes
                b_bytes 1.048576e+06
                # HELP h_seconds H.
                # TYPE h_seconds histogram
                # UNIT h_seconds seconds
                h_seconds_bucket{path="/",le="0.5"} 1.0
                h_seconds_bucket{path="/",le="1.0"} 2.0
                h_seconds_bucket{path="/",le="+Inf"} 2.0
                h_seconds_sum{path="/"} 0.75
                h_seconds_count{path="/"} 2.0
                # HELP c C.
                # TYPE c info
                c_info{version="1.2"} 1.0
                # HELP errors No suffix.
                # TYPE errors unknown
                errors NaN
                # HELP s S.
                # TYPE s summary
                s{quantile="0.5"} -0.25
                s{quantile="1.0"} 3.0
                # HELP u U.
                # TYPE u unknown
                u 7.0
                # HELP state 
                # TYPE state stateset
                state{state="on"} 1.0
                # EOF

                """#)
    }

    @Test func nothing() {
        #expect(Self.write([], .text004) == "")
        #expect(Self.write([], .openMetrics) == "# EOF\n")
    }

    /// However often a series comes, it stands once, with its first value.
    @Test func seriesStandOnce() {
        let family = MetricFamily("x", .gauge, help: "", labels: ["a"])
        let samples = [("1", 1.0), ("1", 2), ("2", 3), ("1", 4), ("2", 5), ("1", 6)].map {
            Self.sample(family, [$0.0], $0.1)
        }
        #expect(Self.write([samples], .text004) == "# HELP x \n# TYPE x gauge\nx{a=\"1\"} 1\nx{a=\"2\"} 3\n")
    }

    /// A family of two producers, declared by each, stands once.
    @Test func familiesOfSeveralProducersAreOne() {
        let first = MetricFamily("x_total", .counter, help: "First.", labels: ["a"])
        let second = MetricFamily("x_total", .counter, help: "Second.", labels: ["b"])
        let text = Self.write([[Self.sample(first, ["1"], 1)], [Self.sample(second, ["2"], 2)]], .text004)
        #expect(text == "# HELP x_total First.\n# TYPE x_total counter\nx_total{a=\"1\"} 1\nx_total{b=\"2\"} 2\n")
    }

    /// The layout is kept while the series stand where they stood, whatever their values, and never used for others.
    @Test func layoutIsKeptAndRenewed() {
        var writer = ExpositionWriter(format: .text004)
        func text(_ batches: [[Sample]]) -> String {
            var bytes: [UInt8] = []
            writer.write(batches, into: &bytes)
            let fresh = Self.write(batches, .text004)
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text == fresh)
            return text
        }
        let other = Self.samples.map { Sample($0.series, unixMilliseconds: 0, value: $0.value + 1) }
        #expect(text([Self.samples]) != text([other]))
        #expect(writer.layoutCount == 1)
        _ = text([other, other])
        _ = text([Array(other.dropLast())])
        _ = text([other.reversed()])
        _ = text([[], other])
        #expect(writer.layoutCount == 5)
        _ = text([[], Self.samples])
        #expect(writer.layoutCount == 5)
    }

    /// What is written in either format is read back.
    @Test(arguments: ExpositionFormat.allCases) func roundTrip(_ format: ExpositionFormat) throws {
        let parsed = try ExpositionParser.parse(Array(Self.write([Self.samples], format).utf8), format: format)
        let family = try #require(parsed.family(format == .openMetrics ? "a_seconds" : "a_seconds_total"))
        #expect(family.type == .counter)
        #expect(family.help == "Back\\slash, \"quotes\"\nand a line.")
        #expect(family.unit == (format == .openMetrics ? "seconds" : ""))
        let escaped = Labels([
            Label("__name__", "a_seconds_total"), Label("mode", "a\\b\"c\nd"), Label("cpu", "1"),
        ])
        #expect(parsed.samples.first { $0.labels == escaped }?.value == .infinity)
        #expect(parsed.samples.allSatisfy { $0.family != nil })
        #expect(parsed.samples.count == 15)
    }

    static func write(_ batches: [[Sample]], _ format: ExpositionFormat) -> String {
        var writer = ExpositionWriter(format: format)
        var bytes: [UInt8] = []
        writer.write(batches, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
