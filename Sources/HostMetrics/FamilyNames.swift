internal import MetricModel

/// The families of one collector by their names: what is declared twice, because the kernel calls two things almost the
/// same, is one family, so that its series are the same.
struct FamilyNames {
    /// Text files may have new names in every run: beyond so many it is begun anew, and two of one name may be two.
    private let limit: Int
    private var families: [String: MetricFamily] = [:]

    init(limit: Int = 10_000) {
        self.limit = limit
    }

    var count: Int { families.count }

    /// The family that came first under this one's name and with its type and labels.
    mutating func first(_ family: MetricFamily) -> MetricFamily {
        guard let known = families[family.name] else {
            if families.count >= limit { families.removeAll() }
            families[family.name] = family
            return family
        }
        return known.type == family.type && known.labelNames == family.labelNames ? known : family
    }
}
