internal import MetricModel

/// Reads a 2.0 request: the symbols in a first pass over the top level, since protobuf promises no order of fields,
/// the series in a second.
struct WriteRequest2Decoder: ~Copyable {
    /// What a series says of its family: the numbers as they came.
    private struct Metadata: Hashable {
        var type: UInt64 = 0
        var help: UInt64 = 0
        var unit: UInt64 = 0
    }

    private var reader: ProtobufReader
    private var sink: SeriesSink
    private var packer: LabelPacker
    private var symbols = GrowingMemory<ReceivedSymbol>(expectedCount: 1024)
    /// Where the first field that is no symbol begins.
    private var symbolsEnd = 0
    private var references: LabelReferences
    private var metadata = Metadata()
    private var lastMetadata = Metadata()
    private var lastFamily: Int32 = -1
    private var familyIndex: [Metadata: Int32] = [:]
    /// The families that only a type is known of, by the type's number; -1 where there is none yet.
    private var familyOfType = [Int32](repeating: -1, count: 8)

    init(bytes: UnsafeRawBufferPointer, columns: consuming SampleColumns, limits: DecodeLimits) {
        reader = ProtobufReader(bytes)
        sink = SeriesSink(columns: columns, limits: limits)
        // The labels are about three times what refers to them.
        packer = LabelPacker(limits: limits, expectedByteCount: bytes.count + min(bytes.count * 2, 1 << 20))
        references = LabelReferences(limit: 2 * limits.labelsPerSeriesLimit)
    }

    mutating func decode() throws(RemoteWriteError) {
        try decodeSymbols()
        reader = ProtobufReader(reader.bytes)
        reader.offset = symbolsEnd
        while !reader.isAtEnd {
            let tag = try reader.tag()
            if tag.field == 5 {
                try reader.expect(tag, WireType.lengthDelimited)
                try decodeSeries()
            } else {
                try reader.skip(tag)
            }
        }
    }

    consuming func finish() -> (columns: SampleColumns, counts: DecodedCounts) { sink.finish(packer) }

    private mutating func decodeSymbols() throws(RemoteWriteError) {
        var isFirst = true
        while !reader.isAtEnd {
            let start = reader.offset
            let tag = try reader.tag()
            guard tag.field == 4 else {
                if isFirst { symbolsEnd = start }
                isFirst = false
                try reader.skip(tag)
                continue
            }
            try reader.expect(tag, WireType.lengthDelimited)
            let range = try reader.lengthDelimited()
            guard symbols.count < sink.limits.symbolLimit else {
                throw RemoteWriteError.limitExceeded(.symbols, limit: sink.limits.symbolLimit, byteOffset: start)
            }
            symbols.append(symbol(range))
        }
        if isFirst { symbolsEnd = reader.offset }
        // A request without series needs no symbols either.
        guard symbols.count == 0 || symbols[0].count == 0 else { throw RemoteWriteError.firstSymbolNotEmpty }
    }

    @inline(__always)
    private func symbol(_ range: Range<Int>) -> ReceivedSymbol {
        let bytes = UnsafeRawBufferPointer(rebasing: reader.bytes[range])
        let readable = reader.bytes.count - range.lowerBound
        let order = bytes.baseAddress.map { ByteWords.load($0, count: range.count, readable: readable).byteSwapped }
        let isUTF8 = ByteWords.isUTF8(bytes)
        let isQuick = isUTF8 && range.count < 128 && readable >= range.count + 32
        return ReceivedSymbol(
            start: range.lowerBound, count: range.count, order: order ?? 0, isUTF8: isUTF8,
            quickCount: isQuick ? UInt8(range.count) : 0)
    }

