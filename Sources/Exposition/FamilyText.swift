internal import MetricModel

/// The fixed parts of the text: a family's header lines, a series' name and labels.
enum FamilyText {
    /// The name in the family's header lines. It is the samples' name, except that OpenMetrics leaves a counter's
    /// `_total` and an info's `_info` to the samples, and that a histogram's or summary's samples share one family.
    static func name(of family: MetricFamily, _ format: ExpositionFormat) -> String {
        switch family.type {
        case .counter where format == .openMetrics: dropping(["_total"], from: family.name)
        case .info where format == .openMetrics: dropping(["_info"], from: family.name)
        case .histogram: dropping(["_bucket", "_sum", "_count"], from: family.name)
        case .gaugeHistogram: dropping(["_bucket", "_gsum", "_gcount"], from: family.name)
        case .summary: dropping(["_sum", "_count"], from: family.name)
        default: family.name
        }
    }

    static func appendHeader(of family: MetricFamily, _ format: ExpositionFormat, to text: inout [UInt8]) {
        let name = name(of: family, format)
        append("# HELP \(name) ", to: &text)
        appendEscaped(family.help, quotes: format == .openMetrics, to: &text)
        append("\n# TYPE \(name) \(typeWord(family, format))\n", to: &text)
        // A unit is only allowed where the name ends with it.
        if format == .openMetrics, !family.unit.isEmpty, name.hasSuffix("_" + family.unit) {
            append("# UNIT \(name) \(family.unit)\n", to: &text)
        }
    }

    /// `name{label="value"} ` with the series' own labels, empty ones left out.
    static func appendSeries(_ series: Series, _ format: ExpositionFormat, to text: inout [UInt8]) {
        append(sampleName(of: series.family, format), to: &text)
        var separator = UInt8(ascii: "{")
        for (label, value) in zip(series.family.labelNames, series.labelValues) where !value.isEmpty {
            text.append(separator)
            append(label, to: &text)
            append("=\"", to: &text)
            appendEscaped(boundary(label, value, format), quotes: true, to: &text)
            text.append(UInt8(ascii: "\""))
            separator = UInt8(ascii: ",")
        }
        if separator == UInt8(ascii: ",") { text.append(UInt8(ascii: "}")) }
        text.append(UInt8(ascii: " "))
    }

    private static func typeWord(_ family: MetricFamily, _ format: ExpositionFormat) -> String {
        if format == .openMetrics {
            // A counter's samples must end with _total; one that does not is unknown, as in Prometheus's own writer.
            return family.type == .counter && !family.name.hasSuffix("_total") ? "unknown" : family.type.name
        }
        return switch family.type {
        case .counter, .gauge, .histogram, .summary: family.type.name
        case .info, .stateset: "gauge"
        case .gaugeHistogram: "histogram"
        case .unknown: "untyped"
        }
    }

    private static func sampleName(of family: MetricFamily, _ format: ExpositionFormat) -> String {
        format == .openMetrics && family.type == .info && !family.name.hasSuffix("_info")
            ? family.name + "_info" : family.name
    }

    /// OpenMetrics writes the boundaries of buckets and quantiles as floats: `le="1.0"`.
    private static func boundary(_ label: String, _ value: String, _ format: ExpositionFormat) -> String {
        guard format == .openMetrics, label == "le" || label == "quantile" else { return value }
        let isWhole = value.utf8.allSatisfy { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }
        return isWhole ? value + ".0" : value
    }

    private static func dropping(_ suffixes: [String], from name: String) -> String {
        for suffix in suffixes where name.hasSuffix(suffix) && name.utf8.count > suffix.utf8.count {
            return String(name.dropLast(suffix.count))
        }
        return name
    }

    static func appendEscaped(_ string: String, quotes: Bool, to text: inout [UInt8]) {
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): append("\\\\", to: &text)
            case UInt8(ascii: "\n"): append("\\n", to: &text)
            case UInt8(ascii: "\"") where quotes: append("\\\"", to: &text)
            default: text.append(byte)
            }
        }
    }

    private static func append(_ string: String, to text: inout [UInt8]) { text.append(contentsOf: string.utf8) }
}
