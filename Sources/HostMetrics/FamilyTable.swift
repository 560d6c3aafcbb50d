internal import MetricModel

/// Families whose names are made of what the kernel calls its fields, so that each is declared once.
final class FamilyTable {
    private let prefix: String
    private let suffix: String
    private let type: MetricType
    private let labels: [String]
    private var families: [String: MetricFamily] = [:]

    init(_ prefix: String, suffix: String = "", _ type: MetricType, labels: [String] = []) {
        self.prefix = prefix
        self.suffix = suffix
        self.type = type
        self.labels = labels
    }

    /// The family of the field called `name`; bytes that a metric's name cannot have become `_`.
    func family(_ name: String, in place: String) -> MetricFamily {
        if let known = families[name] { return known }
        let field = String(
            decoding: name.utf8.map { byte in
                let isPlain = [0x30...0x39, 0x41...0x5a, 0x61...0x7a].contains { $0.contains(byte) }
                return isPlain ? byte : UInt8(ascii: "_")
            }, as: UTF8.self)
        let family = MetricFamily(
            prefix + field + suffix, type, help: "Field \(name) of \(place).", labels: labels)
        families[name] = family
        return family
    }
}
