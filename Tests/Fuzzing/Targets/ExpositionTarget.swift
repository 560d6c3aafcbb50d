import Exposition
import MetricModel

/// Exposition text, both formats: limits are kept, and the samples come back from text written of them.
struct ExpositionTarget: FuzzTarget {
    static let name = "exposition"
    static let dictionary = [
        "# HELP ", "# TYPE ", "# UNIT ", "# EOF\n", " counter\n", " gauge\n", " histogram\n", "_total", "_bucket",
        "{le=\"+Inf\"}", "NaN", "+Inf", "-Inf", "1e-9", "\\n", "\\\"", "\\\\", " # {", "1700000000123", "\r\n",
    ]

    static func seeds() -> [[UInt8]] {
        let samples = SeedBatches.batch(seed: 3, count: 20).samples
        let written = ExpositionFormat.allCases.enumerated().map { index, format in
            var writer = ExpositionWriter(format: format)
            var text: [UInt8] = []
            writer.write(samples, into: &text)
            return [UInt8(index)] + text
        }
        let others = [
            "\u{0}# HELP a_total Two\\n lines\n# TYPE a_total counter\na_total{x=\"1\", y = \"\\\"\\\\\\n\" , } 1.5e3 17\n",
            "\u{1}# TYPE a counter\n# UNIT a seconds\na_total{x=\"1\"} 1 17.125 # {trace=\"x\"} 0.5 1.5\n# EOF\n",
        ]
        return written + others.map { Array($0.utf8) }
    }

    private static let limits = ExpositionParser.Limits(
        byteCount: 1 << 16, sampleCount: 500, labelsPerSample: 10, lineByteCount: 2000)

    func run(_ bytes: [UInt8]) {
        guard let choice = bytes.first else { return }
        let format: ExpositionFormat = choice & 1 == 0 ? .text004 : .openMetrics
        do throws(ExpositionError) {
            let parsed = try ExpositionParser.parse(Array(bytes.dropFirst()), format: format, limits: Self.limits)
            check(parsed)
            checkAgain(parsed)
        } catch {
            hold(error.line >= 1 && error.column >= 1 && !error.description.isEmpty, "an error has a place")
        }
    }

    private func check(_ parsed: ParsedExposition) {
        hold(parsed.samples.count <= Self.limits.sampleCount, "the limit of samples")
        for sample in parsed.samples {
            hold(PackedCheck.isCanonical(sample.labels.packed), "labels are canonical: \(sample.labels)")
            hold(
                sample.labels.reduce(0) { count, _ in count + 1 } <= Self.limits.labelsPerSample + 1,
                "the limit of labels")
            if let family = sample.family { hold(parsed.families.indices.contains(family), "a family is there") }
        }
    }

    private struct Plain: Hashable {
        let labels: Labels
        let bits: UInt64

        init(_ labels: Labels, _ value: Double) {
            self.labels = labels
            bits = value.isNaN ? Double.nan.bitPattern : value.bitPattern
        }
    }

    /// Writes the samples as gauges; order is by family then, and of equal series the first is written.
    private func checkAgain(_ parsed: ParsedExposition) {
        var seen: Set<Labels> = []
        let samples = parsed.samples.filter { seen.insert($0.labels).inserted }.map { sample in
            Sample(PlainSample.series(sample.labels), unixMilliseconds: 0, value: sample.value)
        }.filter { !StaleMarker.isStale($0.value) }
        var writer = ExpositionWriter(format: .text004)
        var text: [UInt8] = []
        writer.write(samples, into: &text)
        let again = must("what was written is read") { () throws(ExpositionError) in
            try ExpositionParser.parse(text, format: .text004)
        }
        var counts: [Plain: Int] = [:]
        for sample in samples { counts[Plain(sample.series.fullLabels(), sample.value), default: 0] += 1 }
        for sample in again.samples { counts[Plain(sample.labels, sample.value), default: 0] -= 1 }
        let different = counts.filter { $0.value != 0 }
        hold(different.isEmpty, "samples come back: \(different) of \(String(decoding: text, as: UTF8.self))")
    }
}
