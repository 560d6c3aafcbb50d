/// A cursor over the caller's buffer. It goes on counting past the end, so that the error can say how many bytes
/// would have done, and it never writes there.
struct ByteSink {
    let buffer: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ buffer: UnsafeMutableRawBufferPointer) {
        self.buffer = buffer
    }

    /// The byte count written, or the error that says how many were needed.
    func finish() throws(EncodingError) -> Int {
        guard count <= buffer.count else { throw .bufferTooSmall(neededByteCount: count) }
        return count
    }

    mutating func append(byte: UInt8) {
        if count < buffer.count { buffer[count] = byte }
        count += 1
    }

    mutating func append(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { append(byte: text.utf8Start[index]) }
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { append(byte: byte) }
    }

    /// Appends a JSON string with its quotes; control characters, `"` and `\` are escaped, UTF-8 is copied.
    mutating func append(quoted bytes: UnsafeRawBufferPointer) {
        append(byte: 0x22)
        for byte in bytes {
            switch byte {
            case 0x22, 0x5c:
                append(byte: 0x5c)
                append(byte: byte)
            case 0x00..<0x20:
                append("\\u00")
                append(hexadecimal: byte)
            default:
                append(byte: byte)
            }
        }
        append(byte: 0x22)
    }

    mutating func append(_ number: UInt64) {
        var divisor: UInt64 = 1
        while number / divisor >= 10 { divisor *= 10 }
        var rest = number
        while divisor > 0 {
            append(byte: 0x30 + UInt8(truncatingIfNeeded: rest / divisor))
            rest %= divisor
            divisor /= 10
        }
    }

    mutating func append(_ flag: Bool) {
        append(flag ? "true" : "false")
    }

    /// Appends `value` rounded to `decimals` digits (at most 9), halves away from zero, as C's `%.2f` does but for
    /// exact halves. What JSON cannot say, or what needs more than 15 digits, becomes `null`: no reading.
    mutating func append(_ value: Double, decimals: UInt8) {
        guard let scaled = ScaledNumber(value, decimals: decimals) else {
            append("null")
            return
        }
        if scaled.isNegative { append("-") }
        var scale: UInt64 = 1
        for _ in 0..<min(decimals, ScaledNumber.decimalLimit) { scale *= 10 }
        append(scaled.magnitude / scale)
        guard scale > 1 else { return }
        append(".")
        var place = scale / 10
        while place > 0 {
            append(byte: 0x30 + UInt8(truncatingIfNeeded: scaled.magnitude / place % 10))
            place /= 10
        }
    }

    mutating func append(hexadecimal byte: UInt8) {
        append(byte: hexDigit(byte >> 4))
        append(byte: hexDigit(byte & 15))
    }

    /// What has been written up to now, or nil where it did not fit.
    var written: UnsafeRawBufferPointer? {
        count <= buffer.count ? UnsafeRawBufferPointer(rebasing: buffer[..<count]) : nil
    }

    subscript(offset: Int) -> UInt8 {
        get { offset < min(count, buffer.count) ? buffer[offset] : 0 }
        set { if offset < min(count, buffer.count) { buffer[offset] = newValue } }
    }

    /// Makes room for one byte at `offset` and puts it there.
    mutating func insert(byte: UInt8, at offset: Int) {
        count += 1
        var index = min(count, buffer.count) - 1
        while index > offset {
            buffer[index] = buffer[index - 1]
            index -= 1
        }
        self[offset] = byte
    }

    mutating func remove(at offset: Int) {
        let end = min(count, buffer.count)
        var index = offset
        while index + 1 < end {
            buffer[index] = buffer[index + 1]
            index += 1
        }
        count -= 1
    }

    private func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x57 + value
    }
}