    private mutating func decodeSeries() throws(RemoteWriteError) {
        let start = reader.offset
        try sink.beginSeries(at: start)
        metadata = Metadata()
        let outer = try reader.enter()
        if try decodeWellFormedSeries(start) { return reader.leave(to: outer) }
        packer.begin()
        references.removeAll()
        metadata = Metadata()
        while !reader.isAtEnd {
            if let usual = reader.usualSample() {
                try sink.append(unixMilliseconds: usual.time, value: usual.value, start: 0, at: start)
                continue
            }
            let tag = try reader.tag()
            switch tag.field {
            case 1: try decodeReferences(tag)
            case 2:
                try reader.expect(tag, WireType.lengthDelimited)
                try decodeSample()
            case 3:
                try reader.expect(tag, WireType.lengthDelimited)
                _ = try reader.lengthDelimited()
                sink.noteHistogram()
            case 4:
                try reader.expect(tag, WireType.lengthDelimited)
                try decodeExemplar()
            case 5:
                try reader.expect(tag, WireType.lengthDelimited)
                try decodeMetadata()
            default: try reader.skip(tag)
            }
        }
        reader.leave(to: outer)
        packLabels()
        if sink.samplesOfSeries == 0, sink.histogramsOfSeries == 0 { packer.refuse(.noSamples) }
        if sink.samplesOfSeries > 0, sink.histogramsOfSeries > 0 { packer.refuse(.samplesAndHistograms) }
        try sink.endSeries(&packer, family: packer.problem == nil ? try family() : -1, at: start)
    }

    /// References come packed, or one by one from an encoder that does not pack.
    @inline(__always)
    private mutating func decodeReferences(_ tag: (field: Int, wireType: UInt8)) throws(RemoteWriteError) {
        guard tag.wireType == WireType.lengthDelimited else {
            try reader.expect(tag, WireType.varint)
            return references.append(try reader.varint())
        }
        let outer = try reader.enter()
        while !reader.isAtEnd { references.append(try reader.varint()) }
        reader.leave(to: outer)
    }

    /// Reads a series of references that come first, packed, samples and metadata, and nothing else, where the references
    /// exist and name sorted, valid labels of up to 127 bytes; false, with nothing taken, where it is not so. As with
    /// 1.0, the other way then says what is wrong.
    @inline(__always)
    private mutating func decodeWellFormedSeries(_ seriesStart: Int) throws(RemoteWriteError) -> Bool {
        let start = reader.offset
        guard let packedCount = packWellFormed() else { return false }
        while !reader.isAtEnd {
            if let usual = reader.usualSample() {
                try sink.append(unixMilliseconds: usual.time, value: usual.value, start: 0, at: seriesStart)
                continue
            }
            let tag = try reader.tag()
            guard tag.wireType == WireType.lengthDelimited, tag.field == 2 || tag.field == 5 else {
                sink.dropSamples()
                reader.offset = start
                return false
            }
            if tag.field == 2 { try decodeSample() } else { try decodeMetadata() }
        }
        guard sink.samplesOfSeries > 0, max(metadata.help, metadata.unit) < UInt64(max(1, symbols.count)) else {
            sink.dropSamples()
            reader.offset = start
            return false
        }
        try sink.endWellFormedSeries(&packer, packedCount: packedCount, family: try family(), at: seriesStart)
        return true
    }

