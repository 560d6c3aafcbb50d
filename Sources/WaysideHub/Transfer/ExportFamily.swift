internal import MetricModel

/// Metrics that OpenMetrics wants together, under one header.
struct ExportFamily: Hashable, Sendable {
    let name: String
    let type: MetricType
    let help: String
    let unit: String
    /// The metrics' names, in ascending order.
    let members: [String]

    /// What the ends of names mean, by the types of families that have such metrics.
    private static let suffixes: [(suffix: String, types: [MetricType])] = [
        ("_total", [.counter]), ("_info", [.info]), ("_bucket", [.histogram, .gaugeHistogram]),
        ("_sum", [.histogram, .summary]), ("_count", [.histogram, .summary]), ("_gsum", [.gaugeHistogram]),
        ("_gcount", [.gaugeHistogram]), ("_created", [.counter, .histogram, .summary]),
    ]
    /// Types whose metrics never have the family's own name.
    private static let suffixed: Set<MetricType> = [.counter, .info, .histogram, .gaugeHistogram]

    private struct Place {
        let member: String
        var family: String
        var type: MetricType
        var known: SampleColumns.Family?
    }

    /// What is known of a metric: by its own name (remote write 2.0 says it so), or by its family's (1.0).
    static func described(
        _ name: String, by families: [ExactText: SampleColumns.Family]
    ) -> SampleColumns.Family? {
        if let own = families[ExactText(name)] { return own }
        for (base, types) in bases(name) {
            if let family = families[ExactText(base)], types.contains(family.type) { return family }
        }
        return nil
    }

    private static func bases(_ name: String) -> [(base: String, types: [MetricType])] {
        suffixes.filter { name.hasSuffix($0.suffix) && name.utf8.count > $0.suffix.utf8.count }.map {
            (String(name.dropLast($0.suffix.count)), $0.types)
        }
    }

    /// The families of these metrics, by name. What does not fit together (a counter without `_total`, a gauge with the
    /// name of a counter's family) becomes families of an unknown type, each with its metric's name.
    static func group(_ names: [String], _ families: [ExactText: SampleColumns.Family]) -> [ExportFamily] {
        var places = Set(names.map { ExactText($0) }).sorted().map { place($0.text, families) }
        while true {
            var types: [ExactText: Set<MetricType>] = [:]
            for place in places { types[ExactText(place.family), default: []].insert(place.type) }
            var isChanged = false
            for index in places.indices where (types[ExactText(places[index].family)]?.count ?? 0) > 1 {
                if places[index].type == .unknown, places[index].family.hasEqualBytes(places[index].member) {
                    continue
                }
                places[index].family = places[index].member
                places[index].type = .unknown
                isChanged = true
            }
            if !isChanged { break }
        }
        let grouped = Dictionary(grouping: places) { ExactText($0.family) }
        return grouped.keys.sorted().map { name in
            let members = grouped[name] ?? []
            let known = members.compactMap(\.known)
            return ExportFamily(
                name: name.text, type: members.first?.type ?? .unknown,
                help: known.first { !$0.help.isEmpty }?.help ?? "",
                unit: known.first { !$0.unit.isEmpty }?.unit ?? "", members: members.map(\.member))
        }
    }

    private static func place(_ name: String, _ families: [ExactText: SampleColumns.Family]) -> Place {
        let known = described(name, by: families)
        guard let known else { return Place(member: name, family: name, type: .unknown, known: nil) }
        if let part = bases(name).first(where: { $0.types.contains(known.type) }) {
            return Place(member: name, family: part.base, type: known.type, known: known)
        }
        let type = suffixed.contains(known.type) ? .unknown : known.type
        return Place(member: name, family: name, type: type, known: known)
    }
}
