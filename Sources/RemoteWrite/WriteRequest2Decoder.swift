internal import MetricModel

/// Reads a 2.0 request: the symbols in a first pass over the top level, since protobuf promises no order of fields,
/// the series in a second.
struct WriteRequest2Decoder: ~Copyable {
    /// A symbol's place in the body and what need be known of it more than once.
    private struct Symbol {
        var start: Int
        var count: Int
        /// Its first eight bytes, big-endian, so that they compare as the bytes do.
        var order: UInt64
        var isUTF8: Bool

        var range: Range<Int> { Range(uncheckedBounds: (start, start + count)) }
    }

    private struct Metadata: Hashable {
        /// Not the number as it came: every number unknown here would make a family of its own.
        var type = MetricType.unknown
        var help: UInt64 = 0
        var unit: UInt64 = 0
    }

    private var reader: ProtobufReader
    private var sink: SeriesSink
    private var packer: LabelPacker
    private var symbols: [Symbol] = []
    private var references: LabelReferences
    private var metadata = Metadata()
    private var lastMetadata = Metadata()
    private var lastFamily: Int32 = -1
    private var familyIndex: [Metadata: Int32] = [:]

    init(bytes: UnsafeRawBufferPointer, columns: consuming SampleColumns, limits: DecodeLimits) {
        reader = ProtobufReader(bytes)
        sink = SeriesSink(columns: columns, limits: limits)
        packer = LabelPacker(limits: limits, expectedByteCount: bytes.count)
        references = LabelReferences(limit: 2 * limits.labelsPerSeriesLimit)
    }

    mutating func decode() throws(RemoteWriteError) {
        try decodeSymbols()
        reader = ProtobufReader(reader.bytes)
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
        while !reader.isAtEnd {
            let start = reader.offset
            let tag = try reader.tag()
            guard tag.field == 4 else {
                try reader.skip(tag)
                continue
            }
            try reader.expect(tag, WireType.lengthDelimited)
            let range = try reader.lengthDelimited()
            guard symbols.count < sink.limits.symbolLimit else {
                throw RemoteWriteError.limitExceeded(.symbols, limit: sink.limits.symbolLimit, byteOffset: start)
            }
            let bytes = UnsafeRawBufferPointer(rebasing: reader.bytes[range])
            let order = bytes.baseAddress.map {
                ByteWords.load($0, count: range.count, readable: reader.bytes.count - range.lowerBound).byteSwapped
            }
            symbols.append(
                Symbol(
                    start: range.lowerBound, count: range.count, order: order ?? 0, isUTF8: ByteWords.isUTF8(bytes)))
        }
        // A request without series needs no symbols either.
        guard symbols.first.map({ $0.count == 0 }) ?? true else { throw RemoteWriteError.firstSymbolNotEmpty }
    }

    private mutating func decodeSeries() throws(RemoteWriteError) {
        let start = reader.offset
        try sink.beginSeries(at: start)
        packer.begin()
        references.removeAll()
        metadata = Metadata()
        let outer = try reader.enter()
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
        if !packWellFormed() { packLabels() }
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

    /// The quick way for references that all exist and name sorted, valid labels of up to 127 bytes; false, with nothing
    /// taken, where they do not. As with 1.0, `packLabels` then says what is wrong.
    private mutating func packWellFormed() -> Bool {
        let count = references.count
        let limits = sink.limits
        guard count.isMultiple(of: 2), count <= references.limit, let base = reader.bytes.baseAddress
        else { return false }
        // Each string takes 128 bytes at most, and a copy may write 31 past its end.
        let room = packer.reserve(count * 128 + WellFormedLabels.slack)
        let nameLimit = min(127, limits.labelNameByteLimit)
        let valueLimit = min(127, limits.labelValueByteLimit)
        let readableEnd = reader.bytes.count - 32
        var packed = 0
        var previous: UInt64 = 0
        var hasMetricName = false
        var index = 0
        while index < count {
            let (nameReference, valueReference) = (references[index], references[index + 1])
            guard max(nameReference, valueReference) < UInt64(symbols.count) else { return false }
            let name = symbols[Int(nameReference)]
            let value = symbols[Int(valueReference)]
            // Names with the same first eight bytes are left to the other path, which compares them whole.
            guard name.order > previous, name.isUTF8, value.isUTF8, value.count > 0, name.count <= nameLimit,
                value.count <= valueLimit, max(name.start + name.count, value.start + value.count) <= readableEnd
            else { return false }
            previous = name.order
            if name.count == 8, name.order.byteSwapped == LabelPacker.metricNameWord { hasMetricName = true }
            room.storeBytes(of: UInt8(truncatingIfNeeded: name.count), toByteOffset: packed, as: UInt8.self)
            WellFormedLabels.copy(base + name.start, name.count, to: room + packed + 1)
            packed &+= 1 &+ name.count
            room.storeBytes(of: UInt8(truncatingIfNeeded: value.count), toByteOffset: packed, as: UInt8.self)
            WellFormedLabels.copy(base + value.start, value.count, to: room + packed + 1)
            packed &+= 1 &+ value.count
            index += 2
        }
        guard hasMetricName else { return false }
        packer.accept(packedCount: packed)
        return true
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
                if tag.field == 1 { metadata.type = MetricType(wire: number) }
                if tag.field == 3 { metadata.help = number }
                if tag.field == 4 { metadata.unit = number }
            default: try reader.skip(tag)
            }
        }
        reader.leave(to: outer)
    }

    /// The index of the series' family, made where this type, help and unit are new; neighbours share theirs mostly.
    private mutating func family() throws(RemoteWriteError) -> Int32 {
        if metadata == Metadata() { return -1 }
        if metadata == lastMetadata { return lastFamily }
        guard metadata.help < UInt64(max(1, symbols.count)), metadata.unit < UInt64(max(1, symbols.count)) else {
            packer.refuse(.referenceOutOfRange)
            return -1
        }
        if let known = familyIndex[metadata] {
            (lastMetadata, lastFamily) = (metadata, known)
            return known
        }
        let made = try sink.appendFamily(
            type: metadata.type, help: text(metadata.help), unit: text(metadata.unit), in: reader)
        guard let made else { return -1 }
        familyIndex[metadata] = made
        (lastMetadata, lastFamily) = (metadata, made)
        return made
    }

    private func text(_ reference: UInt64) -> Range<Int> {
        guard reference < UInt64(symbols.count) else { return 0..<0 }
        return symbols[Int(reference)].range
    }
}
