/// A metric's name with what is said of it once: type, unit, help and the names of its labels.
///
/// A collector declares its families once and names them with each sample. A family is compared by identity,
/// which is why it is a class: two declarations of one name are two families.
package final class MetricFamily: Sendable, Hashable {
    /// The metric's full name, suffixes included: `node_cpu_seconds_total`.
    package let name: String
    package let type: MetricType
    /// The help text, one line without escapes. May be empty.
    package let help: String
    /// The base unit as OpenMetrics spells it (`seconds`, `bytes`), or empty.
    package let unit: String
    /// Label names in the order in which samples give their values.
    package let labelNames: [String]

    package init(_ name: String, _ type: MetricType, help: String, unit: String = "", labels labelNames: [String] = [])
    {
        self.name = name
        self.type = type
        self.help = help
        self.unit = unit
        self.labelNames = labelNames
    }

    package static func == (left: MetricFamily, right: MetricFamily) -> Bool { left === right }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
