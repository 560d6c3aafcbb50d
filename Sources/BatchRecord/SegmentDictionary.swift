internal import MetricModel

/// The declarations of one segment, as its dictionary records make them.
package struct SegmentDictionary {
    /// The most declarations it keeps; a record with more is an error.
    package let seriesLimit: Int
    /// The most bytes that all labels may take: a damaged record could say much more than its own size.
    package let labelByteLimit: Int
    package private(set) var seriesCount = 0
    package private(set) var labelByteCount = 0
    private var tables: [UInt64: [SeriesDeclaration?]] = [:]

    package init(seriesLimit: Int = 200_000, labelByteLimit: Int = 64 << 20) {
        self.seriesLimit = seriesLimit
        self.labelByteLimit = labelByteLimit
    }

    package mutating func removeAll() {
        tables.removeAll()
        seriesCount = 0
        labelByteCount = 0
    }

    func table(_ dictionaryID: UInt64) -> [SeriesDeclaration?] { tables[dictionaryID] ?? [] }

    /// Takes the declarations of a dictionary record. Those made before are left as they are. Safe on any bytes; on an
    /// error nothing is taken.
    package mutating func add(_ bytes: UnsafeRawBufferPointer) throws(BatchRecordError) {
        var reader = ByteReader(bytes)
        let version = try reader.byte()
        guard version == DictionaryPayload.version else { throw .unknownVersion(version) }
        let dictionaryID = try reader.varint()
        let scopes = try readScopes(&reader)
        let families = try readFamilies(&reader)
        let first = try reader.count("series", limit: seriesLimit)
        let count = try reader.count("series", limit: seriesLimit - first)
        // Each declaration takes two bytes at least: what is claimed must be there before memory is taken for it.
        guard count <= reader.remaining / 2 else { throw reader.damaged }
        var made: [SeriesDeclaration] = []
        made.reserveCapacity(count)
        var before: [[UInt8]] = []
        var room = labelByteLimit - labelByteCount
        for _ in 0..<count {
            made.append(try readDeclaration(&reader, scopes, families, &before, room: &room))
        }
        try take(made, first: first, dictionaryID: dictionaryID)
    }

    private mutating func take(
        _ made: [SeriesDeclaration], first: Int, dictionaryID: UInt64
    ) throws(BatchRecordError) {
        var table = tables.removeValue(forKey: dictionaryID) ?? []
        defer { if !table.isEmpty { tables[dictionaryID] = table } }
        // Places for series whose declarations are missing count too: they take memory all the same.
        let growth = max(0, first + made.count - table.count)
        guard growth <= seriesLimit - seriesCount else {
            throw .limit(what: "series", count: seriesCount + growth, limit: seriesLimit)
        }
        seriesCount += growth
        table.append(contentsOf: repeatElement(nil, count: growth))
        for (offset, declaration) in made.enumerated() where table[first + offset] == nil {
            table[first + offset] = declaration
            labelByteCount += declaration.labels.packed.count
        }
    }

    private struct Scope {
        var labels: [Label] = []
        var byteCount: Int
    }

    private func readScopes(_ reader: inout ByteReader) throws(BatchRecordError) -> [Scope] {
        let count = try reader.count("scopes", limit: reader.remaining)
        var scopes: [Scope] = []
        for _ in 0..<count {
            let packed = try reader.slice(try reader.count("label bytes", limit: reader.remaining))
            var scope = Scope(byteCount: packed.count)
            var walk = PackedLabelWalk()
            while let label = walk.next(in: packed) {
                guard scope.labels.count < DictionaryPayload.labelLimit, !label.name.isEmpty else {
                    throw reader.damaged
                }
                scope.labels.append(
                    Label(
                        String(decoding: packed[label.name], as: UTF8.self),
                        String(decoding: packed[label.value], as: UTF8.self)))
            }
            guard !walk.isDamaged else { throw reader.damaged }
            scopes.append(scope)
        }
        return scopes
    }

    private struct Family {
        var family: SampleColumns.Family
        var labelNames: [String]
        /// What the names add to each series.
        var byteCount: Int { labelNames.reduce(family.name.utf8.count) { $0 + $1.utf8.count + 2 } }
    }

    private func readFamilies(_ reader: inout ByteReader) throws(BatchRecordError) -> [Family] {
        let count = try reader.count("families", limit: reader.remaining)
        var families: [Family] = []
        for _ in 0..<count {
            let name = try reader.string()
            // A type that a later version has added is still a metric.
            let type = MetricType(rawValue: try reader.byte()) ?? .unknown
            let unit = try reader.string()
            let help = try reader.string()
            let nameCount = try reader.count("label names", limit: DictionaryPayload.labelLimit)
            var labelNames: [String] = []
            for _ in 0..<nameCount {
                labelNames.append(try reader.string())
                guard labelNames.last != "" else { throw reader.damaged }
            }
            families.append(
                Family(
                    family: SampleColumns.Family(name: name, type: type, help: help, unit: unit),
                    labelNames: labelNames))
        }
        return families
    }

    private func readDeclaration(
        _ reader: inout ByteReader, _ scopes: [Scope], _ families: [Family], _ before: inout [[UInt8]],
        room: inout Int
    ) throws(BatchRecordError) -> SeriesDeclaration {
        let family = try reader.varint()
        let scope = try reader.varint()
        guard family < UInt64(families.count), scope < UInt64(scopes.count) else { throw reader.damaged }
        let declared = families[Int(family)]
        var labels = scopes[Int(scope)].labels
        try take(scopes[Int(scope)].byteCount + declared.byteCount, of: &room)
        labels.append(Label("__name__", declared.family.name))
        var values: [[UInt8]] = []
        for (position, name) in declared.labelNames.enumerated() {
            let value = try readValue(&reader, after: position < before.count ? before[position] : [])
            labels.append(Label(name, String(decoding: value, as: UTF8.self)))
            values.append(value)
            try take(value.count, of: &room)
        }
        before = values
        return SeriesDeclaration(labels: Labels(labels), family: declared.family)
    }

    private func take(_ byteCount: Int, of room: inout Int) throws(BatchRecordError) {
        room -= byteCount
        guard room >= 0 else {
            throw .limit(what: "label bytes", count: labelByteLimit - room, limit: labelByteLimit)
        }
    }

    private func readValue(
        _ reader: inout ByteReader, after before: [UInt8]
    ) throws(BatchRecordError) -> [UInt8] {
        let form = try reader.varint()
        let shared = form & 1 == 1 ? try reader.count("shared bytes", limit: before.count) : 0
        guard form >> 1 <= UInt64(reader.remaining) else { throw reader.damaged }
        return Array(before[..<shared]) + (try reader.slice(Int(form >> 1)))
    }
}
