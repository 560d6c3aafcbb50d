/// Walks over a message of either version, series by series, and says where in the bytes everything stands.
///
/// A series with more than `limits` allow is read to its end and not kept: a few bytes can refer to very many.
struct RawRequestReader: ~Copyable {
    private var reader: ProtobufReader
    private let format: WireFormat
    private let limits: DecodeLimits
    /// Of all series that break no limit.
    private var labelByteCount = 0
    private var symbols: [Range<Int>] = []
    /// One more than may be at most, by which it is seen that there are too many.
    private var references: [UInt64] = []
    /// Whether `next` has found a series, else a family (1.0).
    private(set) var isSeries = false
    private(set) var series = RawSeries()
    private(set) var family = RawFamily()

    init(_ bytes: UnsafeRawBufferPointer, _ format: WireFormat, _ limits: DecodeLimits) {
        reader = ProtobufReader(bytes)
        self.format = format
        self.limits = limits
    }

    var offset: Int { reader.offset }

    /// To be called before `next`: protobuf promises no order of fields.
    mutating func readSymbols() throws(RemoteWriteError) {
        guard format == .writeRequest2 else { return }
        while !reader.isAtEnd {
            let tag = try reader.tag()
            guard tag.field == 4 else {
                try reader.skip(tag)
                continue
            }
            try reader.expect(tag, WireType.lengthDelimited)
            symbols.append(try reader.lengthDelimited())
        }
        reader = ProtobufReader(reader.bytes)
    }

