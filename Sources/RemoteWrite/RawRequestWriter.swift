/// Writes series and families, given as ranges of a received message, as a message of either version.
struct RawRequestWriter: ~Copyable {
    private let bytes: UnsafeRawBufferPointer
    private let format: WireFormat
    private let limits: DecodeLimits
    private var writer = ProtobufWriter()
    private var symbols = SymbolTable()
    /// Families of 1.0 by name: those known, for a message of 2.0, or those already said, for one of 1.0.
    private var families: [[UInt8]: RawFamily] = [:]
    private var familyOrder: [[UInt8]] = []
    /// About what the families will take, which are written last.
    private var familyByteCount = 0
    var counts = RewriteCounts()

    init(_ bytes: UnsafeRawBufferPointer, _ format: WireFormat, _ limits: DecodeLimits) {
        self.bytes = bytes
        self.format = format
        self.limits = limits
    }

    var byteCount: Int { writer.count + symbols.bytes.count + familyByteCount }

    private func text(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }

    /// Notes what 1.0 says of a family, for the series of a 2.0 message.
    mutating func learn(_ family: RawFamily) {
        let name = Array(text(family.name))
        guard families.count < limits.familyLimit || families[name] != nil else {
            counts.leftOutFamilies += 1
            return
        }
        families[name] = family
    }

    /// Adds what 1.0 says of a family. In 2.0 it stands with the series.
    mutating func add(family: RawFamily) {
        guard format == .writeRequest1 else { return }
        note(family, named: Array(text(family.name)))
    }

    private mutating func note(_ family: RawFamily, named name: [UInt8]) {
        guard families[name] == nil else { return }
        guard families.count < limits.familyLimit else {
            counts.leftOutFamilies += 1
            return
        }
        families[name] = family
        familyOrder.append(name)
        familyByteCount += name.count + family.byteCount + 32
    }

    /// Adds a series with so many of its units, samples first.
    mutating func add(_ series: RawSeries, units: Range<Int>, withExemplars: Bool) throws(RemoteWriteError) {
        var message = ProtobufWriter(capacity: 1024)
        addLabels(series, to: &message)
        let samples = units.clamped(to: 0..<series.samples.count)
        let histograms = units.clamped(to: series.samples.count..<series.units)
        for index in samples { try addPoint(series.samples[index], 0x12, startField: 3, to: &message) }
        let histogramTag: UInt8 = format == .writeRequest1 ? 0x22 : 0x1a
        if format == .writeRequest2 { try addHistograms(series, histograms, histogramTag, to: &message) }
        if withExemplars { for exemplar in series.exemplars { try add(exemplar, to: &message) } }
        if format == .writeRequest1 { try addHistograms(series, histograms, histogramTag, to: &message) }
        addFamily(of: series, to: &message)
        counts.samples += samples.count
        counts.histograms += histograms.count
        writer.field(format == .writeRequest1 ? 0x0a : 0x2a, message.bytes)
    }

    private mutating func addHistograms(
        _ series: RawSeries, _ units: Range<Int>, _ tag: UInt8, to output: inout ProtobufWriter
    ) throws(RemoteWriteError) {
        for index in units {
            try addPoint(series.histograms[index - series.samples.count], tag, startField: 17, to: &output)
        }
    }

    private mutating func addLabels(_ series: RawSeries, to output: inout ProtobufWriter) {
        switch format {
        case .writeRequest1:
            for label in series.labels { add(label, to: &output) }
        case .writeRequest2:
            addReferences(series.labels, to: &output)
        }
    }

    private func add(_ label: RawSeries.Label, to output: inout ProtobufWriter) {
        output.byte(0x0a)
        output.varint(
            UInt64(ProtobufWriter.fieldByteCount(label.name.count) + ProtobufWriter.fieldByteCount(label.value.count)))
        output.field(0x0a, text(label.name))
        output.field(0x12, text(label.value))
    }

    private mutating func addReferences(_ labels: [RawSeries.Label], to output: inout ProtobufWriter) {
        guard !labels.isEmpty else { return }
        var packed = ProtobufWriter(capacity: labels.count * 10 + 8)
        for label in labels {
            packed.varint(UInt64(symbols.reference(text(label.name))))
            packed.varint(UInt64(symbols.reference(text(label.value))))
        }
        output.field(0x0a, packed.bytes)
    }

    /// A sample or histogram as it is; for 1.0 without its start timestamp, which is counted.
    private mutating func addPoint(
        _ content: Range<Int>, _ tag: UInt8, startField: Int, to output: inout ProtobufWriter
    ) throws(RemoteWriteError) {
        guard format == .writeRequest1 else { return output.field(tag, text(content)) }
        var reader = ProtobufReader(text(content))
        var kept = ProtobufWriter(capacity: content.count + 16)
        var hasStart = false
        while !reader.isAtEnd {
            let start = reader.offset
            let field = try reader.tag()
            try reader.skip(field)
            if field.field == startField {
                hasStart = true
            } else {
                kept.append(UnsafeRawBufferPointer(rebasing: reader.bytes[start..<reader.offset]))
            }
        }
        if hasStart { counts.lostStartTimestamps += 1 }
        output.field(tag, kept.bytes)
    }

