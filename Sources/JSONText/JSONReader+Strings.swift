extension JSONReader {
    /// Whether `string`, its escapes undone, is `other`.
    @inlinable
    package func matches(_ string: JSONString, _ other: StaticString) -> Bool {
        // Nearly always the lengths tell, and that is worth a look before a call.
        guard string.hasEscapes || string.range.count == other.utf8CodeUnitCount else { return false }
        return matches(
            string, UnsafeRawBufferPointer(start: other.utf8Start, count: other.utf8CodeUnitCount))
    }

    /// Whether `string`, its escapes undone, is `other`.
    package func matches(_ string: JSONString, _ other: UnsafeRawBufferPointer) -> Bool {
        guard string.hasEscapes else {
            let start = string.range.lowerBound
            guard string.range.count == other.count else { return false }
            for index in 0..<other.count where text[start &+ index] != other[index] { return false }
            return true
        }
        var position = 0
        var differs = false
        unescape(string) { byte in
            if position >= other.count || byte != other[position] { differs = true }
            position += 1
        }
        return !differs && position == other.count
    }

    /// The bytes of `string` where it has no escapes, as they are in the text; nil where it has.
    package func plainBytes(_ string: JSONString) -> UnsafeRawBufferPointer? {
        string.hasEscapes ? nil : UnsafeRawBufferPointer(rebasing: text[string.range])
    }

    /// Writes `string`, its escapes undone, to `buffer`; returns the byte count, or nil where it does not fit.
    package func copy(_ string: JSONString, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        var count = 0
        unescape(string) { byte in
            if count < buffer.count { buffer[count] = byte }
            count += 1
        }
        return count <= buffer.count ? count : nil
    }

    /// Gives the bytes of a string that the scan has found well-formed, one by one.
    private func unescape(_ string: JSONString, _ take: (UInt8) -> Void) {
        var offset = string.range.lowerBound
        while offset < string.range.upperBound {
            guard text[offset] == 0x5c else {
                take(text[offset])
                offset += 1
                continue
            }
            if text[offset + 1] == 0x75 {
                offset += unescapeUnicode(at: offset, take)
            } else {
                take(JSONReader.escaped(text[offset + 1]))
                offset += 2
            }
        }
    }

    private static func escaped(_ letter: UInt8) -> UInt8 {
        switch letter {
        case 0x62: 0x08
        case 0x66: 0x0c
        case 0x6e: 0x0a
        case 0x72: 0x0d
        case 0x74: 0x09
        default: letter
        }
    }

    /// Gives the UTF-8 of one `\u` escape or pair; returns how many bytes of the text it took.
    private func unescapeUnicode(at offset: Int, _ take: (UInt8) -> Void) -> Int {
        var scalar = codeUnit(at: offset)
        var length = 6
        if scalar >= 0xd800, scalar < 0xdc00 {
            scalar = 0x10000 + (scalar - 0xd800) << 10 + (codeUnit(at: offset + 6) - 0xdc00)
            length = 12
        }
        func continuation(_ shift: UInt32) { take(UInt8(truncatingIfNeeded: 0x80 | (scalar >> shift) & 0x3f)) }
        switch scalar {
        case ..<0x80: take(UInt8(truncatingIfNeeded: scalar))
        case ..<0x800:
            take(UInt8(truncatingIfNeeded: 0xc0 | scalar >> 6))
            continuation(0)
        case ..<0x10000:
            take(UInt8(truncatingIfNeeded: 0xe0 | scalar >> 12))
            continuation(6)
            continuation(0)
        default:
            take(UInt8(truncatingIfNeeded: 0xf0 | scalar >> 18))
            continuation(12)
            continuation(6)
            continuation(0)
        }
        return length
    }

    private func codeUnit(at offset: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in offset + 2..<offset + 6 { value = value << 4 | (hexValue(text[index]) ?? 0) }
        return value
    }
}
