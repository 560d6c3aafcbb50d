/// Finds the end of a string and checks everything on the way: control characters, escapes, UTF-8.
struct StringScan {
    private let text: UnsafeRawBufferPointer
    private var offset: Int
    private let start: Int
    private var hasEscapes = false

    /// Starts behind the opening quote.
    init(_ text: UnsafeRawBufferPointer, at offset: Int) {
        self.text = text
        self.offset = offset
        self.start = offset
    }

    /// The place of the first byte from `offset` on that is not plain ASCII within a string: a quote, a backslash, a
    /// control character, a byte of 0x80 and above; or the end of the text. Eight bytes at a time.
    @inline(__always)
    static func plainEnd(_ text: UnsafeRawBufferPointer, from offset: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        var offset = offset
        while offset &+ 8 <= text.count {
            let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            // The top bit of a byte is set where the byte is zero, or below 0x20; borrows only reach higher bytes,
            // and the lowest byte found is what counts.
            let quotes = word ^ (ones &* 0x22)
            let slashes = word ^ (ones &* 0x5c)
            let found =
                ((quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes | (word &- ones &* 0x20) & ~word | word)
                & tops
            if found != 0 { return offset &+ found.trailingZeroBitCount / 8 }
            offset &+= 8
        }
        while offset < text.count {
            let byte = text[offset]
            if byte == 0x22 || byte == 0x5c || byte < 0x20 || byte >= 0x80 { return offset }
            offset &+= 1
        }
        return offset
    }

    mutating func scan() throws(JSONError) -> JSONString {
        while offset < text.count {
            let byte = text[offset]
            switch byte {
            case 0x22: return JSONString(range: start..<offset, hasEscapes: hasEscapes)
            case 0x5c: try passEscape()
            case 0x00..<0x20: throw JSONError(.controlCharacter, at: offset)
            case 0x80...0xff: try passSequence(byte)
            default: offset += 1
            }
        }
        throw JSONError(.unexpectedEnd, at: offset)
    }

    private mutating func passEscape() throws(JSONError) {
        hasEscapes = true
        guard offset + 1 < text.count else { throw JSONError(.unexpectedEnd, at: text.count) }
        switch text[offset + 1] {
        case 0x22, 0x5c, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74: offset += 2
        case 0x75: try passUnicodeEscape()
        default: throw JSONError(.invalidEscape, at: offset + 1)
        }
    }

    /// A surrogate is only half a character, and a lone one cannot be said in UTF-8 (RFC 8259, section 8.2).
    private mutating func passUnicodeEscape() throws(JSONError) {
        let escape = offset
        let first = try passFourDigits()
        guard first >= 0xd800, first <= 0xdfff else { return }
        guard first < 0xdc00 else { throw JSONError(.invalidEscape, at: escape) }
        for expected in 0..<2 {
            guard offset + expected < text.count else { throw JSONError(.unexpectedEnd, at: text.count) }
            guard text[offset + expected] == (expected == 0 ? 0x5c : 0x75) else {
                throw JSONError(.invalidEscape, at: escape)
            }
        }
        let second = try passFourDigits()
        guard second >= 0xdc00, second <= 0xdfff else { throw JSONError(.invalidEscape, at: escape) }
    }

    private mutating func passFourDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for index in offset + 2..<offset + 6 {
            guard index < text.count else { throw JSONError(.unexpectedEnd, at: text.count) }
            guard let digit = hexValue(text[index]) else { throw JSONError(.invalidEscape, at: index) }
            value = value << 4 | digit
        }
        offset += 6
        return value
    }

    /// One sequence by the table of well-formed UTF-8 (Unicode, table 3-7): no overlong forms, no surrogates.
    private mutating func passSequence(_ lead: UInt8) throws(JSONError) {
        var continuationCount = 1
        var second: ClosedRange<UInt8> = 0x80...0xbf
        switch lead {
        case 0xc2...0xdf: break
        case 0xe0...0xef:
            continuationCount = 2
            if lead == 0xe0 { second = 0xa0...0xbf }
            if lead == 0xed { second = 0x80...0x9f }
        case 0xf0...0xf4:
            continuationCount = 3
            if lead == 0xf0 { second = 0x90...0xbf }
            if lead == 0xf4 { second = 0x80...0x8f }
        default: throw JSONError(.invalidUTF8, at: offset)
        }
        for index in 1...continuationCount {
            guard offset + index < text.count else { throw JSONError(.unexpectedEnd, at: text.count) }
            let byte = text[offset + index]
            let allowed = index == 1 ? second : 0x80...0xbf
            guard allowed.contains(byte) else { throw JSONError(.invalidUTF8, at: offset + index) }
        }
        offset += 1 + continuationCount
    }
}

/// The value of a hexadecimal digit.
func hexValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(truncatingIfNeeded: byte) - 0x30
    case 0x41...0x46: UInt32(truncatingIfNeeded: byte) - 0x37
    case 0x61...0x66: UInt32(truncatingIfNeeded: byte) - 0x57
    default: nil
    }
}
