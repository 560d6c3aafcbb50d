internal import MetricModel

/// Reads a 2.0 request: the symbols in a first pass over the top level, since protobuf promises no order of fields,
/// the series in a second.
struct WriteRequest2Decoder: ~Copyable {
    private struct Metadata: Hashable {
        var type: UInt64 = 0
        var help: UInt64 = 0
        var unit: UInt64 = 0
    }

    private var reader: ProtobufReader
    private var sink: SeriesSink
    private var packer: LabelPacker
    /// Where each symbol lies in the body; an empty range that starts at −1 stands for one that is not UTF-8.
    private var symbols: [Range<Int>] = []
    private var references: [UInt64] = []
    private var metadata = Metadata()
    private var lastMetadata = Metadata()
    private var lastFamily: Int32 = -1
    private var familyIndex: [Metadata: Int32] = [:]

    init(bytes: UnsafeRawBufferPointer, columns: consuming SampleColumns, limits: DecodeLimits) {
        reader = ProtobufReader(bytes)
        sink = SeriesSink(columns: columns, limits: limits)
        packer = LabelPacker(limits: limits)
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

    consuming func finish() -> (columns: SampleColumns, counts: DecodedCounts) { sink.finish() }

    private static let notUTF8 = -1 ..< -1

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
            let isUTF8 = ByteWords.isUTF8(UnsafeRawBufferPointer(rebasing: reader.bytes[range]))
            symbols.append(isUTF8 ? range : Self.notUTF8)
        }
        // A request without series needs no symbols either.
        guard symbols.first?.isEmpty ?? true, symbols.first?.lowerBound != -1 else {
            throw RemoteWriteError.firstSymbolNotEmpty
        }
    }

    private mutating func decodeSeries() throws(RemoteWriteError) {
        let start = reader.offset
        try sink.beginSeries(at: start)
        packer.begin()
        references.removeAll(keepingCapacity: true)
        metadata = Metadata()
        let outer = try reader.enter()
        while !reader.isAtEnd {
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
                _ = try reader.lengthDelimited()
                sink.noteExemplar()
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
        try sink.endSeries(&packer, family: packer.problem == nil ? family() : -1, at: start)
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

    private mutating func packLabels() {
        guard references.count.isMultiple(of: 2) else { return packer.refuse(.oddReferences) }
        var index = 0
        while index < references.count {
            guard references[index] < UInt64(symbols.count), references[index + 1] < UInt64(symbols.count) else {
                return packer.refuse(.referenceOutOfRange)
            }
            let name = symbols[Int(references[index])]
            let value = symbols[Int(references[index + 1])]
            guard name.lowerBound >= 0, value.lowerBound >= 0 else { return packer.refuse(.notUTF8) }
            packer.append(name: name, value: value, in: reader.bytes, rule: .utf8, areStringsUTF8: true)
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
    private mutating func family() -> Int32 {
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
        guard sink.columns.families.count < sink.limits.familyLimit else {
            sink.counts.refusedFamilies += 1
            return -1
        }
        let made = Int32(sink.columns.families.count)
        sink.columns.families.append(
            SampleColumns.Family(
                name: "", type: MetricType(wire: metadata.type), help: text(metadata.help), unit: text(metadata.unit)))
        familyIndex[metadata] = made
        (lastMetadata, lastFamily) = (metadata, made)
        return made
    }

    private func text(_ reference: UInt64) -> String {
        guard reference < UInt64(symbols.count) else { return "" }
        let range = symbols[Int(reference)]
        return range.lowerBound < 0 ? "" : reader.string(range)
    }
}
