internal import MetricModel

/// The metric families of readings, by name, at most `limit` of them over all devices.
struct ReadingFamilies {
    private let limit: Int
    private var families: [String: MetricFamily] = [:]

    init(limit: Int) {
        self.limit = limit
    }

    /// The family of a quantity measured in a unit, declared now if it is new; nil when there are too many.
    mutating func family(quantity: String, unit: MeasuredUnit) -> MetricFamily? {
        let name = MetricNames.family(quantity: quantity, unit: unit)
        if let known = families[name] { return known }
        guard families.count < limit else { return nil }
        let words = quantity.split(separator: "_").joined(separator: " ")
        let family = MetricFamily(
            name, .gauge, help: "What devices report as \(words).",
            unit: name.hasSuffix(unit.suffix) ? unit.suffix : "",
            labels: ["device_id", MetricNames.channelLabel(quantity: quantity)])
        families[name] = family
        return family
    }
}
