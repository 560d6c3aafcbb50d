internal import Exposition
internal import MetricModel

/// Samples with their times as Prometheus's text format 0.0.4, types unknown. A name that the format could not hold is
/// written as 1.0.0 does, in quotes within the braces.
enum FederationText {
    struct Sample {
        let labels: Labels
        let unixMilliseconds: Int64
        let value: Double
        /// Whether it is the first of its name: those of one name come one behind the other.
        let beginsFamily: Bool
    }

    /// A series without `instance` gets an empty one, so that whoever scrapes with `honor_labels` does not add the
    /// server's own; one without a name is left out.
    static func append(_ sample: Sample, to bytes: inout [UInt8]) {
        guard var start = OpenMetricsHistory.start(of: sample.labels) else { return }
        if sample.beginsFamily {
            bytes += "# TYPE ".utf8
            OpenMetricsHistory.appendName(sample.labels.metricName, to: &bytes)
            bytes += " untyped\n".utf8
        }
        if sample.labels["instance"] == nil {
            // Behind the other labels, where there are any: it ends with a space, and before it their brace.
            start.removeLast()
            let hasBrace = start.last == UInt8(ascii: "}")
            if hasBrace { start.removeLast() }
            start += (hasBrace ? "," : "{").utf8
            start += "instance=\"\"} ".utf8
        }
        bytes += start
        GoNumberText.appendGeneral(sample.value, to: &bytes)
        bytes += " \(sample.unixMilliseconds)\n".utf8
    }
}
