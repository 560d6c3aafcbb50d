internal import Exposition
internal import MetricModel

/// Samples with their times as Prometheus's text format 0.0.4, types unknown. A name that the format could not hold is
/// written as its successor does, in quotes within the braces.
struct FederationText {
    private(set) var bytes: [UInt8] = []
    private var family = ""

    /// Samples of one name come one behind the other. A series without `instance` gets an empty one, so that whoever
    /// scrapes with `honor_labels` does not add the server's own; one without a name is left out.
    mutating func add(_ name: String, _ labels: Labels, _ unixMilliseconds: Int64, _ value: Double) {
        guard var start = OpenMetricsHistory.start(of: labels) else { return }
        if name != family {
            family = name
            append("# TYPE ")
            OpenMetricsHistory.appendName(name, to: &bytes)
            append(" untyped\n")
        }
        if labels["instance"] == nil {
            // Behind the other labels, where there are any: it ends with a space, and before it their brace.
            start.removeLast()
            let hasBrace = start.last == UInt8(ascii: "}")
            if hasBrace { start.removeLast() }
            start += (hasBrace ? "," : "{").utf8
            start += "instance=\"\"} ".utf8
        }
        bytes += start
        GoNumberText.appendGeneral(value, to: &bytes)
        append(" \(unixMilliseconds)\n")
    }

    private mutating func append(_ text: String) { bytes += text.utf8 }
}
