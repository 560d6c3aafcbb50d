/// The shortest decimal digits that give a finite, non-zero double back: 0.d₁d₂… × 10^`pointPosition`.
///
/// At most 17 digits, without trailing zeros. Of the shortest ones the closest to the exact value, as in Go and C++.
struct DecimalDigits {
    private(set) var digits: [24 of UInt8] = .init(repeating: 0)
    private(set) var count = 0
    /// Where the decimal point is, counted from the first digit: 3 for 123.4, 0 for 0.1234, -1 for 0.01234.
    private(set) var pointPosition = 0

    /// `magnitude` is finite and above zero.
    init(_ magnitude: Double) {
        if magnitude < 1e15 {
            if takeInteger(magnitude, scale: 1, scaleDigits: 0) { return }
            // Nearly all of the kernel's numbers are hundredths, thousandths or millionths of something.
            if takeInteger(magnitude, scale: 1e2, scaleDigits: 2) { return }
            if takeInteger(magnitude, scale: 1e3, scaleDigits: 3) { return }
            if takeInteger(magnitude, scale: 1e6, scaleDigits: 6) { return }
            if takeInteger(magnitude, scale: 1e9, scaleDigits: 9) { return }
        }
        takeDescription(magnitude)
    }

    /// Succeeds when the value is a whole number of 1/`scale`, of at most 15 digits. Two different decimals of up to
    /// 15 digits are never the same double, so what is found is the shortest there is. Dividing a whole number below
    /// 2^53 by a power of ten up to 10^22 rounds once, which is what makes the comparison exact.
    private mutating func takeInteger(_ magnitude: Double, scale: Double, scaleDigits: Int) -> Bool {
        let scaled = (magnitude * scale).rounded()
        guard scaled < 1e15, scaled >= 1, scaled / scale == magnitude else { return false }
        var rest = UInt64(scaled)
        var point = -scaleDigits
        while rest % 10 == 0 {
            rest /= 10
            point += 1
        }
        var length = 0
        var probe = rest
        while probe > 0 {
            probe /= 10
            length += 1
        }
        count = length
        pointPosition = length + point
        while length > 0 {
            length -= 1
            digits[length] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        return true
    }

    /// The standard library's description has the shortest digits; only its layout is not ours.
    private mutating func takeDescription(_ magnitude: Double) {
        var text = magnitude.description
        var exponent = 0
        var pointAt: Int?
        text.withUTF8 { bytes in
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                index += 1
                if byte == UInt8(ascii: ".") {
                    pointAt = count
                } else if byte == UInt8(ascii: "e") {
                    exponent = DecimalDigits.integer(bytes[index...])
                    break
                } else {
                    digits[count] = byte
                    count += 1
                }
            }
        }
        pointPosition = (pointAt ?? count) + exponent
        dropZeros()
    }

    private mutating func dropZeros() {
        while count > 1, digits[count - 1] == UInt8(ascii: "0") { count -= 1 }
        var leading = 0
        while leading < count - 1, digits[leading] == UInt8(ascii: "0") { leading += 1 }
        guard leading > 0 else { return }
        for index in leading..<count { digits[index - leading] = digits[index] }
        count -= leading
        pointPosition -= leading
    }

    private static func integer(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        var value = 0
        for byte in bytes where byte != UInt8(ascii: "-") && byte != UInt8(ascii: "+") {
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return bytes.first == UInt8(ascii: "-") ? -value : value
    }
}
