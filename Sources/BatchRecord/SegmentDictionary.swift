internal import MetricModel

/// The declarations of one segment, as its dictionary records make them, in little memory: whoever delivers or reads a
/// segment holds all of them.
package struct SegmentDictionary {
    /// The most declarations it keeps; a record with more is an error.
    package let seriesLimit: Int
    /// The most bytes that all labels may take: a damaged record could say much more than its own size.
    package let labelByteLimit: Int
    package private(set) var seriesCount = 0
    package private(set) var labelByteCount = 0
    private var tables: [UInt64: DeclarationTable] = [:]
    /// Each dictionary record names its families and scopes anew.
    private var layouts: [LayoutKey: SeriesLayout] = [:]

    private struct LayoutKey: Hashable {
        let scope: [UInt8]
        let family: SampleColumns.Family
        let names: [String]
    }

    /// The series of one record, until all of it is known to be whole.
    private struct Made {
        /// What a series is like, by family and scope of the record.
        var layouts: [SeriesLayout] = []
        /// Those of them that no record before has.
        var newLayouts: [LayoutKey: SeriesLayout] = [:]
        /// By family and scope of the record.
        var known: [Int: SeriesLayout] = [:]
        /// Of all series, one after the other: where in `values` each value begins.
        var places: [UInt32] = []
        /// Values, each behind its byte count.
        var values: [UInt8] = []
        /// The values of the series before, and where in `values` they are.
        var before: [[UInt8]] = []
        var beforePlaces: [UInt32] = []
    }

    package init(seriesLimit: Int = 200_000, labelByteLimit: Int = 64 << 20) {
        precondition(labelByteLimit <= 1 << 30, "labels of \(labelByteLimit) bytes have no places of 32 bits")
        self.seriesLimit = seriesLimit
        self.labelByteLimit = labelByteLimit
    }

    package mutating func removeAll() {
        tables.removeAll()
        layouts.removeAll()
        seriesCount = 0
        labelByteCount = 0
    }

    func table(_ dictionaryID: UInt64) -> DeclarationTable { tables[dictionaryID] ?? DeclarationTable() }

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
        var made = Made()
        made.layouts.reserveCapacity(count)
        var room = labelByteLimit - labelByteCount
        for _ in 0..<count {
            try readDeclaration(&reader, scopes, families, room: &room, into: &made)
        }
        try take(made, first: first, dictionaryID: dictionaryID)
    }

    private mutating func take(_ made: Made, first: Int, dictionaryID: UInt64) throws(BatchRecordError) {
        var table = tables.removeValue(forKey: dictionaryID) ?? DeclarationTable()
        defer { if table.count > 0 { tables[dictionaryID] = table } }
        // Places for series whose declarations are missing count too: they take memory all the same.
        let end = first + made.layouts.count
        let growth = max(0, end - table.count)
        guard growth <= seriesLimit - seriesCount else {
            throw .limit(what: "series", count: seriesCount + growth, limit: seriesLimit)
        }
        // Of a record that is there in part the values come once more, which must not add up without end.
        let byteCount = table.valueByteCount + made.values.count
        guard byteCount <= 2 * labelByteLimit else {
            throw .limit(what: "label bytes", count: byteCount, limit: 2 * labelByteLimit)
        }
        seriesCount += growth
        table.grow(to: end)
        // The repetition of a record brings nothing new.
        guard (first..<end).contains(where: { !table.isDeclared($0) }) else { return }
        layouts.merge(made.newLayouts) { known, _ in known }
        let offset = table.add(values: made.values)
        var place = 0
        var packed: [UInt8] = []
        for (index, layout) in made.layouts.enumerated() {
            defer { place += layout.valueCount }
            guard !table.isDeclared(first + index) else { continue }
            table.declare(first + index, layout, at: made.places[place..<place + layout.valueCount], offset: offset)
            table.pack(first + index, into: &packed)
            labelByteCount += packed.count
        }
    }

    private struct Scope {
        var packed: [UInt8]
        var labels: [Label] = []
        var byteCount: Int { packed.count }
    }

    private func readScopes(_ reader: inout ByteReader) throws(BatchRecordError) -> [Scope] {
        let count = try reader.count("scopes", limit: reader.remaining)
        var scopes: [Scope] = []
        for _ in 0..<count {
            let packed = try reader.slice(try reader.count("label bytes", limit: reader.remaining))
            var scope = Scope(packed: Array(packed))
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
        _ reader: inout ByteReader, _ scopes: [Scope], _ families: [Family], room: inout Int, into made: inout Made
    ) throws(BatchRecordError) {
        let family = try reader.varint()
        let scope = try reader.varint()
        guard family < UInt64(families.count), scope < UInt64(scopes.count) else { throw reader.damaged }
        let declared = families[Int(family)]
        try take(scopes[Int(scope)].byteCount + declared.byteCount, of: &room)
        var values: [[UInt8]] = []
        var places: [UInt32] = []
        for position in declared.labelNames.indices {
            let isAfter = position < made.before.count
            let value = try readValue(&reader, after: isAfter ? made.before[position] : [])
            try take(value.count, of: &room)
            if isAfter, value == made.before[position] {
                places.append(made.beforePlaces[position])
            } else {
                places.append(UInt32(made.values.count))
                SegmentDictionary.append(value, to: &made.values)
            }
            values.append(value)
        }
        made.places.append(contentsOf: places)
        made.before = values
        made.beforePlaces = places
        let pair = Int(family) * scopes.count + Int(scope)
        let layout = made.known[pair] ?? self.layout(scopes[Int(scope)], declared, &made.newLayouts)
        made.known[pair] = layout
        made.layouts.append(layout)
    }

    private func layout(
        _ scope: Scope, _ family: Family, _ newLayouts: inout [LayoutKey: SeriesLayout]
    ) -> SeriesLayout {
        let key = LayoutKey(scope: scope.packed, family: family.family, names: family.labelNames)
        if let known = layouts[key] ?? newLayouts[key] { return known }
        let made = SeriesLayout(scope: scope.labels, family: family.family, names: family.labelNames)
        newLayouts[key] = made
        return made
    }

    /// Appends a value as packed labels have it; bytes that are not UTF-8 are replaced.
    private static func append(_ value: [UInt8], to values: inout [UInt8]) {
        guard value.contains(where: { $0 >= 0x80 }) else {
            Labels.appendLength(value.count, to: &values)
            values.append(contentsOf: value)
            return
        }
        let text = String(decoding: value, as: UTF8.self)
        Labels.appendLength(text.utf8.count, to: &values)
        values.append(contentsOf: text.utf8)
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