    /// Packs the labels behind those of all series before; the reader then stands behind the references.
    @inline(__always)
    private mutating func packWellFormed() -> Int? {
        guard let base = reader.bytes.baseAddress, reader.bytes.count &- reader.end >= WellFormedLabels.slack,
            base.load(fromByteOffset: reader.offset, as: UInt8.self) == 0x0a
        else { return nil }
        let byteCount = Int(base.load(fromByteOffset: reader.offset &+ 1, as: UInt8.self))
        var offset = reader.offset &+ 2
        let end = offset &+ byteCount
        guard byteCount < 0x80, end <= reader.end else { return nil }
        // Each string takes 128 bytes at most, and a copy may write 31 past its end.
        let room = packer.reserve(byteCount &* 128 &+ WellFormedLabels.slack)
        let limits = sink.limits
        let (nameLimit, valueLimit) = (limits.labelNameByteLimit, limits.labelValueByteLimit)
        let (symbols, symbolCount) = (symbols.base, self.symbols.count)
        var labels = 0
        var packed = 0
        var previous: UInt64 = 0
        var hasMetricName = false
        while offset < end {
            let nameReference = Self.reference(base, &offset)
            let valueReference = Self.reference(base, &offset)
            // Both within the field, or there would be more labels than room was made for.
            guard offset <= end, max(nameReference, valueReference) < symbolCount else { return nil }
            let (name, value) = (symbols + nameReference, symbols + valueReference)
            let (nameCount, valueCount) = (Int(name.pointee.quickCount), Int(value.pointee.quickCount))
            // Names with the same first eight bytes are left to the other path, which compares them whole.
            guard name.pointee.order > previous, nameCount > 0, valueCount > 0, nameCount <= nameLimit,
                valueCount <= valueLimit
            else { return nil }
            previous = name.pointee.order
            if nameCount == 8, previous.byteSwapped == LabelPacker.metricNameWord { hasMetricName = true }
            room.storeBytes(of: UInt8(truncatingIfNeeded: nameCount), toByteOffset: packed, as: UInt8.self)
            WellFormedLabels.copy(base + name.pointee.start, nameCount, to: room + packed + 1)
            packed &+= 1 &+ nameCount
            room.storeBytes(of: UInt8(truncatingIfNeeded: valueCount), toByteOffset: packed, as: UInt8.self)
            WellFormedLabels.copy(base + value.pointee.start, valueCount, to: room + packed + 1)
            packed &+= 1 &+ valueCount
            labels &+= 1
        }
        guard hasMetricName, labels <= limits.labelsPerSeriesLimit else { return nil }
        reader.offset = end
        return packed
    }

    /// A reference of up to three bytes; what is longer, or too large, is one that no symbol has.
    @inline(__always)
    private static func reference(_ base: UnsafeRawPointer, _ offset: inout Int) -> Int {
        let first = Int(base.load(fromByteOffset: offset, as: UInt8.self))
        if first < 0x80 {
            offset &+= 1
            return first
        }
        let second = Int(base.load(fromByteOffset: offset &+ 1, as: UInt8.self))
        if second < 0x80 {
            offset &+= 2
            return first & 0x7f | second &<< 7
        }
        let third = Int(base.load(fromByteOffset: offset &+ 2, as: UInt8.self))
        offset &+= 3
        return third < 0x80 ? first & 0x7f | (second & 0x7f) &<< 7 | third &<< 14 : .max
    }

    private mutating func packLabels() {
        guard references.count.isMultiple(of: 2) else { return packer.refuse(.oddReferences) }
        guard references.count <= references.limit else { return packer.refuse(.tooManyLabels) }
        var index = 0
        while index < references.count {
            guard references[index] < UInt64(symbols.count), references[index + 1] < UInt64(symbols.count) else {
                return packer.refuse(.referenceOutOfRange)
            }
            let name = symbols[Int(references[index])]
            let value = symbols[Int(references[index + 1])]
            guard name.isUTF8, value.isUTF8 else { return packer.refuse(.notUTF8) }
            packer.append(name: name.range, value: value.range, in: reader.bytes, rule: .utf8, areStringsUTF8: true)
            index += 2
        }
    }

