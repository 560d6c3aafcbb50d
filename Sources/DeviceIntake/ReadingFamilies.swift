internal import MetricModel

/// The metric families of readings, by name, at most `limit` of them over all devices, and those of the mappings, which
/// are declared beforehand.
struct ReadingFamilies {
    private let limit: Int
    private var families: [String: MetricFamily] = [:]
    private let mapped: [MetricFamily]

    init(limit: Int, mapped: [MetricFamily] = []) {
        self.limit = limit + mapped.count
        self.mapped = mapped
        for family in mapped { families[family.name] = family }
    }

    /// The family of a quantity measured in a unit, declared now if it is new and may be; nil when there are too many.
    mutating func family(quantity: String, unit: MeasuredUnit, mayBeNew: Bool) -> MetricFamily? {
        if let number = MappedMetricNumber(quantity: quantity) {
            return mapped.indices.contains(number.index) ? mapped[number.index] : nil
        }
        let name = MetricNames.family(quantity: quantity, unit: unit)
        if let known = families[name] { return known }
        guard mayBeNew, families.count < limit else { return nil }
        let words = quantity.split(separator: "_").joined(separator: " ")
        let family = MetricFamily(
            name, .gauge, help: "What devices report as \(words).",
            unit: name.hasSuffix(unit.suffix) ? unit.suffix : "",
            labels: ["device_id", MetricNames.channelLabel(quantity: quantity)])
        families[name] = family
        return family
    }
}
