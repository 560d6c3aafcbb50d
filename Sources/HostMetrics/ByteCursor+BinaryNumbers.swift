extension ByteCursor {
    private static let units: [UInt8] = Array("KMGTPEZY".utf8)

    /// Takes a number in powers of 1024 as bcachefs prints it (`302707`, `2.05G`, `62.5k`) after any spaces; whole, cut off
    /// below. It must end at a space, a line's end or the text's end.
    mutating func binaryNumber() throws(DamagedText) -> Double {
        skipSpaces()
        let start = offset
        let (whole, fraction) = try mantissa()
        var scale = 1.0
        for _ in 0..<(fraction?.count ?? 0) { scale *= 10 }
        // One division, so that up to 15 digits it is exact to the last bit.
        let value = (Double(whole) * scale + Double(fraction?.value ?? 0)) / scale * unit()
        guard isAtEnd || bytes[offset] <= 0x20 else {
            throw DamagedText(byteOffset: start, expected: "a number in powers of 1024")
        }
        return value.rounded(.towardZero)
    }

    /// The same as bcache prints it after any spaces, with or without a minus sign. Its fraction is not one of ten but a
    /// count of 1024ths divided by 100 (`bch_hprint`): `1.9` is less than `1.10`. What comes after is left.
    mutating func bcacheNumber() throws(DamagedText) -> Double {
        skipSpaces()
        let isNegative = take("-")
        let (whole, fraction) = try mantissa()
        let value = ((Double(whole) + Double(fraction?.value ?? 0) / 10.24) * unit()).rounded(.towardZero)
        return isNegative ? -value : value
    }

    private mutating func mantissa() throws(DamagedText) -> (whole: UInt64, fraction: (value: UInt64, count: Int)?) {
        let whole = try digits()
        guard take(".") else { return (whole, nil) }
        let start = offset
        return (whole, (try digits(), offset - start))
    }

    /// Takes the letter of a power of 1024, if there is one.
    private mutating func unit() -> Double {
        guard !isAtEnd, let power = Self.units.firstIndex(of: bytes[offset] & 0xdf) else { return 1 }
        skipByte()
        return (0...power).reduce(1.0) { value, _ in value * 1024 }
    }
}
