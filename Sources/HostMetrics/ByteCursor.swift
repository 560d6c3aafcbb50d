/// A place in a text of the kernel, and what can be taken from there. Bytes only: no strings are made.
///
/// Columns are parted by spaces or tabs and lines end with a line feed, as in all of /proc.
struct ByteCursor {
    let bytes: UnsafeRawBufferPointer
    private(set) var offset: Int
    private let end: Int

    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(bytes, from: 0, to: bytes.count)
    }

    init(_ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int) {
        self.bytes = bytes
        offset = start
        self.end = end
    }

    var isAtEnd: Bool { offset >= end }
    /// Whether the line has ended here.
    var isAtLineEnd: Bool { offset >= end || bytes[offset] == UInt8(ascii: "\n") }

    mutating func skipSpaces() {
        while offset < end, bytes[offset] == 0x20 || bytes[offset] == 0x09 { offset += 1 }
    }

    /// Goes behind the next line feed.
    mutating func skipLine() {
        while offset < end {
            offset += 1
            if bytes[offset - 1] == UInt8(ascii: "\n") { return }
        }
    }

    /// Goes behind the next `byte`; false, and at the end, where there is none.
    mutating func skip(behind byte: UInt8) -> Bool {
        while offset < end {
            offset += 1
            if bytes[offset - 1] == byte { return true }
        }
        return false
    }

    /// Goes behind the byte that stands here.
    mutating func skipByte() { offset = min(offset + 1, end) }

    /// Goes behind the spaces and the column after them.
    mutating func skipColumn() { _ = column() }

    /// The bytes of the next column, empty at the line's end.
    mutating func column() -> Range<Int> {
        skipSpaces()
        let start = offset
        while offset < end, bytes[offset] != 0x20, bytes[offset] != 0x09, bytes[offset] != 0x0a { offset += 1 }
        return start..<offset
    }

    /// Whether nothing but spaces is left of the line.
    mutating func isLineDone() -> Bool {
        skipSpaces()
        return isAtLineEnd
    }

    /// The bytes of `range`, for a look-up.
    func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }

    /// What is left of the line.
    var restOfLine: Range<Int> {
        var stop = offset
        while stop < end, bytes[stop] != UInt8(ascii: "\n") { stop += 1 }
        return offset..<stop
    }

    /// Takes `prefix` if it stands here.
    mutating func take(_ prefix: StaticString) -> Bool {
        let count = prefix.utf8CodeUnitCount
        guard end - offset >= count else { return false }
        for index in 0..<count where bytes[offset + index] != prefix.utf8Start[index] { return false }
        offset += count
        return true
    }

    /// Takes the decimal number after any spaces; it must end at a space, a line's end or the text's end.
    mutating func unsigned() throws(DamagedText) -> UInt64 {
        skipSpaces()
        let start = offset
        let value = try digits()
        guard offset == end || bytes[offset] <= 0x20 else {
            throw DamagedText(byteOffset: start, expected: "a decimal number")
        }
        return value
    }

    /// Takes the digits that stand here, at least one.
    mutating func digits() throws(DamagedText) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        while offset < end {
            let digit = bytes[offset] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            let (times, timesOverflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = times.addingReportingOverflow(UInt64(digit))
            guard !timesOverflow, !sumOverflow else {
                throw DamagedText(byteOffset: start, expected: "a 64-bit number")
            }
            value = sum
            offset += 1
        }
        guard offset > start else { throw DamagedText(byteOffset: start, expected: "a decimal number") }
        return value
    }

    /// The same with an optional minus sign.
    mutating func signed() throws(DamagedText) -> Int64 {
        skipSpaces()
        let start = offset
        let isNegative = take("-")
        let magnitude = try unsigned()
        guard magnitude <= UInt64(Int64.max) else { throw DamagedText(byteOffset: start, expected: "a 63-bit number") }
        return isNegative ? -Int64(magnitude) : Int64(magnitude)
    }

    /// Takes a decimal number of 64 bits, with or without a minus sign, as what a sample holds.
    mutating func number() throws(DamagedText) -> Double {
        skipSpaces()
        let isNegative = take("-")
        let magnitude = Double(try unsigned())
        return isNegative ? -magnitude : magnitude
    }

    /// Takes the hexadecimal number after any spaces; it must end at a space, a line's end or the text's end.
    mutating func hexadecimal() throws(DamagedText) -> UInt64 {
        skipSpaces()
        let start = offset
        let value = try hexadecimalDigits()
        guard offset == end || bytes[offset] <= 0x20 else {
            throw DamagedText(byteOffset: start, expected: "a hexadecimal number")
        }
        return value
    }

    /// Takes the hexadecimal digits that stand here, at least one and at most 16.
    mutating func hexadecimalDigits() throws(DamagedText) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        while offset < end, let digit = Self.hexadecimalDigit(bytes[offset]), offset - start < 16 {
            value = value << 4 | digit
            offset += 1
        }
        guard offset > start else { throw DamagedText(byteOffset: start, expected: "a hexadecimal number") }
        return value
    }

    static func hexadecimalDigit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte - 0x30)
        case 0x41...0x46: UInt64(byte - 0x41 + 10)
        case 0x61...0x66: UInt64(byte - 0x61 + 10)
        default: nil
        }
    }

    /// Takes a decimal number that may have a fraction: `0.20`.
    mutating func decimal() throws(DamagedText) -> Double {
        skipSpaces()
        let start = offset
        var digits: UInt64 = 0
        var scale = 1.0
        var isFraction = false
        var digitCount = 0
        while offset < end {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "."), !isFraction {
                isFraction = true
            } else if byte &- UInt8(ascii: "0") < 10 {
                digits = digits &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
                digitCount += 1
                if isFraction { scale *= 10 }
            } else {
                break
            }
            offset += 1
        }
        // Up to 15 digits the division is exact to the last bit.
        guard (1...15).contains(digitCount), offset == end || bytes[offset] <= 0x20 else {
            throw DamagedText(byteOffset: start, expected: "a decimal number")
        }
        return Double(digits) / scale
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    /// The error for something else than `expected` here.
    func damage(_ expected: String) -> DamagedText { DamagedText(byteOffset: offset, expected: expected) }
}

extension ByteCursor {
    /// What the kernel's numbers of processors are at most.
    static let highestProcessor = 1 << 20

    /// Takes a processor's number that stands here; the kernel lists them in rising order.
    mutating func processor(after last: Int?) throws(DamagedText) -> Int {
        let start = offset
        let number = try unsigned()
        guard number <= UInt64(Self.highestProcessor), Int(number) > last ?? -1 else {
            throw DamagedText(byteOffset: start, expected: "processors in rising order")
        }
        return Int(number)
    }
}
