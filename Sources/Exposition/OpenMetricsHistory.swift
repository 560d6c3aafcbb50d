package import MetricModel

/// Samples with their times as OpenMetrics text, for whoever writes history piece by piece: a family's header, then its
/// series one after the other, each with its samples in ascending time; `end` closes the text.
///
/// Values are the shortest decimals that give the same bits back; of NaNs the text knows one. Label values stand as
/// they are, so `le="1"` keeps its form. A name outside OpenMetrics 1.0's letters stands in quotes within the braces,
/// as the format's coming version and Prometheus 3 have it.
package enum OpenMetricsHistory {
    /// The last line.
    package static let end: [UInt8] = Array("# EOF\n".utf8)

    /// The lines that describe a family. Help and unit are left out where they are empty, the unit also where the
    /// name does not end with it, which the format forbids.
    package static func appendHeader(
        name: String, type: MetricType, help: String, unit: String, to text: inout [UInt8]
    ) {
        appendLine("TYPE", name, type.name, to: &text)
        if !help.isEmpty { appendLine("HELP", name, help, to: &text) }
        if !unit.isEmpty, name.hasSuffix("_" + unit) { appendLine("UNIT", name, unit, to: &text) }
    }

    private static func appendLine(_ keyword: String, _ name: String, _ content: String, to text: inout [UInt8]) {
        text.append(contentsOf: "# \(keyword) ".utf8)
        appendName(name, to: &text)
        text.append(UInt8(ascii: " "))
        FamilyText.appendEscaped(content, quotes: true, to: &text)
        text.append(UInt8(ascii: "\n"))
    }

    /// A metric's name, in quotes where it has to be.
    package static func appendName(_ name: String, to text: inout [UInt8]) {
        if isPlain(name, colons: true) { text.append(contentsOf: name.utf8) } else { appendQuoted(name, to: &text) }
    }

    /// What a series' lines begin with, up to the value. Nil for a series without a name, which the format cannot say.
    package static func start(of labels: Labels) -> [UInt8]? {
        let name = labels.metricName
        guard !name.isEmpty else { return nil }
        var text: [UInt8] = []
        var separator = UInt8(ascii: "{")
        if isPlain(name, colons: true) {
            text.append(contentsOf: name.utf8)
        } else {
            text.append(separator)
            appendQuoted(name, to: &text)
            separator = UInt8(ascii: ",")
        }
        for label in labels where label.name != "__name__" {
            text.append(separator)
            separator = UInt8(ascii: ",")
            if isPlain(label.name, colons: false) {
                text.append(contentsOf: label.name.utf8)
            } else {
                appendQuoted(label.name, to: &text)
            }
            text.append(UInt8(ascii: "="))
            appendQuoted(label.value, to: &text)
        }
        if separator == UInt8(ascii: ",") { text.append(UInt8(ascii: "}")) }
        text.append(UInt8(ascii: " "))
        return text
    }

    /// One line; `start` is the series'. The value is no stale marker, which the format cannot say.
    package static func appendSample(
        _ start: [UInt8], unixMilliseconds: Int64, value: Double, to text: inout [UInt8]
    ) {
        precondition(!StaleMarker.isStale(value), "a stale marker is no value")
        text.append(contentsOf: start)
        GoNumberText.appendOpenMetrics(value, to: &text)
        text.append(UInt8(ascii: " "))
        appendSeconds(unixMilliseconds, to: &text)
        text.append(UInt8(ascii: "\n"))
    }

    /// Seconds with the milliseconds as decimals. Prometheus multiplies them by a thousand as a double and cuts, so that
    /// some would become the millisecond before: those are written as the next double, some ten millionths later.
    static func appendSeconds(_ unixMilliseconds: Int64, to text: inout [UInt8]) {
        let magnitude = unixMilliseconds.magnitude
        let start = text.count
        if unixMilliseconds < 0 { text.append(UInt8(ascii: "-")) }
        text.append(contentsOf: String(magnitude / 1000).utf8)
        let rest = magnitude % 1000
        guard rest > 0 else { return }
        let written = Double(magnitude / 1000) + Double(rest) / 1000
        // Beyond some 280,000 years a double does not tell milliseconds apart any more.
        if magnitude < 1 << 53, (written * 1000).rounded(.towardZero) < Double(magnitude) {
            text.removeLast(text.count - start)
            if unixMilliseconds < 0 { text.append(UInt8(ascii: "-")) }
            GoNumberText.appendPlain(written.nextUp, to: &text)
            return
        }
        text.append(UInt8(ascii: "."))
        for divisor: UInt64 in [100, 10, 1] { text.append(UInt8(ascii: "0") + UInt8(rest / divisor % 10)) }
    }

    private static func isPlain(_ name: String, colons: Bool) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (65...90).contains(byte) || (0x30...0x39).contains(byte)
                || byte == UInt8(ascii: "_") || colons && byte == UInt8(ascii: ":")
        }
    }

    private static func appendQuoted(_ content: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        FamilyText.appendEscaped(content, quotes: true, to: &text)
        text.append(UInt8(ascii: "\""))
    }
}
