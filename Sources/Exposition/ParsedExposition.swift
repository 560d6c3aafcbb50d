package import MetricModel

/// What a scraped text says.
package struct ParsedExposition: Sendable {
    /// What `# HELP`, `# TYPE` and `# UNIT` said of one family.
    package struct Family: Sendable, Hashable {
        /// The name in those lines: in OpenMetrics without `_total`.
        package let name: String
        package fileprivate(set) var type = MetricType.unknown
        package fileprivate(set) var help = ""
        package fileprivate(set) var unit = ""
    }

    package struct ParsedSample: Sendable, Hashable {
        /// With `__name__`; empty values left out.
        package let labels: Labels
        package let value: Double
        /// The sample's own time, if it had one.
        package let unixMilliseconds: Int64?
        /// Index into `families`, or nil where no line described it.
        package let family: Int?

        package init(labels: Labels, value: Double, unixMilliseconds: Int64?, family: Int?) {
            self.labels = labels
            self.value = value
            self.unixMilliseconds = unixMilliseconds
            self.family = family
        }
    }

    /// In the order of their first mention.
    package private(set) var families: [Family] = []
    package private(set) var samples: [ParsedSample] = []
    private var indexes: [ExactText: Int] = [:]

    package init() {}

    /// The family called `name`, if the text described one.
    package func family(_ name: String) -> Family? { indexes[ExactText(name)].map { families[$0] } }

    func familyIndex(_ name: String) -> Int? { indexes[ExactText(name)] }

    mutating func append(_ sample: ParsedSample) { samples.append(sample) }

    mutating func takeSamples() -> [ParsedSample] {
        defer { samples.removeAll() }
        return samples
    }

    mutating func describe(_ name: String, type: MetricType? = nil, help: String? = nil, unit: String? = nil) {
        let index = indexes[ExactText(name)] ?? families.count
        if index == families.count {
            indexes[ExactText(name)] = index
            families.append(Family(name: name))
        }
        if let type { families[index].type = type }
        if let help { families[index].help = help }
        if let unit { families[index].unit = unit }
    }
}