    @inline(__always)
    private mutating func decodeSample() throws(RemoteWriteError) {
        let offset = reader.offset
        let outer = try reader.enter()
        var value: UInt64 = 0
        var time: Int64 = 0
        var start: Int64 = 0
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag.field {
            case 1:
                try reader.expect(tag, WireType.fixed64)
                value = try reader.fixed64()
            case 2:
                try reader.expect(tag, WireType.varint)
                time = Int64(bitPattern: try reader.varint())
            case 3:
                try reader.expect(tag, WireType.varint)
                start = Int64(bitPattern: try reader.varint())
            default: try reader.skip(tag)
            }
        }
        reader.leave(to: outer)
        try sink.append(unixMilliseconds: time, value: value, start: start, at: offset)
    }

    private mutating func decodeExemplar() throws(RemoteWriteError) {
        let outer = try reader.enter()
        var exemplar = ReceivedExemplar()
        var references: [UInt64] = []
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag.field {
            case 1:
                let labels = tag.wireType == WireType.lengthDelimited ? try reader.enter() : nil
                if labels == nil { try reader.expect(tag, WireType.varint) }
                repeat {
                    // A label has one character at least, so 128 of them are all that may be.
                    let reference = reader.isAtEnd ? nil : try reader.varint()
                    if let reference, references.count <= 256 { references.append(reference) }
                } while labels != nil && !reader.isAtEnd
                if let labels { reader.leave(to: labels) }
            case 2:
                try reader.expect(tag, WireType.fixed64)
                exemplar.valueBits = try reader.fixed64()
            case 3:
                try reader.expect(tag, WireType.varint)
                exemplar.unixMilliseconds = Int64(bitPattern: try reader.varint())
            default: try reader.skip(tag)
            }
        }
        reader.leave(to: outer)
        resolve(references, into: &exemplar)
        sink.append(exemplar)
    }

    private func resolve(_ references: [UInt64], into exemplar: inout ReceivedExemplar) {
        guard references.count.isMultiple(of: 2), references.allSatisfy({ $0 < UInt64(symbols.count) }) else {
            return exemplar.refuse()
        }
        for index in stride(from: 0, to: references.count, by: 2) {
            let (name, value) = (symbols[Int(references[index])].range, symbols[Int(references[index + 1])].range)
            exemplar.append(
                name: UnsafeRawBufferPointer(rebasing: reader.bytes[name]),
                value: UnsafeRawBufferPointer(rebasing: reader.bytes[value]))
        }
    }

    private mutating func decodeMetadata() throws(RemoteWriteError) {
        let outer = try reader.enter()
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag.field {
            case 1, 3, 4:
                try reader.expect(tag, WireType.varint)
                let number = try reader.varint()
                if tag.field == 1 { metadata.type = number }
                if tag.field == 3 { metadata.help = number }
                if tag.field == 4 { metadata.unit = number }
            default: try reader.skip(tag)
            }
        }
        reader.leave(to: outer)
    }

    /// The index of the series' family, made where this type, help and unit are new; neighbours share theirs mostly.
    @inline(__always)
    private mutating func family() throws(RemoteWriteError) -> Int32 {
        if metadata == lastMetadata { return lastFamily }
        return try otherFamily()
    }

    private mutating func otherFamily() throws(RemoteWriteError) -> Int32 {
        let type = MetricType(wire: metadata.type)
        var key = metadata
        // Every number unknown here would make a family of its own.
        key.type = UInt64(type.rawValue)
        if key == Metadata() { return -1 }
        guard metadata.help < UInt64(max(1, symbols.count)), metadata.unit < UInt64(max(1, symbols.count)) else {
            packer.refuse(.referenceOutOfRange)
            return -1
        }
        let isPlain = key.help == 0 && key.unit == 0
        var found = isPlain ? familyOfType[Int(type.rawValue)] : familyIndex[key] ?? -1
        if found < 0 {
            let made = try sink.appendFamily(type: type, help: text(key.help), unit: text(key.unit), in: reader)
            guard let made else { return -1 }
            found = made
            if isPlain { familyOfType[Int(type.rawValue)] = made } else { familyIndex[key] = made }
        }
        (lastMetadata, lastFamily) = (metadata, found)
        return found
    }

    private func text(_ reference: UInt64) -> Range<Int> {
        guard reference < UInt64(symbols.count) else { return 0..<0 }
        return symbols[Int(reference)].range
    }
}
