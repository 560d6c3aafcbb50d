internal import MetricModel
internal import PromQL

/// Samples with their times as Prometheus's text format 0.0.4, types unknown. A name that the format could not hold is
/// written as its successor does, in quotes within the braces.
struct FederationText {
    private(set) var bytes: [UInt8] = []
    private var family = ""

    /// Samples of one name come one behind the other. A series without `instance` gets an empty one, so that whoever
    /// scrapes with `honor_labels` does not add the server's own.
    mutating func add(_ name: String, _ labels: Labels, _ unixMilliseconds: Int64, _ value: Double) {
        let isPlain = LabelNameText.isMetricName(name)
        let nameText = isPlain ? name : Self.quoted(name)
        if name != family {
            family = name
            append("# TYPE \(nameText) untyped\n")
        }
        var inside: [String] = isPlain ? [] : [nameText]
        for label in labels where label.name != "__name__" {
            inside.append(
                "\(LabelNameText.isBare(label.name) ? label.name : Self.quoted(label.name))=\(Self.quoted(label.value))"
            )
        }
        if labels["instance"] == nil { inside.append("instance=\"\"") }
        append(
            "\(isPlain ? name : ""){\(inside.joined(separator: ","))} \(GoNumber.general(value)) \(unixMilliseconds)\n")
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// The format's three escapes.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": quoted += "\\\\"
            case "\"": quoted += "\\\""
            case "\n": quoted += "\\n"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
