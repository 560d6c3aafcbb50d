internal import MetricModel

/// Reads a streamed answer frame by frame.
struct ChunkedReadDecoder: ~Copyable {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private var sink: SeriesSink
    private var packer: LabelPacker
    /// Nil where no time is within it.
    private let range: ClosedRange<Int64>?
    private var read = ReadCounts()

    init(
        bytes: UnsafeRawBufferPointer, columns: consuming SampleColumns, limits: DecodeLimits,
        range: ClosedRange<Int64>?
    ) {
        self.bytes = bytes
        self.range = range
        sink = SeriesSink(columns: columns, limits: limits)
        packer = LabelPacker(limits: limits, expectedByteCount: min(bytes.count, 1 << 20))
    }

    var counts: ReadCounts {
        var counts = read
        counts.add(sink.counts)
        return counts
    }

    consuming func finish() -> SampleColumns { sink.finish(packer).columns }

    /// False at the end.
    mutating func takeFrame(_ crc32c: (UnsafeRawBufferPointer) -> UInt32) throws(RemoteReadError) -> Bool {
        guard offset < bytes.count else { return false }
        let start = offset
        var length: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard offset < bytes.count, shift < 63 else { throw .frameCutShort(byteOffset: start) }
            let byte = bytes[offset]
            offset += 1
            length |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        guard length <= UInt64(ChunkedReadResponse.frameByteLimit) else {
            throw .frameTooLarge(
                declaredByteCount: length, byteLimit: ChunkedReadResponse.frameByteLimit, byteOffset: start)
        }
        let count = Int(length)
        guard bytes.count - offset >= 4, bytes.count - offset - 4 >= count else {
            throw .frameCutShort(byteOffset: start)
        }
        let checksum = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        let message = UnsafeRawBufferPointer(rebasing: bytes[offset + 4..<offset + 4 + count])
        guard crc32c(message) == checksum else { throw .checksum(byteOffset: start) }
        var reader = ProtobufReader(message)
        do { try takeMessage(&reader, at: offset + 4) } catch let error as RemoteWriteError {
            throw .message(error)
        } catch let error as RemoteReadError {
            throw error
        } catch {
            preconditionFailure("the reader throws nothing else")
        }
        offset += 4 + count
        return true
    }

    private mutating func takeMessage(_ reader: inout ProtobufReader, at base: Int) throws {
        while !reader.isAtEnd {
            let tag = try reader.tag()
            guard tag.field == 1 else {
                try reader.skip(tag)
                continue
            }
            try reader.expect(tag, WireType.lengthDelimited)
            let place = base + reader.offset
            try sink.beginSeries(at: place)
            packer.begin()
            let outer = try reader.enter()
            try takeSeries(&reader, at: base)
            reader.leave(to: outer)
            try sink.endSeries(&packer, family: -1, at: place)
        }
    }

    private mutating func takeSeries(_ reader: inout ProtobufReader, at base: Int) throws {
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag.field {
            case 1:
                try reader.expect(tag, WireType.lengthDelimited)
                try takeLabel(&reader)
            case 2:
                try reader.expect(tag, WireType.lengthDelimited)
                try takeChunk(&reader, at: base)
            default: try reader.skip(tag)
            }
        }
    }

    private mutating func takeLabel(_ reader: inout ProtobufReader) throws {
        let outer = try reader.enter()
        var (name, value) = (0..<0, 0..<0)
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch (tag.field, tag.wireType) {
            case (1, WireType.lengthDelimited): name = try reader.lengthDelimited()
            case (2, WireType.lengthDelimited): value = try reader.lengthDelimited()
            default: try reader.skip(tag)
            }
        }
        reader.leave(to: outer)
        packer.append(name: name, value: value, in: reader.bytes, rule: .utf8, areStringsUTF8: false)
    }

    private mutating func takeChunk(_ reader: inout ProtobufReader, at base: Int) throws {
        let outer = try reader.enter()
        var encoding: UInt64 = 0
        var data = 0..<0
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch (tag.field, tag.wireType) {
            case (3, WireType.varint): encoding = try reader.varint()
            case (4, WireType.lengthDelimited): data = try reader.lengthDelimited()
            default: try reader.skip(tag)
            }
        }
        reader.leave(to: outer)
        switch encoding {
        case 1: try takeSamples(UnsafeRawBufferPointer(rebasing: reader.bytes[data]), at: base + data.lowerBound)
        case 2, 3: read.histograms += 1
        default: read.unknownChunks += 1
        }
    }

    private mutating func takeSamples(_ data: UnsafeRawBufferPointer, at byteOffset: Int) throws {
        var chunk = try XORChunk(data, byteOffset: byteOffset)
        while let sample = try chunk.next() {
            guard let range, range.contains(sample.unixMilliseconds) else { continue }
            try sink.append(unixMilliseconds: sample.unixMilliseconds, value: sample.bits, start: 0, at: byteOffset)
        }
    }
}
