internal import MetricModel

/// Writes a 2.0 request: first the series, which find the symbols, then both in the order of their field numbers.
struct WriteRequest2Encoder: ~Copyable {
    private struct FamilyReferences {
        var type: MetricType
        var help: UInt32 = 0
        var unit: UInt32 = 0
    }

    private var symbols = SymbolTable()
    private var series = ProtobufWriter()
    private var references: [UInt32] = []
    /// References of the families used so far; nil where one has not been used yet.
    private var familyReferences: [FamilyReferences?]
    private let families: [SampleColumns.Family]
    private let detail: MetadataDetail

    init(detail: MetadataDetail, families: [SampleColumns.Family]) {
        self.detail = detail
        self.families = families
        familyReferences = Array(repeating: nil, count: families.count)
    }

    mutating func encode(_ columns: borrowing SampleColumns, samples: Range<Int>) {
        let labelBytes = columns.labelBytes
        let hasStarts = !columns.startUnixMilliseconds.isEmpty
        labelBytes.withUnsafeBytes { labels in
            for row in columns.rows {
                let kept = row.samples.clamped(to: samples)
                guard !kept.isEmpty else { continue }
                references.removeAll(keepingCapacity: true)
                var strings = PackedStrings(UnsafeRawBufferPointer(rebasing: labels[row.labels]))
                while let string = strings.next() { references.append(symbols.reference(string)) }
                encodeRow(
                    columns.unixMilliseconds[kept], columns.values[kept],
                    starts: hasStarts ? columns.startUnixMilliseconds[kept] : [],
                    family: family(of: Int(row.family)))
            }
        }
    }

    private mutating func family(of index: Int) -> FamilyReferences? {
        guard detail != .none, families.indices.contains(index) else { return nil }
        if let known = familyReferences[index] { return known }
        var made = FamilyReferences(type: families[index].type)
        if detail == .typeUnitHelp {
            made.help = symbols.reference(families[index].help)
            made.unit = symbols.reference(families[index].unit)
        }
        familyReferences[index] = made
        return made
    }

    private mutating func encodeRow(
        _ times: ArraySlice<Int64>, _ values: ArraySlice<Double>, starts: ArraySlice<Int64>,
        family: FamilyReferences?
    ) {
        let referenceBytes = references.reduce(0) { $0 + ProtobufWriter.varintByteCount(UInt64($1)) }
        let metadataBytes = family.map { Self.metadataByteCount($0) } ?? 0
        var byteCount = ProtobufWriter.fieldByteCount(referenceBytes)
        if metadataBytes > 0 { byteCount += ProtobufWriter.fieldByteCount(metadataBytes) }
        for index in times.indices {
            let start = starts.isEmpty ? 0 : starts[index]
            byteCount += ProtobufWriter.fieldByteCount(Self.sampleByteCount(times[index], values[index], start))
        }
        series.byte(0x2a)
        series.varint(UInt64(byteCount))
        series.byte(0x0a)
        series.varint(UInt64(referenceBytes))
        for reference in references { series.varint(UInt64(reference)) }
        for index in times.indices {
            encodeSample(times[index], values[index], starts.isEmpty ? 0 : starts[index])
        }
        if let family, metadataBytes > 0 { encodeMetadata(family, byteCount: metadataBytes) }
    }

    @inline(__always)
    private static func varintFieldByteCount(_ value: UInt64) -> Int {
        value == 0 ? 0 : 1 + ProtobufWriter.varintByteCount(value)
    }

    @inline(__always)
    private mutating func varintField(_ tag: UInt8, _ value: UInt64) {
        guard value != 0 else { return }
        series.byte(tag)
        series.varint(value)
    }

    /// −0 has bits, so it is sent: only the positive zero is proto3's default.
    @inline(__always)
    private static func sampleByteCount(_ time: Int64, _ value: Double, _ start: Int64) -> Int {
        (value.bitPattern == 0 ? 0 : 9) + varintFieldByteCount(UInt64(bitPattern: time))
            + varintFieldByteCount(UInt64(bitPattern: start))
    }

    @inline(__always)
    private mutating func encodeSample(_ time: Int64, _ value: Double, _ start: Int64) {
        series.byte(0x12)
        series.varint(UInt64(Self.sampleByteCount(time, value, start)))
        if value.bitPattern != 0 {
            series.byte(0x09)
            series.fixed64(value.bitPattern)
        }
        varintField(0x10, UInt64(bitPattern: time))
        varintField(0x18, UInt64(bitPattern: start))
    }

    private static func metadataByteCount(_ family: FamilyReferences) -> Int {
        varintFieldByteCount(UInt64(family.type.rawValue)) + varintFieldByteCount(UInt64(family.help))
            + varintFieldByteCount(UInt64(family.unit))
    }

    private mutating func encodeMetadata(_ family: FamilyReferences, byteCount: Int) {
        series.byte(0x2a)
        series.varint(UInt64(byteCount))
        varintField(0x08, UInt64(family.type.rawValue))
        varintField(0x18, UInt64(family.help))
        varintField(0x20, UInt64(family.unit))
    }

    /// Replaces `output` by the message.
    func finish(into output: inout [UInt8]) {
        var message = ProtobufWriter(capacity: symbols.bytes.count + symbols.count * 11)
        symbols.bytes.withUnsafeBytes { bytes in
            for reference in 0..<symbols.count {
                message.field(0x22, UnsafeRawBufferPointer(rebasing: bytes[symbols.range(of: reference)]))
            }
        }
        output.removeAll(keepingCapacity: true)
        output.reserveCapacity(message.count + series.count)
        output.append(contentsOf: message.bytes)
        output.append(contentsOf: series.bytes)
    }
}
