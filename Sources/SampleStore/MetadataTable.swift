internal import MetricModel

/// What requests have said of metrics, by name: the newest type, help and unit of at most `limit` names.
struct MetadataTable {
    private(set) var families: [String: SampleColumns.Family] = [:]
    private var unsavedNames: Set<String> = []
    private(set) var refusedCount: UInt64 = 0
    private let limit: Int
    private let helpByteLimit: Int

    init(limit: Int, helpByteLimit: Int) {
        self.limit = limit
        self.helpByteLimit = helpByteLimit
    }

    /// Takes the families of a request; those without a name have their rows' metric name.
    mutating func learn(_ columns: SampleColumns) {
        guard !columns.families.isEmpty else { return }
        var seen = [Bool](repeating: false, count: columns.families.count)
        for row in columns.rows {
            let number = Int(row.family)
            guard seen.indices.contains(number), !seen[number], columns.families[number].name.isEmpty else { continue }
            seen[number] = true
            var family = columns.families[number]
            family.name = columns.labels(of: row).metricName
            learn(family)
        }
        for family in columns.families where !family.name.isEmpty { learn(family) }
    }

    mutating func learn(_ family: SampleColumns.Family, isSaved: Bool = false) {
        guard !family.name.isEmpty else { return }
        var family = family
        if family.help.utf8.count > helpByteLimit {
            family.help = String(decoding: family.help.utf8.prefix(helpByteLimit), as: UTF8.self)
        }
        if let known = families[family.name] {
            // Agents send help seldom and type always: what is not said does not delete what was.
            if family.help.isEmpty { family.help = known.help }
            if family.unit.isEmpty { family.unit = known.unit }
            if family.type == .unknown { family.type = known.type }
            if known == family { return }
        } else if families.count >= limit {
            refusedCount += 1
            return
        }
        families[family.name] = family
        if !isSaved { unsavedNames.insert(family.name) }
    }

    /// What is not yet in the database, taken once.
    mutating func takeUnsaved() -> [SampleColumns.Family] {
        defer { unsavedNames.removeAll() }
        return unsavedNames.compactMap { families[$0] }
    }

    mutating func putBack(_ unsaved: [SampleColumns.Family]) {
        for family in unsaved { unsavedNames.insert(family.name) }
    }
}
