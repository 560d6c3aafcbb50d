internal import MetricModel

/// A dictionary record being built: declarations of consecutive series (DESIGN.md, "Dictionary record").
struct DictionaryPayload {
    static let version: UInt8 = 1

    private var scopes: [UInt8] = []
    private var families: [UInt8] = []
    private var entries: [UInt8] = []
    private var scopeNumbers: [ObjectIdentifier: Int] = [:]
    private var familyNumbers: [ObjectIdentifier: Int] = [:]
    private var before: [String] = []
    private(set) var firstIndex = 0
    private(set) var count = 0

    /// An upper bound of the bytes it takes now.
    var byteCountBound: Int { scopes.count + families.count + entries.count + 64 }

    /// An upper bound of the bytes that a series adds to a record that has nothing of it.
    static func byteCountBound(of series: Series) -> Int {
        let family = series.family
        let strings = [family.name, family.unit, family.help] + family.labelNames + series.labelValues
        return strings.reduce(64 + series.scope.labels.packed.count) { $0 + $1.utf8.count + 20 }
    }

    mutating func begin(firstIndex: Int) {
        self = DictionaryPayload()
        self.firstIndex = firstIndex
    }

    /// Appends the declaration of the series after the last one.
    mutating func append(_ series: Series) {
        let family = familyNumber(series.family)
        let scope = scopeNumber(series.scope)
        entries.appendVarint(UInt64(family))
        entries.appendVarint(UInt64(scope))
        for (position, value) in series.labelValues.enumerated() {
            appendValue(value, after: position < before.count ? before[position] : "")
        }
        before = series.labelValues
        count += 1
    }

    /// A label value as what it shares with the same place of the series before, and the rest.
    private mutating func appendValue(_ value: String, after before: String) {
        var shared = 0
        for (left, right) in zip(value.utf8, before.utf8) {
            if left != right { break }
            shared += 1
        }
        let rest = value.utf8.dropFirst(shared)
        entries.appendVarint(UInt64(rest.count) << 1 | (shared > 0 ? 1 : 0))
        if shared > 0 { entries.appendVarint(UInt64(shared)) }
        entries.append(contentsOf: rest)
    }

    private mutating func scopeNumber(_ scope: SeriesScope) -> Int {
        if let known = scopeNumbers[ObjectIdentifier(scope)] { return known }
        scopeNumbers[ObjectIdentifier(scope)] = scopeNumbers.count
        scopes.appendVarint(UInt64(scope.labels.packed.count))
        scopes.append(contentsOf: scope.labels.packed)
        return scopeNumbers.count - 1
    }

    private mutating func familyNumber(_ family: MetricFamily) -> Int {
        if let known = familyNumbers[ObjectIdentifier(family)] { return known }
        familyNumbers[ObjectIdentifier(family)] = familyNumbers.count
        families.appendString(family.name)
        families.append(family.type.rawValue)
        families.appendString(family.unit)
        families.appendString(family.help)
        families.appendVarint(UInt64(family.labelNames.count))
        for name in family.labelNames { families.appendString(name) }
        return familyNumbers.count - 1
    }

    /// Appends the whole record to `bytes`.
    func finish(dictionaryID: UInt64, into bytes: inout [UInt8]) {
        bytes.append(Self.version)
        bytes.appendVarint(dictionaryID)
        bytes.appendVarint(UInt64(scopeNumbers.count))
        bytes.append(contentsOf: scopes)
        bytes.appendVarint(UInt64(familyNumbers.count))
        bytes.append(contentsOf: families)
        bytes.appendVarint(UInt64(firstIndex))
        bytes.appendVarint(UInt64(count))
        bytes.append(contentsOf: entries)
    }
}
