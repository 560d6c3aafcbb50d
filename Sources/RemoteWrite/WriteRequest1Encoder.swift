internal import MetricModel

/// Writes a 1.0 request. Fields with proto3's default value are left out, as every protobuf library does.
struct WriteRequest1Encoder: ~Copyable {
    private var writer: ProtobufWriter

    /// A label's fields take a few bytes more than its packed form and a sample at most 22: room enough from the start
    /// for nearly every request.
    init(expecting columns: borrowing SampleColumns) {
        writer = ProtobufWriter(
            capacity: columns.labelBytes.count * 2 + columns.sampleCount * 22 + columns.rows.count * 8 + 64)
    }

    /// Replaces `output` by the message.
    func finish(into output: inout [UInt8]) {
        output.removeAll(keepingCapacity: true)
        output.append(contentsOf: writer.bytes)
    }

    mutating func encode(_ columns: borrowing SampleColumns, samples: Range<Int>) {
        let labelBytes = columns.labelBytes
        labelBytes.withUnsafeBytes { labels in
            for row in columns.rows {
                let kept = row.samples.clamped(to: samples)
                guard !kept.isEmpty else { continue }
                let packed = UnsafeRawBufferPointer(rebasing: labels[row.labels])
                encodeRow(packed, columns.unixMilliseconds[kept], columns.values[kept])
            }
        }
    }

    private mutating func encodeRow(
        _ packed: UnsafeRawBufferPointer, _ times: ArraySlice<Int64>, _ values: ArraySlice<Double>
    ) {
        var byteCount = 0
        var strings = PackedStrings(packed)
        while let name = strings.next(), let value = strings.next() {
            byteCount += ProtobufWriter.fieldByteCount(labelByteCount(name, value))
        }
        for (time, value) in zip(times, values) {
            byteCount += ProtobufWriter.fieldByteCount(sampleByteCount(time, value))
        }
        writer.byte(0x0a)
        writer.varint(UInt64(byteCount))
        strings = PackedStrings(packed)
        while let name = strings.next(), let value = strings.next() {
            writer.byte(0x0a)
            writer.varint(UInt64(labelByteCount(name, value)))
            writer.field(0x0a, name)
            writer.field(0x12, value)
        }
        for (time, value) in zip(times, values) { encodeSample(time, value) }
    }

    @inline(__always)
    private func labelByteCount(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Int {
        ProtobufWriter.fieldByteCount(name.count) + ProtobufWriter.fieldByteCount(value.count)
    }

    /// −0 has bits, so it is sent: only the positive zero is proto3's default.
    @inline(__always)
    private func sampleByteCount(_ time: Int64, _ value: Double) -> Int {
        (value.bitPattern == 0 ? 0 : 9)
            + (time == 0 ? 0 : 1 + ProtobufWriter.varintByteCount(UInt64(bitPattern: time)))
    }

    @inline(__always)
    private mutating func encodeSample(_ time: Int64, _ value: Double) {
        writer.byte(0x12)
        writer.varint(UInt64(sampleByteCount(time, value)))
        if value.bitPattern != 0 {
            writer.byte(0x09)
            writer.fixed64(value.bitPattern)
        }
        if time != 0 {
            writer.byte(0x10)
            writer.varint(UInt64(bitPattern: time))
        }
    }

    /// Metadata of the families that have a name; `type` alone where no more is asked for.
    mutating func encode(families: [SampleColumns.Family], detail: MetadataDetail) {
        for family in families where !family.name.isEmpty {
            var message = ProtobufWriter(capacity: 256)
            if family.type != .unknown {
                message.byte(0x08)
                message.varint(UInt64(family.type.rawValue))
            }
            message.field(0x12, family.name)
            if detail == .typeUnitHelp {
                if !family.help.isEmpty { message.field(0x22, family.help) }
                if !family.unit.isEmpty { message.field(0x2a, family.unit) }
            }
            writer.field(0x1a, message.bytes)
        }
    }
}
