import MetricModel
import TestValues

/// The bytes that hexadecimal digits stand for.
func hexadecimal(_ lines: String...) -> [UInt8] { Hexadecimal.bytes(lines.joined()) }

/// A tiny protobuf encoder of the tests' own, for messages that no sane library would write.
enum Wire {
    static func varint(_ value: UInt64) -> [UInt8] {
        value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f) | 0x80] + varint(value >> 7)
    }

    static func bytes(_ field: UInt64, _ content: [UInt8]) -> [UInt8] {
        varint(field << 3 | 2) + varint(UInt64(content.count)) + content
    }

    static func text(_ field: UInt64, _ content: String) -> [UInt8] { bytes(field, Array(content.utf8)) }

    static func number(_ field: UInt64, _ value: UInt64) -> [UInt8] { varint(field << 3) + varint(value) }

    static func double(_ field: UInt64, _ value: Double) -> [UInt8] {
        varint(field << 3 | 1) + (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }

    static func label(_ name: String, _ value: String) -> [UInt8] {
        bytes(1, text(1, name) + text(2, value))
    }

    static func sample(_ value: Double, _ time: UInt64) -> [UInt8] {
        bytes(2, double(1, value) + number(2, time))
    }

    /// A 1.0 series with one sample.
    static func series1(_ labels: [(String, String)]) -> [UInt8] {
        bytes(1, labels.flatMap { label($0.0, $0.1) } + sample(1, 2))
    }

    /// A 2.0 request of one series with one sample, whose labels refer to `symbols`.
    static func request2(_ symbols: [String], references: [UInt64]) -> [UInt8] {
        symbols.flatMap { text(4, $0) } + bytes(5, bytes(1, references.flatMap(varint)) + sample(1, 2))
    }
}

extension SampleColumns {
    /// Rows as text, values as bit patterns: what the tests compare.
    var rowTexts: [String] {
        rows.map { row in
            let samples = row.samples.map { index in
                let start = startUnixMilliseconds.isEmpty ? 0 : startUnixMilliseconds[index]
                let bits = String(values[index].bitPattern, radix: 16)
                return "\(bits)@\(unixMilliseconds[index])" + (start == 0 ? "" : "/\(start)")
            }
            return "\(labels(of: row)) " + samples.joined(separator: " ")
        }
    }

    init(_ rows: [(labels: Labels, samples: [(Int64, Double)])]) {
        self.init()
        for row in rows {
            beginRow(packedLabels: row.labels.packed)
            for (time, value) in row.samples { append(unixMilliseconds: time, value: value) }
        }
    }
}
