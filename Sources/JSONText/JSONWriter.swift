/// A writer of JSON into a buffer of the caller's: commas and escapes are its work, the order of calls the caller's.
///
/// It never writes past the end of the buffer and goes on counting, so that `byteCount` says what would have been
/// needed: when it is more than the buffer has, the text is to be thrown away.
package struct JSONWriter {
    private let buffer: UnsafeMutableRawBufferPointer
    /// Bytes of the text so far; more than the buffer has where it was too small.
    package private(set) var byteCount = 0
    private var needsComma = false

    package init(into buffer: UnsafeMutableRawBufferPointer) {
        self.buffer = buffer
    }

    package mutating func beginObject() { open(0x7b) }
    package mutating func endObject() { close(0x7d) }
    package mutating func beginArray() { open(0x5b) }
    package mutating func endArray() { close(0x5d) }

    /// Writes a member's name; its value is to follow.
    package mutating func key(_ name: StaticString) {
        key(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    package mutating func key(_ name: UnsafeRawBufferPointer) {
        string(name)
        put(0x3a)
        needsComma = false
    }

    /// Writes a string; `bytes` are UTF-8.
    package mutating func string(_ bytes: UnsafeRawBufferPointer) {
        separate()
        put(0x22)
        for byte in bytes { escape(byte) }
        put(0x22)
    }

    package mutating func number(_ value: UInt64) {
        separate()
        digits(value)
    }

    package mutating func number(_ value: Int64) {
        separate()
        if value < 0 { put(0x2d) }
        digits(value.magnitude)
    }

    package mutating func bool(_ value: Bool) { word(value ? "true" : "false") }
    package mutating func null() { word("null") }

    /// Writes text that is JSON already, such as a number the caller has formatted.
    package mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        separate()
        for byte in bytes { put(byte) }
    }

    private mutating func word(_ text: StaticString) {
        raw(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func open(_ byte: UInt8) {
        separate()
        put(byte)
        needsComma = false
    }

    private mutating func close(_ byte: UInt8) {
        put(byte)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { put(0x2c) }
        needsComma = true
    }

    private mutating func digits(_ value: UInt64) {
        var divisor: UInt64 = 1
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            put(0x30 + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22, 0x5c:
            put(0x5c)
            put(byte)
        case 0x00..<0x20:
            for prefix in 0..<4 { put(StaticString("\\u00").utf8Start[prefix]) }
            put(0x30 + byte >> 4)
            put(byte & 15 < 10 ? 0x30 + byte & 15 : 0x57 + byte & 15)
        default: put(byte)
        }
    }

    private mutating func put(_ byte: UInt8) {
        if byteCount < buffer.count { buffer[byteCount] = byte }
        byteCount += 1
    }
}