    private mutating func add(
        _ exemplar: (content: Range<Int>, labels: [RawSeries.Label]), to output: inout ProtobufWriter
    ) throws(RemoteWriteError) {
        var message = ProtobufWriter(capacity: exemplar.content.count + 64)
        switch format {
        case .writeRequest1: for label in exemplar.labels { add(label, to: &message) }
        case .writeRequest2: addReferences(exemplar.labels, to: &message)
        }
        // Value and time have the same fields in both versions.
        var reader = ProtobufReader(text(exemplar.content))
        while !reader.isAtEnd {
            let start = reader.offset
            let field = try reader.tag()
            try reader.skip(field)
            guard field.field != 1 else { continue }
            message.append(UnsafeRawBufferPointer(rebasing: reader.bytes[start..<reader.offset]))
        }
        output.field(format == .writeRequest1 ? 0x1a : 0x22, message.bytes)
        counts.exemplars += 1
    }

    private mutating func addFamily(of series: RawSeries, to output: inout ProtobufWriter) {
        guard let label = series.labels.first(where: { text($0.name).elementsEqual("__name__".utf8) }) else { return }
        let name = Array(text(label.value))
        switch format {
        case .writeRequest1:
            guard !series.family.saysNothing else { return }
            let familyName = RawRequestWriter.familyName(of: name, type: series.family.type)
            guard families[familyName] == nil else { return }
            note(withoutLongTexts(series.family), named: familyName)
        case .writeRequest2:
            let family = series.family.saysNothing ? known(name) : series.family
            guard let family, !family.saysNothing else { return }
            var message = ProtobufWriter(capacity: 16)
            let help = symbols.reference(text(family.help))
            let unit = symbols.reference(text(family.unit))
            for (tag, value) in [(UInt8(0x08), family.type), (0x18, UInt64(help)), (0x20, UInt64(unit))]
            where value != 0 {
                message.byte(tag)
                message.varint(value)
            }
            output.field(0x2a, message.bytes)
        }
    }

    /// In 2.0 one long help can stand with any number of series; in 1.0 each of their families would repeat it.
    private mutating func withoutLongTexts(_ family: RawFamily) -> RawFamily {
        var family = family
        if family.help.count > limits.helpByteLimit {
            family.help = 0..<0
            counts.leftOutTexts += 1
        }
        if family.unit.count > limits.helpByteLimit {
            family.unit = 0..<0
            counts.leftOutTexts += 1
        }
        return family
    }

    /// What 1.0 has said of the family that a series of this name belongs to.
    private func known(_ name: [UInt8]) -> RawFamily? {
        if let family = families[name] { return family }
        for suffix in RawRequestWriter.suffixes where name.count > suffix.count && name.suffix(suffix.count) == suffix {
            if let family = families[Array(name.dropLast(suffix.count))] { return family }
        }
        return nil
    }

    /// 1.0 names a family, 2.0 only its series: those of histograms and summaries have an ending more.
    private static func familyName(of name: [UInt8], type: UInt64) -> [UInt8] {
        // Histogram, gauge histogram and summary, by the numbers of both versions.
        guard (3...5).contains(type) else { return name }
        for suffix in suffixes where name.count > suffix.count && name.suffix(suffix.count) == suffix {
            return Array(name.dropLast(suffix.count))
        }
        return name
    }

    private static let suffixes = ["_bucket", "_count", "_sum"].map { ArraySlice($0.utf8) }

    consuming func finish() -> (message: [UInt8], counts: RewriteCounts) {
        switch format {
        case .writeRequest1:
            for name in familyOrder {
                guard let family = families[name] else { continue }
                writeFamily1(family, name)
            }
            counts.families = familyOrder.count
            return (Array(writer.bytes), counts)
        case .writeRequest2:
            guard writer.count > 0 else { return ([], counts) }
            var head = ProtobufWriter(capacity: symbols.bytes.count + symbols.count * 11)
            symbols.bytes.withUnsafeBytes { all in
                for reference in 0..<symbols.count {
                    head.field(0x22, UnsafeRawBufferPointer(rebasing: all[symbols.range(of: reference)]))
                }
            }
            return (Array(head.bytes) + Array(writer.bytes), counts)
        }
    }

    private mutating func writeFamily1(_ family: RawFamily, _ name: [UInt8]) {
        var message = ProtobufWriter(capacity: name.count + family.help.count + 64)
        if family.type != 0 {
            message.byte(0x08)
            message.varint(family.type)
        }
        name.withUnsafeBytes { message.field(0x12, $0) }
        if !family.help.isEmpty { message.field(0x22, text(family.help)) }
        if !family.unit.isEmpty { message.field(0x2a, text(family.unit)) }
        writer.field(0x1a, message.bytes)
    }
}
