import RemoteWrite

/// Remote-write messages byte by byte, for what no sane library would write.
enum WriteMessage {
    static func varint(_ value: UInt64) -> [UInt8] {
        value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f) | 0x80] + varint(value >> 7)
    }

    static func bytes(_ field: UInt64, _ content: [UInt8]) -> [UInt8] {
        varint(field << 3 | 2) + varint(UInt64(content.count)) + content
    }

    static func text(_ field: UInt64, _ content: String) -> [UInt8] { bytes(field, Array(content.utf8)) }

    static func number(_ field: UInt64, _ value: Int64) -> [UInt8] {
        varint(field << 3) + varint(UInt64(bitPattern: value))
    }

    static func double(_ field: UInt64, _ bits: UInt64) -> [UInt8] {
        varint(field << 3 | 1) + (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    }

    /// A 1.0 series: labels, samples, and what else is in it.
    static func series1(
        _ labels: [(String, String)], _ samples: [(time: Int64, value: Double)], _ rest: [UInt8] = []
    ) -> [UInt8] {
        bytes(
            1,
            labels.flatMap { bytes(1, text(1, $0.0) + text(2, $0.1)) }
                + samples.flatMap { bytes(2, double(1, $0.value.bitPattern) + number(2, $0.time)) } + rest)
    }

    /// A 2.0 request of series whose labels refer to the symbols, which begin with the empty one.
    static func request2(_ symbols: [String], _ series: [[UInt8]]) -> [UInt8] {
        ([""] + symbols).flatMap { text(4, $0) } + series.flatMap { bytes(5, $0) }
    }

    static func references(_ numbers: [UInt64]) -> [UInt8] { bytes(1, numbers.flatMap(varint)) }

    static func sample2(_ time: Int64, _ value: Double, start: Int64 = 0) -> [UInt8] {
        bytes(2, double(1, value.bitPattern) + number(2, time) + (start == 0 ? [] : number(3, start)))
    }
}
