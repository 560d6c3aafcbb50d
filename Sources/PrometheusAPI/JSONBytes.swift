internal import MetricModel
internal import PromQL

/// A JSON document in the making. Callers write structure; this writes it correctly escaped.
struct JSONBytes {
    private(set) var bytes: [UInt8] = []

    mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Text in quotes.
    mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string(UnsafeRawBufferPointer($0)) }
    }

    mutating func string(_ utf8: UnsafeRawBufferPointer) {
        bytes.append(UInt8(ascii: "\""))
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0a: raw("\\n")
            case 0x0d: raw("\\r")
            case 0x09: raw("\\t")
            case 0..<0x20:
                raw("\\u00")
                bytes.append(JSONBytes.digit(byte >> 4))
                bytes.append(JSONBytes.digit(byte & 15))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    mutating func integer(_ value: Int64) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        digits(value.magnitude)
    }

    private mutating func digits(_ value: UInt64) {
        let start = bytes.count
        var rest = value
        repeat {
            bytes.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    /// Milliseconds as seconds, with three decimals where they are not whole.
    mutating func time(_ unixMilliseconds: Int64) {
        if unixMilliseconds < 0 { bytes.append(UInt8(ascii: "-")) }
        let magnitude = unixMilliseconds.magnitude
        digits(magnitude / 1000)
        let fraction = magnitude % 1000
        guard fraction != 0 else { return }
        bytes.append(UInt8(ascii: "."))
        if fraction < 100 { bytes.append(0x30) }
        if fraction < 10 { bytes.append(0x30) }
        digits(fraction)
    }

    /// A sample's value: a number in quotes.
    mutating func value(_ value: Double) {
        bytes.append(UInt8(ascii: "\""))
        // Whole numbers are most of what is asked for, and cheap; -0 is not one of them.
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53, whole != 0 || value.sign == .plus {
            integer(whole)
        } else if value.magnitude >= 1e-4, value.magnitude < 1e15 {
            // In this range Swift and Go print the same shortest digits without an exponent.
            bytes.append(contentsOf: value.description.utf8)
        } else {
            raw(GoNumber.api(value))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// `[time,"value"]`.
    mutating func point(_ unixMilliseconds: Int64, _ value: Double) {
        bytes.append(UInt8(ascii: "["))
        time(unixMilliseconds)
        bytes.append(UInt8(ascii: ","))
        self.value(value)
        bytes.append(UInt8(ascii: "]"))
    }

    /// Labels as an object, in the order of their names.
    mutating func labels(_ labels: Labels) {
        bytes.append(UInt8(ascii: "{"))
        labels.packed.withUnsafeBytes { packed in
            var walk = PackedLabelWalk()
            var isFirst = true
            while let label = walk.next(in: packed) {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                string(UnsafeRawBufferPointer(rebasing: packed[label.name]))
                bytes.append(UInt8(ascii: ":"))
                string(UnsafeRawBufferPointer(rebasing: packed[label.value]))
            }
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// `[…]` with commas between what `write` writes.
    mutating func array<Element>(_ elements: some Sequence<Element>, _ write: (inout JSONBytes, Element) -> Void) {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            write(&self, element)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func strings(_ texts: some Sequence<String>) {
        array(texts) { $0.string($1) }
    }
}
