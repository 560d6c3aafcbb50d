/// Writes Prometheus's XOR chunks, and remote read's frames of them, for tests. Slow and by the letter of the format,
/// so that it shares nothing with the reader.
///
/// Source: prometheus `tsdb/docs/format/chunks.md`.
package struct XORChunkWriter {
    private var bits: [Bool] = []
    private var count = 0
    private var time: Int64 = 0
    private var distance: Int64 = 0
    private var value: UInt64 = 0
    private var window: (leading: Int, trailing: Int)?

    package init() {}

    package static func chunk(_ samples: [(unixMilliseconds: Int64, bits: UInt64)]) -> [UInt8] {
        var writer = XORChunkWriter()
        for sample in samples { writer.append(sample.unixMilliseconds, sample.bits) }
        return writer.bytes
    }

    package var bytes: [UInt8] {
        var bytes = [UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
        for start in stride(from: 0, to: bits.count, by: 8) {
            var byte: UInt8 = 0
            for index in start..<start + 8 { byte = byte << 1 | (index < bits.count && bits[index] ? 1 : 0) }
            bytes.append(byte)
        }
        return bytes
    }

    package mutating func append(_ time: Int64, _ value: UInt64) {
        if count == 0 {
            varint(UInt64(bitPattern: time << 1 ^ time >> 63))
            append(value, 64)
        } else {
            let distance = time &- self.time
            if count == 1 { varint(UInt64(bitPattern: distance)) } else { appendChange(distance &- self.distance) }
            self.distance = distance
            appendChanged(value ^ self.value)
        }
        (self.time, self.value) = (time, value)
        count += 1
    }

    private mutating func append(_ number: UInt64, _ width: Int) {
        for bit in stride(from: width - 1, through: 0, by: -1) { bits.append(number >> UInt64(bit) & 1 == 1) }
    }

    private mutating func varint(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            append(rest & 0x7f | 0x80, 8)
            rest >>= 7
        }
        append(rest, 8)
    }

    private mutating func appendChange(_ change: Int64) {
        if change == 0 { return append(0, 1) }
        for (prefix, prefixWidth, width) in [(0b10, 2, 14), (0b110, 3, 17), (0b1110, 4, 20)]
        where change >= -(1 << (width - 1)) + 1 && change <= 1 << (width - 1) {
            append(UInt64(prefix), prefixWidth)
            return append(UInt64(bitPattern: change), width)
        }
        append(0b1111, 4)
        append(UInt64(bitPattern: change), 64)
    }

    private mutating func appendChanged(_ changed: UInt64) {
        if changed == 0 { return append(0, 1) }
        let leading = min(changed.leadingZeroBitCount, 31)
        let trailing = changed.trailingZeroBitCount
        if let window, leading >= window.leading, trailing >= window.trailing {
            append(0b10, 2)
            return append(changed >> UInt64(window.trailing), 64 - window.leading - window.trailing)
        }
        window = (leading, trailing)
        let width = 64 - leading - trailing
        append(0b11, 2)
        append(UInt64(leading), 5)
        append(UInt64(width & 63), 6)
        append(changed >> UInt64(trailing), width)
    }

    // MARK: Frames

    /// A frame with series, each with chunks (encoding 1 where none is said).
    package static func frame(
        _ series: [(labels: [(String, String)], chunks: [(encoding: UInt8, bytes: [UInt8])])],
        crc32c: ([UInt8]) -> UInt32
    ) -> [UInt8] {
        var message: [UInt8] = []
        for one in series {
            var inner: [UInt8] = []
            for label in one.labels {
                inner += field(0x0a, field(0x0a, Array(label.0.utf8)) + field(0x12, Array(label.1.utf8)))
            }
            for chunk in one.chunks { inner += field(0x12, [0x18, chunk.encoding] + field(0x22, chunk.bytes)) }
            message += field(0x0a, inner)
        }
        let checksum = crc32c(message)
        return length(message.count) + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (24 - 8 * $0)) } + message
    }

    private static func field(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag] + length(content.count) + content }

    private static func length(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = count
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
