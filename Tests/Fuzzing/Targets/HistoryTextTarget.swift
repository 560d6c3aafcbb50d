import Exposition
import MetricModel

/// Text with history, line by line and with names in quotes: what is read comes back from what is written of it, and a
/// series that stands in a row is read as where each line stands alone.
struct HistoryTextTarget: FuzzTarget {
    static let name = "history-text"
    static let dictionary = [
        "# HELP ", "# TYPE ", "# UNIT ", "# EOF\n", " counter\n", "{\"a.b\",\"c d\"=\"e\"} ", "_total", "NaN", "+Inf",
        "-0.0", " 1700000000.123\n", " -0.001\n", "\\n", "\\\"", "\\\\", " # {", "\r\n",
    ]

    static func seeds() -> [[UInt8]] {
        [
            "# TYPE a counter\n# HELP a Two\\nlines\na_total{x=\"1\"} 1.0 1.5\na_total{x=\"1\"} 2.0 16.25\n# EOF\n",
            "# TYPE \"disk.used\" gauge\n{\"disk.used\",\"host name\"=\"a\\\"b\"} -0.0 -0.001\n"
                + "{\"disk.used\",\"host name\"=\"a\\\"b\"} NaN 1700000000.123\n# EOF\n",
            "a 1 1\na{} 2 2\nab 3 3\na-4 4\na{x=\"\"} 5 5 # {t=\"1\"} 1 1\n# EOF\n",
        ].map { Array($0.utf8) }
    }

    private static let limits = ExpositionParser.Limits(
        sampleCount: 4, labelsPerSample: 10, lineByteCount: 2000, familyCount: 20)

    private func parse(_ bytes: [UInt8], anew: Bool = false) throws(ExpositionError) -> [ParsedExposition.ParsedSample]
    {
        var parser = ExpositionParser(.openMetrics, limits: Self.limits, takesQuotedNames: true)
        var samples: [ParsedExposition.ParsedSample] = []
        for (number, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty { continue }
            if anew, line.first != UInt8(ascii: "#") {
                parser = ExpositionParser(.openMetrics, limits: Self.limits, takesQuotedNames: true)
            }
            try parser.takeLine(line, number: number + 1)
            samples += parser.takeSamples()
            hold(parser.families.count <= Self.limits.familyCount, "the limit of families")
        }
        return samples
    }

    func run(_ bytes: [UInt8]) {
        let found = attempt { () throws(ExpositionError) in try parse(bytes) }
        guard let found else { return }
        let alone = attempt { () throws(ExpositionError) in try parse(bytes, anew: true) }
        hold(alone.map { same($0, found) } ?? true, "each line says the same by itself")
        var text: [UInt8] = []
        for sample in found {
            hold(PackedCheck.isCanonical(sample.labels.packed), "labels are canonical")
            guard let start = OpenMetricsHistory.start(of: sample.labels) else {
                hold(false, "a sample that was read has a name")
                return
            }
            // Beyond this, seconds as doubles do not tell milliseconds apart.
            let time = sample.unixMilliseconds.map { $0 % (1 << 43) } ?? 0
            OpenMetricsHistory.appendSample(start, unixMilliseconds: time, value: sample.value, to: &text)
        }
        let again = must("what was written is read") { () throws(ExpositionError) in try parse(text) }
        let expected = found.map {
            ParsedExposition.ParsedSample(
                labels: $0.labels, value: $0.value, unixMilliseconds: $0.unixMilliseconds.map { $0 % (1 << 43) } ?? 0,
                family: nil)
        }
        hold(same(again, expected), "samples come back: \(String(decoding: text, as: UTF8.self))")
    }

    private func same(_ left: [ParsedExposition.ParsedSample], _ right: [ParsedExposition.ParsedSample]) -> Bool {
        left.count == right.count
            && zip(left, right).allSatisfy { one, other in
                one.labels == other.labels && one.unixMilliseconds == other.unixMilliseconds
                    && (one.value.bitPattern == other.value.bitPattern || one.value.isNaN && other.value.isNaN)
            }
    }
}
