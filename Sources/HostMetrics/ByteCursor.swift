/// A place in a text of the kernel, and what can be taken from there. Bytes only: no strings are made.
///
/// Columns are parted by spaces or tabs and lines end with a line feed, as in all of /proc.
struct ByteCursor {
    let bytes: UnsafeRawBufferPointer
    private(set) var offset: Int
    private let end: Int
    /// Where `bytes` begins; read only below `end`, which is within `bytes`. The subscript of a buffer pointer asks each
    /// time whether there is memory at all, which is most of what taking a text apart cost.
    private let base: UnsafePointer<UInt8>

    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(bytes, from: 0, to: bytes.count)
    }

    init(_ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int) {
        precondition(start >= 0 && end <= bytes.count)
        self.bytes = bytes
        offset = start
        self.end = end
        // Nothing is read of an empty text, so that it may begin anywhere.
        let memory = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
        // Nobody sees these bytes as another type while a text is taken apart.
        base = memory.assumingMemoryBound(to: UInt8.self)
    }

    /// The byte at a place below `end`.
    @inline(__always) private func byte(_ place: Int) -> UInt8 { base[place] }

    var isAtEnd: Bool { offset >= end }
    /// Whether the line has ended here.
    var isAtLineEnd: Bool { offset >= end || byte(offset) == UInt8(ascii: "\n") }

    /// Whether a space or tab stands here.
    var isAtSpace: Bool { offset < end && (byte(offset) == 0x20 || byte(offset) == 0x09) }

    mutating func skipSpaces() {
        while isAtSpace { offset += 1 }
    }

    /// Goes behind the next line feed.
    mutating func skipLine() { offset = min(lineEnd + 1, end) }

    /// Where the line's line feed is, or the text's end.
    private var lineEnd: Int {
        var place = offset
        // Eight bytes at a time: what is left of a byte is 0 where it is a line feed, and the lowest byte that is 0 is the
        // lowest whose highest bit the subtraction sets.
        while place + 8 <= end {
            let word = UInt64(littleEndian: UnsafeRawPointer(base + place).loadUnaligned(as: UInt64.self))
            let rest = word ^ 0x0a0a_0a0a_0a0a_0a0a
            let found = (rest &- 0x0101_0101_0101_0101) & ~rest & 0x8080_8080_8080_8080
            if found != 0 { return place + found.trailingZeroBitCount / 8 }
            place += 8
        }
        while place < end, byte(place) != UInt8(ascii: "\n") { place += 1 }
        return place
    }

    /// Goes behind the next `byte`; false, and at the end, where there is none.
    mutating func skip(behind byte: UInt8) -> Bool {
        while offset < end {
            offset += 1
            if self.byte(offset - 1) == byte { return true }
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
        let first = offset
        var place = offset
        while place < end, byte(place) != 0x20, byte(place) != 0x09, byte(place) != 0x0a { place += 1 }
        offset = place
        return first..<place
    }

    /// Whether nothing but spaces is left of the line.
    mutating func isLineDone() -> Bool {
        skipSpaces()
        return isAtLineEnd
    }

    /// The bytes of `range`, for a look-up.
    func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }

    /// What is left of the line.
    var restOfLine: Range<Int> { offset..<lineEnd }

    /// Takes `prefix` if it stands here.
    mutating func take(_ prefix: StaticString) -> Bool {
        let count = prefix.utf8CodeUnitCount
        guard end - offset >= count else { return false }
        for index in 0..<count where byte(offset + index) != prefix.utf8Start[index] { return false }
        offset += count
        return true
    }

    /// Takes `text` if it stands here.
    mutating func take(_ text: UnsafeRawBufferPointer) -> Bool {
        guard end - offset >= text.count, slice(offset..<offset + text.count).isEqual(to: text) else { return false }
        offset += text.count
        return true
    }

    /// Takes the decimal number after any spaces; it must end at a space, a line's end or the text's end.
    mutating func unsigned() throws(DamagedText) -> UInt64 {
        skipSpaces()
        let start = offset
        let value = try digits()
        guard offset == end || byte(offset) <= 0x20 else {
            throw DamagedText(byteOffset: start, expected: "a decimal number")
        }
        return value
    }

    /// Takes the digits that stand here, at least one.
    mutating func digits() throws(DamagedText) -> UInt64 {
        let first = offset
        var place = offset
        var value: UInt64 = 0
        // 19 digits never overflow.
        let safeEnd = min(end, first + 19)
        while place < safeEnd {
            let digit = byte(place) &- UInt8(ascii: "0")
            if digit >= 10 { break }
            value = value &* 10 &+ UInt64(digit)
            place += 1
        }
        if place == safeEnd { value = try digits(behind: value, at: &place, from: first) }
        guard place > first else { throw DamagedText(byteOffset: first, expected: "a decimal number") }
        offset = place
        return value
    }

    /// Takes the digits behind the first 19.
    private func digits(behind value: UInt64, at place: inout Int, from first: Int) throws(DamagedText) -> UInt64 {
        var value = value
        while place < end, byte(place) &- UInt8(ascii: "0") < 10 {
            let (times, timesOverflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = times.addingReportingOverflow(UInt64(byte(place) &- UInt8(ascii: "0")))
            guard !timesOverflow, !sumOverflow else {
                throw DamagedText(byteOffset: first, expected: "a 64-bit number")
            }
            value = sum
            place += 1
        }
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
        guard offset == end || byte(offset) <= 0x20 else {
            throw DamagedText(byteOffset: start, expected: "a hexadecimal number")
        }
        return value
    }

    /// Takes the hexadecimal digits that stand here, at least one and at most 16.
    mutating func hexadecimalDigits() throws(DamagedText) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        while offset < end, let digit = Self.hexadecimalDigit(byte(offset)), offset - start < 16 {
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
            let byte = byte(offset)
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
