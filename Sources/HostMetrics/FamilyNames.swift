internal import MetricModel

/// The families of one collector by their names: what is declared twice, because the kernel calls two things almost the
/// same, is one family, so that its series are the same.
struct FamilyNames {
    private var families: [String: MetricFamily] = [:]

    /// The family that came first under this one's name and with its labels.
    mutating func first(_ family: MetricFamily) -> MetricFamily {
        guard let known = families[family.name] else {
            families[family.name] = family
            return family
        }
        return known.labelNames == family.labelNames ? known : family
    }
}
