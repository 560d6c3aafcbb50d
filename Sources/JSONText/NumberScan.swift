/// Reads one number by the grammar of RFC 8259, section 6, gathering its digits on the way.
struct NumberScan {
    private let text: UnsafeRawBufferPointer
    private let start: Int
    private var offset: Int
    private var mantissa: UInt64 = 0
    private var droppedDigitCount: Int32 = 0
    private var isFull = false
    private var isTruncated = false

    init(_ text: UnsafeRawBufferPointer, at offset: Int) {
        self.text = text
        self.start = offset
        self.offset = offset
    }

    mutating func scan() throws(JSONError) -> JSONNumber {
        let isNegative = text[offset] == 0x2d
        if isNegative { offset += 1 }
        let first = offset
        let wholeDigitCount = try scanDigits()
        if text[first] == 0x30 && wholeDigitCount > 1 { throw JSONError(.invalidNumber, at: first + 1) }
        var exponent: Int32 = 0
        if offset < text.count, text[offset] == 0x2e {
            offset += 1
            exponent -= Int32(truncatingIfNeeded: try scanDigits())
        }
        exponent += droppedDigitCount
        if offset < text.count, text[offset] | 0x20 == 0x65 {
            offset += 1
            exponent += try scanExponent()
        }
        return JSONNumber(
            range: start..<offset, isNegative: isNegative, mantissa: mantissa,
            exponent: max(-99_999, min(99_999, exponent)), isTruncated: isTruncated)
    }

    /// Takes the digits that follow, at least one; returns how many.
    private mutating func scanDigits() throws(JSONError) -> Int {
        let first = offset
        while offset < text.count {
            let digit = text[offset] &- 0x30
            guard digit <= 9 else { break }
            // One digit more than this still has room, whatever it is.
            if mantissa <= 1_844_674_407_370_955_160, !isFull {
                mantissa = mantissa &* 10 &+ UInt64(truncatingIfNeeded: digit)
            } else {
                takeLate(UInt64(truncatingIfNeeded: digit))
            }
            offset &+= 1
        }
        if offset == first {
            throw JSONError(offset == text.count ? .unexpectedEnd : .invalidNumber, at: offset)
        }
        return offset - first
    }

    /// Takes a digit for which there may be no room.
    @inline(never)
    private mutating func takeLate(_ digit: UInt64) {
        if !isFull {
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(digit)
            if !overflow && !carry {
                mantissa = sum
                return
            }
            isFull = true
        }
        droppedDigitCount += 1
        if digit != 0 { isTruncated = true }
    }

    private mutating func scanExponent() throws(JSONError) -> Int32 {
        var isNegative = false
        if offset < text.count, text[offset] == 0x2b || text[offset] == 0x2d {
            isNegative = text[offset] == 0x2d
            offset += 1
        }
        let first = offset
        var value: Int32 = 0
        while offset < text.count {
            let digit = text[offset] &- 0x30
            guard digit <= 9 else { break }
            if value < 1_000_000 { value = value * 10 + Int32(truncatingIfNeeded: digit) }
            offset += 1
        }
        if offset == first {
            throw JSONError(offset == text.count ? .unexpectedEnd : .invalidNumber, at: offset)
        }
        return isNegative ? -value : value
    }
}
