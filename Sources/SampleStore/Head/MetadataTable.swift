internal import MetricModel

/// What requests have said of metrics, by name: the newest type, help and unit of at most `limit` names of at most
/// `nameByteLimit` bytes. What is said of others is counted and not kept; help and units are cut at `helpByteLimit`.
struct MetadataTable {
    private(set) var families: [ExactText: SampleColumns.Family] = [:]
    private var unsavedNames: Set<ExactText> = []
    private(set) var refusedCount: UInt64 = 0
    private let limit: Int
    private let nameByteLimit: Int
    private let helpByteLimit: Int

    init(limit: Int, nameByteLimit: Int, helpByteLimit: Int) {
        self.limit = limit
        self.nameByteLimit = nameByteLimit
        self.helpByteLimit = helpByteLimit
    }

    /// Takes the families of a request that have a name, and answers the hashes of those that have none: they belong to
    /// the rows that point to them (remote write 2.0 says type and help with each series), and are learnt where a
    /// series comes with another than the last time. Empty where all have names.
    mutating func learn(_ families: [SampleColumns.Family]) -> [UInt32] {
        var hasNameless = false
        for family in families {
            if family.name.isEmpty { hasNameless = true } else { learn(family) }
        }
        guard hasNameless else { return [] }
        return families.map { $0.name.isEmpty ? Self.hash($0) : 0 }
    }

    /// Takes the families of rows under the metric names of the rows.
    mutating func learn(_ rows: [Int], of columns: SampleColumns) {
        for number in rows {
            let row = columns.rows[number]
            let nameRange = columns.labelBytes.withUnsafeBytes { Self.metricName(in: $0, row.labels) }
            guard let nameRange else { continue }
            var family = columns.families[Int(row.family)]
            family.name = String(decoding: columns.labelBytes[nameRange], as: UTF8.self)
            learn(family)
        }
    }

    /// Never 0. A collision hides a change of metadata, nothing more.
    private static func hash(_ family: SampleColumns.Family) -> UInt32 {
        var hash = UInt64(family.type.rawValue) &+ 1
        for text in [family.help, family.unit] {
            var text = text
            hash = hash &* 0x9e37_79b9_7f4a_7c15 ^ text.withUTF8 { StableHash.hash(UnsafeRawBufferPointer($0)) }
        }
        return UInt32(truncatingIfNeeded: hash ^ hash >> 32) | 1
    }

    /// Where the value of `__name__` is within the packed labels at `labels`.
    private static func metricName(in bytes: UnsafeRawBufferPointer, _ labels: Range<Int>) -> Range<Int>? {
        let packed = UnsafeRawBufferPointer(rebasing: bytes[labels])
        var walk = PackedLabelWalk()
        while let label = walk.next(in: packed) {
            if label.name.count == 8, packed[label.name].elementsEqual("__name__".utf8) {
                return label.value.lowerBound + labels.lowerBound..<label.value.upperBound + labels.lowerBound
            }
        }
        return nil
    }

    mutating func learn(_ family: SampleColumns.Family, isSaved: Bool = false) {
        guard !family.name.isEmpty else { return }
        guard family.name.utf8.count <= nameByteLimit else {
            refusedCount += 1
            return
        }
        var family = family
        family.help = cut(family.help)
        family.unit = cut(family.unit)
        let name = ExactText(family.name)
        if let known = families[name] {
            // Agents send help seldom and type always: what is not said does not delete what was.
            if family.help.isEmpty { family.help = known.help }
            if family.unit.isEmpty { family.unit = known.unit }
            if family.type == .unknown { family.type = known.type }
            if known == family { return }
        } else if families.count >= limit {
            refusedCount += 1
            return
        }
        families[name] = family
        if !isSaved { unsavedNames.insert(name) }
    }

    private func cut(_ text: String) -> String {
        guard text.utf8.count > helpByteLimit else { return text }
        return String(decoding: text.utf8.prefix(helpByteLimit), as: UTF8.self)
    }

    /// What is not yet in the database, taken once.
    mutating func takeUnsaved() -> [SampleColumns.Family] {
        defer { unsavedNames.removeAll() }
        return unsavedNames.compactMap { families[$0] }
    }

    mutating func putBack(_ unsaved: [SampleColumns.Family]) {
        for family in unsaved { unsavedNames.insert(ExactText(family.name)) }
    }
}
