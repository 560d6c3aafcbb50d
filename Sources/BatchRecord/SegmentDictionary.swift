internal import MetricModel

/// The declarations of one segment, as its dictionary records make them.
package struct SegmentDictionary {
    /// The most declarations it keeps; a record with more is an error.
    package let seriesLimit: Int
    package private(set) var seriesCount = 0
    /// The most bytes of labels that one record may unfold to; shared prefixes could otherwise make much out of little.
    private static let labelByteLimit = 16 << 20
    /// The most labels of a scope and of a family.
    private static let labelLimit = 256
    private var tables: [UInt64: [SeriesDeclaration?]] = [:]

    package init(seriesLimit: Int = 200_000) {
        self.seriesLimit = seriesLimit
    }

    package mutating func removeAll() {
        tables.removeAll()
        seriesCount = 0
    }

    /// The series of a number, or nil where its declaration is missing.
    func declaration(dictionaryID: UInt64, index: Int) -> SeriesDeclaration? {
        guard let table = tables[dictionaryID], index < table.count else { return nil }
        return table[index]
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
        var labelByteCount = 0
        for _ in 0..<count {
            let declaration = try readDeclaration(&reader, scopes, families, &before)
            labelByteCount += declaration.labels.packed.count
            guard labelByteCount <= Self.labelByteLimit else {
                throw .limit(what: "label bytes", count: labelByteCount, limit: Self.labelByteLimit)
            }
            made.append(declaration)
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
        }
    }

    private func readScopes(_ reader: inout ByteReader) throws(BatchRecordError) -> [[Label]] {
        let count = try reader.count("scopes", limit: reader.remaining)
        var scopes: [[Label]] = []
        for _ in 0..<count {
            let packed = Array(try reader.slice(try reader.count("label bytes", limit: reader.remaining)))
            let labels = Array(Labels(alreadyPacked: packed))
            guard labels.count <= Self.labelLimit else {
                throw .limit(what: "scope labels", count: labels.count, limit: Self.labelLimit)
            }
            scopes.append(labels)
        }
        return scopes
    }

    private struct Family {
        var family: SampleColumns.Family
        var labelNames: [String]
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
            let nameCount = try reader.count("label names", limit: Self.labelLimit)
            var labelNames: [String] = []
            for _ in 0..<nameCount { labelNames.append(try reader.string()) }
            families.append(
                Family(
                    family: SampleColumns.Family(name: name, type: type, help: help, unit: unit),
                    labelNames: labelNames))
        }
        return families
    }

    private func readDeclaration(
        _ reader: inout ByteReader, _ scopes: [[Label]], _ families: [Family], _ before: inout [[UInt8]]
    ) throws(BatchRecordError) -> SeriesDeclaration {
        let family = try reader.varint()
        let scope = try reader.varint()
        guard family < UInt64(families.count), scope < UInt64(scopes.count) else { throw reader.damaged }
        let declared = families[Int(family)]
        var labels = scopes[Int(scope)]
        labels.append(Label("__name__", declared.family.name))
        var values: [[UInt8]] = []
        for (position, name) in declared.labelNames.enumerated() {
            let value = try readValue(&reader, after: position < before.count ? before[position] : [])
            labels.append(Label(name, String(decoding: value, as: UTF8.self)))
            values.append(value)
        }
        before = values
        return SeriesDeclaration(labels: Labels(labels), family: declared.family)
    }

    private func readValue(
        _ reader: inout ByteReader, after before: [UInt8]
    ) throws(BatchRecordError) -> [UInt8] {
        let form = try reader.varint()
        let shared = form & 1 == 1 ? try reader.count("shared bytes", limit: before.count) : 0
        guard form >> 1 <= UInt64(reader.remaining) else { throw reader.damaged }
        return Array(before[..<shared]) + Array(try reader.slice(Int(form >> 1)))
    }
}
