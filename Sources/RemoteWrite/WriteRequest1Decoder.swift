internal import MetricModel

/// Reads a 1.0 request series by series.
struct WriteRequest1Decoder: ~Copyable {
    private var reader: ProtobufReader
    private var sink: SeriesSink
    private var packer: LabelPacker
    private var wellFormed: WellFormedLabels

    init(bytes: UnsafeRawBufferPointer, columns: consuming SampleColumns, limits: DecodeLimits) {
        reader = ProtobufReader(bytes)
        sink = SeriesSink(columns: columns, limits: limits)
        packer = LabelPacker(limits: limits, expectedByteCount: bytes.count)
        wellFormed = WellFormedLabels(limits: limits)
    }

    mutating func decode() throws(RemoteWriteError) {
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag.field {
            case 1:
                try reader.expect(tag, WireType.lengthDelimited)
                try decodeSeries()
            case 3:
                try reader.expect(tag, WireType.lengthDelimited)
                try decodeMetadata()
            default: try reader.skip(tag)
            }
        }
    }

    consuming func finish() -> (columns: SampleColumns, counts: DecodedCounts) { sink.finish(packer) }

    private mutating func decodeSeries() throws(RemoteWriteError) {
        let start = reader.offset
        try sink.beginSeries(at: start)
        let outer = try reader.enter()
        if try decodeWellFormedSeries(start) { return reader.leave(to: outer) }
        packer.begin()
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag.field {
            case 1:
                try reader.expect(tag, WireType.lengthDelimited)
                try decodeLabel()
            case 2:
                try reader.expect(tag, WireType.lengthDelimited)
                try decodeSample()
            case 3:
                try reader.expect(tag, WireType.lengthDelimited)
                try decodeExemplar()
            case 4:
                try reader.expect(tag, WireType.lengthDelimited)
                _ = try reader.lengthDelimited()
                sink.noteHistogram()
            default: try reader.skip(tag)
            }
        }
        reader.leave(to: outer)
        try sink.endSeries(&packer, family: -1, at: start)
    }

    /// Reads a series that is labels first, samples then, and nothing else; false, with nothing taken, where it is not.
    @inline(__always)
    private mutating func decodeWellFormedSeries(_ seriesStart: Int) throws(RemoteWriteError) -> Bool {
        let start = reader.offset
        let room = packer.reserve(reader.end &- start &+ WellFormedLabels.slack)
        guard let labels = wellFormed.pack(reader.bytes, from: start, to: reader.end, into: room) else { return false }
        reader.offset = labels.end
        // Without samples it is no row.
        guard labels.end < reader.end else {
            reader.offset = start
            return false
        }
        while !reader.isAtEnd {
            if let usual = reader.usualSample() {
                try sink.append(unixMilliseconds: usual.time, value: usual.value, start: 0, at: start)
                continue
            }
            let tag = try reader.tag()
            guard tag.field == 2, tag.wireType == WireType.lengthDelimited else {
                sink.dropSamples()
                reader.offset = start
                return false
            }
            try decodeSample()
        }
        try sink.endWellFormedSeries(&packer, packedCount: labels.count, family: -1, at: seriesStart)
        return true
    }

    private mutating func decodeLabel() throws(RemoteWriteError) {
        let label = try labelRanges()
        packer.append(
            name: label.name, value: label.value, in: reader.bytes, rule: sink.limits.namesOf1, areStringsUTF8: false)
    }

    private mutating func decodeExemplar() throws(RemoteWriteError) {
        let outer = try reader.enter()
        var exemplar = ReceivedExemplar()
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag.field {
            case 1:
                try reader.expect(tag, WireType.lengthDelimited)
                let label = try labelRanges()
                exemplar.append(
                    name: UnsafeRawBufferPointer(rebasing: reader.bytes[label.name]),
                    value: UnsafeRawBufferPointer(rebasing: reader.bytes[label.value]))
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
        sink.append(exemplar)
    }

    /// Where a label's name and value are in the message.
    private mutating func labelRanges() throws(RemoteWriteError) -> (name: Range<Int>, value: Range<Int>) {
        let outer = try reader.enter()
        var name = 0..<0
        var value = 0..<0
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag.field {
            case 1:
                try reader.expect(tag, WireType.lengthDelimited)
                name = try reader.lengthDelimited()
            case 2:
                try reader.expect(tag, WireType.lengthDelimited)
                value = try reader.lengthDelimited()
            default: try reader.skip(tag)
            }
        }
        reader.leave(to: outer)
        return (name, value)
    }

    @inline(__always)
    private mutating func decodeSample() throws(RemoteWriteError) {
        let start = reader.offset
        let outer = try reader.enter()
        var value: UInt64 = 0
        var time: Int64 = 0
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag.field {
            case 1:
                try reader.expect(tag, WireType.fixed64)
                value = try reader.fixed64()
            case 2:
                try reader.expect(tag, WireType.varint)
                time = Int64(bitPattern: try reader.varint())
            default: try reader.skip(tag)
            }
        }
        reader.leave(to: outer)
        try sink.append(unixMilliseconds: time, value: value, start: 0, at: start)
    }

    private mutating func decodeMetadata() throws(RemoteWriteError) {
        let outer = try reader.enter()
        var family = RawFamily()
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag.field {
            case 1:
                try reader.expect(tag, WireType.varint)
                family.type = try reader.varint()
            case 2:
                try reader.expect(tag, WireType.lengthDelimited)
                family.name = try reader.lengthDelimited()
            case 4:
                try reader.expect(tag, WireType.lengthDelimited)
                family.help = try reader.lengthDelimited()
            case 5:
                try reader.expect(tag, WireType.lengthDelimited)
                family.unit = try reader.lengthDelimited()
            default: try reader.skip(tag)
            }
        }
        reader.leave(to: outer)
        _ = try sink.appendFamily(
            name: family.name, type: MetricType(wire: family.type), help: family.help, unit: family.unit, in: reader)
    }
}

extension MetricType {
    /// The type that a message's enumeration names; numbers unknown here mean an unknown type.
    init(wire number: UInt64) {
        self = UInt8(exactly: number).flatMap(MetricType.init(rawValue:)) ?? .unknown
    }
}
