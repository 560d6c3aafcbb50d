/// A pull reader for one JSON text, strict by RFC 8259, that allocates nothing.
///
/// Ask `next()` until it says `.end`; only then was the text checked to its last byte. Strings are checked to be
/// UTF-8 without lone surrogates. Names that appear twice in an object are reported as often as they appear: what
/// that means is the caller's to say. After an error the reader must not be asked again.
///
/// The text must stay alive and unchanged while the reader is in use.
package struct JSONReader {
    private enum Expectation {
        case value, keyOrEnd, key, valueOrEnd, commaOrEnd, end
    }

    package let text: UnsafeRawBufferPointer
    /// Offset of the next byte to read: where the reader is, for messages about a value of the wrong kind.
    package private(set) var byteOffset = 0
    private var expectation = Expectation.value
    private var depth = 0
    /// One bit a level, the innermost lowest: 1 is an object, 0 an array.
    private var levels: UInt64 = 0
    private let limits: JSONLimits

    package init(_ text: UnsafeRawBufferPointer, limits: JSONLimits) {
        self.text = text
        self.limits = limits
    }

    /// The next token.
    package mutating func next() throws(JSONError) -> JSONToken {
        guard text.count <= limits.byteLimit else { throw JSONError(.tooLong, at: limits.byteLimit) }
        skipSpace()
        switch expectation {
        case .value: return try readValue()
        case .commaOrEnd: return try readAfterValue()
        case .keyOrEnd:
            if peek() == 0x7d { return endLevel(.endObject) }
            return try readKey()
        case .key: return try readKey()
        case .valueOrEnd:
            if peek() == 0x5d { return endLevel(.endArray) }
            return try readValue()
        case .end:
            guard byteOffset == text.count else { throw JSONError(.trailingBytes, at: byteOffset) }
            return .end
        }
    }

    /// Passes over the value that comes next, checking it: for members the caller does not know.
    package mutating func skipValue() throws(JSONError) {
        let outerDepth = depth
        repeat { _ = try next() } while depth > outerDepth
    }

    /// Passes over the rest of the array or object that the last token has begun, checking it.
    package mutating func skipRest() throws(JSONError) {
        let outerDepth = depth - 1
        repeat { _ = try next() } while depth > outerDepth
    }

    @inline(__always)
    private func peek() -> UInt8? {
        byteOffset < text.count ? text[byteOffset] : nil
    }

    @inline(__always)
    private mutating func skipSpace() {
        // Most texts of devices have none.
        while byteOffset < text.count, text[byteOffset] <= 0x20 {
            switch text[byteOffset] {
            case 0x20, 0x0a, 0x0d, 0x09: byteOffset += 1
            default: return
            }
        }
    }

    @inline(__always)
    private mutating func readAfterValue() throws(JSONError) -> JSONToken {
        let isObject = levels & 1 == 1
        guard let byte = peek() else { throw JSONError(.unexpectedEnd, at: byteOffset) }
        if byte == 0x2c {
            byteOffset += 1
            skipSpace()
            return isObject ? try readKey() : try readValue()
        }
        guard byte == (isObject ? 0x7d : 0x5d) else { throw JSONError(.unexpectedByte, at: byteOffset) }
        return endLevel(isObject ? .endObject : .endArray)
    }

    @inline(__always)
    private mutating func endLevel(_ token: JSONToken) -> JSONToken {
        byteOffset += 1
        levels >>= 1
        depth -= 1
        expectation = depth == 0 ? .end : .commaOrEnd
        return token
    }

    @inline(__always)
    private mutating func beginLevel(isObject: Bool) throws(JSONError) {
        guard depth < limits.depthLimit else { throw JSONError(.tooDeep, at: byteOffset) }
        byteOffset += 1
        depth += 1
        levels = levels << 1 | (isObject ? 1 : 0)
        expectation = isObject ? .keyOrEnd : .valueOrEnd
    }

    @inline(__always)
    private mutating func readKey() throws(JSONError) -> JSONToken {
        guard let byte = peek() else { throw JSONError(.unexpectedEnd, at: byteOffset) }
        guard byte == 0x22 else { throw JSONError(.unexpectedByte, at: byteOffset) }
        let key = try readString()
        skipSpace()
        guard let colon = peek() else { throw JSONError(.unexpectedEnd, at: byteOffset) }
        guard colon == 0x3a else { throw JSONError(.unexpectedByte, at: byteOffset) }
        byteOffset += 1
        expectation = .value
        return .key(key)
    }

    @inline(__always)
    private mutating func readValue() throws(JSONError) -> JSONToken {
        guard let byte = peek() else { throw JSONError(.unexpectedEnd, at: byteOffset) }
        switch byte {
        case 0x7b:
            try beginLevel(isObject: true)
            return .beginObject
        case 0x5b:
            try beginLevel(isObject: false)
            return .beginArray
        default: break
        }
        let token = try readScalar(byte)
        expectation = depth == 0 ? .end : .commaOrEnd
        return token
    }

    @inline(__always)
    private mutating func readScalar(_ byte: UInt8) throws(JSONError) -> JSONToken {
        switch byte {
        case 0x22: return .string(try readString())
        case 0x2d, 0x30...0x39:
            var scan = NumberScan(text, at: byteOffset)
            let number = try scan.scan()
            byteOffset = number.range.upperBound
            return .number(number)
        case 0x74:
            try readWord("true")
            return .bool(true)
        case 0x66:
            try readWord("false")
            return .bool(false)
        case 0x6e:
            try readWord("null")
            return .null
        default: throw JSONError(.unexpectedByte, at: byteOffset)
        }
    }

    private mutating func readWord(_ word: StaticString) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard let byte = peek() else { throw JSONError(.unexpectedEnd, at: byteOffset) }
            guard byte == word.utf8Start[index] else { throw JSONError(.unexpectedByte, at: byteOffset) }
            byteOffset += 1
        }
    }

    @inline(__always)
    private mutating func readString() throws(JSONError) -> JSONString {
        let start = byteOffset + 1
        let end = StringScan.plainEnd(text, from: start)
        if end < text.count, text[end] == 0x22 {
            byteOffset = end + 1
            return JSONString(range: Range(uncheckedBounds: (start, end)), hasEscapes: false)
        }
        return try readSpecialString()
    }

    /// A string with escapes, with other than ASCII, or that is none.
    @inline(never)
    private mutating func readSpecialString() throws(JSONError) -> JSONString {
        var scan = StringScan(text, at: byteOffset + 1)
        let string = try scan.scan()
        byteOffset = string.range.upperBound + 1
        return string
    }
}
