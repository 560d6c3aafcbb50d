package import MetricModel

/// What is known of a metric, for `metadata`.
package struct MetadataEntry: Hashable, Sendable {
    package let type: MetricType
    package let unit: String
    package let help: String

    package init(type: MetricType, unit: String, help: String) {
        self.type = type
        self.unit = unit
        self.help = help
    }
}