    /// Goes on to the next series or family; false at the end.
    mutating func next() throws(RemoteWriteError) -> Bool {
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch (format, tag.field) {
            case (.writeRequest1, 1), (.writeRequest2, 5):
                try reader.expect(tag, WireType.lengthDelimited)
                isSeries = true
                try readSeries()
                return true
            case (.writeRequest1, 3):
                try reader.expect(tag, WireType.lengthDelimited)
                isSeries = false
                family = try readFamily1()
                return true
            default: try reader.skip(tag)
            }
        }
        return false
    }

    private mutating func readSeries() throws(RemoteWriteError) {
        series.removeAll()
        references.removeAll(keepingCapacity: true)
        let referenceLimit = 2 * limits.labelsPerSeriesLimit
        let outer = try reader.enter()
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch (format, tag.field) {
            case (.writeRequest1, 1):
                try reader.expect(tag, WireType.lengthDelimited)
                series.append(try readLabel1(), limits)
            case (.writeRequest2, 1): try readReferences(tag, limit: referenceLimit)
            case (_, 2):
                try reader.expect(tag, WireType.lengthDelimited)
                series.append(sample: try reader.lengthDelimited(), limits)
            case (.writeRequest1, 3), (.writeRequest2, 4):
                try reader.expect(tag, WireType.lengthDelimited)
                try readExemplar()
            case (.writeRequest1, 4), (.writeRequest2, 3):
                try reader.expect(tag, WireType.lengthDelimited)
                series.append(histogram: try reader.lengthDelimited(), limits)
            case (.writeRequest2, 5):
                try reader.expect(tag, WireType.lengthDelimited)
                series.family = try readFamily2()
            default: try reader.skip(tag)
            }
        }
        reader.leave(to: outer)
        if references.count > referenceLimit { series.refuse() }
        for label in resolved() { series.append(label, limits) }
        countLabelBytes()
    }

    /// A request whose labels are too long altogether is refused when it comes; here, what is past the limit is.
    private mutating func countLabelBytes() {
        guard !series.breaksLimits else { return }
        let byteCount = series.labels.reduce(0) { $0 + $1.byteCount }
        guard labelByteCount + byteCount <= limits.labelByteLimit else { return series.refuse() }
        labelByteCount += byteCount
    }

    private mutating func readLabel1() throws(RemoteWriteError) -> RawSeries.Label {
        var label = RawSeries.Label(name: 0..<0, value: 0..<0)
        let outer = try reader.enter()
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag.field {
            case 1, 2:
                try reader.expect(tag, WireType.lengthDelimited)
                let text = try reader.lengthDelimited()
                if tag.field == 1 { label.name = text } else { label.value = text }
            default: try reader.skip(tag)
            }
        }
        reader.leave(to: outer)
        return label
    }

    /// References come packed or one by one.
    private mutating func readReferences(
        _ tag: (field: Int, wireType: UInt8), limit: Int
    ) throws(RemoteWriteError) {
        guard tag.wireType == WireType.lengthDelimited else {
            try reader.expect(tag, WireType.varint)
            let reference = try reader.varint()
            if references.count <= limit { references.append(reference) }
            return
        }
        let outer = try reader.enter()
        while !reader.isAtEnd {
            let reference = try reader.varint()
            if references.count <= limit { references.append(reference) }
        }
        reader.leave(to: outer)
    }

    /// The labels that the references name. What names no symbol was refused when the request came, and is left out.
    private func resolved() -> [RawSeries.Label] {
        stride(from: 0, to: references.count - 1, by: 2).compactMap { index in
            guard let name = symbol(references[index]), let value = symbol(references[index + 1]) else { return nil }
            return RawSeries.Label(name: name, value: value)
        }
    }

    private func symbol(_ reference: UInt64) -> Range<Int>? {
        reference < UInt64(symbols.count) ? symbols[Int(reference)] : nil
    }

    private mutating func readExemplar() throws(RemoteWriteError) {
        let before = references
        references.removeAll()
        // One that is valid has one byte at least.
        let labelLimit = ReceivedExemplar.byteLimit
        var labels: [RawSeries.Label] = []
        let start = reader
        let content = try reader.lengthDelimited()
        let end = reader
        reader = start
        let outer = try reader.enter()
        while !reader.isAtEnd {
            let tag = try reader.tag()
            guard tag.field == 1 else {
                try reader.skip(tag)
                continue
            }
            if format == .writeRequest1 {
                try reader.expect(tag, WireType.lengthDelimited)
                let label = try readLabel1()
                if labels.count <= labelLimit { labels.append(label) }
            } else {
                try readReferences(tag, limit: 2 * labelLimit)
            }
        }
        reader.leave(to: outer)
        reader = end
        if format == .writeRequest2 { labels = resolved() }
        let isShort =
            references.count <= 2 * labelLimit && labels.count <= labelLimit
            && labels.reduce(0) { $0 + $1.byteCount } <= ReceivedExemplar.byteLimit
        series.append(exemplar: content, labels: isShort ? labels : nil, limits)
        references = before
    }

    private mutating func readFamily1() throws(RemoteWriteError) -> RawFamily {
        var family = RawFamily()
        let outer = try reader.enter()
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag.field {
            case 1:
                try reader.expect(tag, WireType.varint)
                family.type = try reader.varint()
            case 2, 4, 5:
                try reader.expect(tag, WireType.lengthDelimited)
                let text = try reader.lengthDelimited()
                if tag.field == 2 { family.name = text }
                if tag.field == 4 { family.help = text }
                if tag.field == 5 { family.unit = text }
            default: try reader.skip(tag)
            }
        }
        reader.leave(to: outer)
        return family
    }

    private mutating func readFamily2() throws(RemoteWriteError) -> RawFamily {
        var family = RawFamily()
        let outer = try reader.enter()
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag.field {
            case 1, 3, 4:
                try reader.expect(tag, WireType.varint)
                let number = try reader.varint()
                if tag.field == 1 { family.type = number }
                if tag.field == 3 { family.help = symbol(number) ?? 0..<0 }
                if tag.field == 4 { family.unit = symbol(number) ?? 0..<0 }
            default: try reader.skip(tag)
            }
        }
        reader.leave(to: outer)
        return family
    }
}
