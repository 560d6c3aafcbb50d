/// A natural number below 2^2048 on the stack: enough for 65 decimal digits times any power that a double's range
/// asks for (about 1,000 bits; see `ExactDecimal`).
struct BoundedNatural {
    private static let wordLimit = 64
    private var words = InlineArray<64, UInt32>(repeating: 0)
    private var count = 0

    /// Multiplies by `factor` and adds `term`.
    mutating func multiplyAdd(_ factor: UInt32, _ term: UInt32) {
        var carry = UInt64(truncatingIfNeeded: term)
        for index in 0..<count {
            carry += UInt64(truncatingIfNeeded: words[index]) * UInt64(truncatingIfNeeded: factor)
            words[index] = UInt32(truncatingIfNeeded: carry)
            carry >>= 32
        }
        if carry > 0 { append(UInt32(truncatingIfNeeded: carry)) }
        trim()
    }

    /// Multiplies by 2^`shift`.
    mutating func shiftLeft(_ shift: Int) {
        guard count > 0, shift > 0 else { return }
        let wordShift = shift / 32
        let bitShift = UInt32(truncatingIfNeeded: shift % 32)
        append(0)
        var index = count - 1
        while index >= 0 {
            let low = index > 0 ? UInt64(truncatingIfNeeded: words[index - 1]) : 0
            let pair = UInt64(truncatingIfNeeded: words[index]) << 32 | low
            words[index] = UInt32(truncatingIfNeeded: (pair << UInt64(truncatingIfNeeded: bitShift)) >> 32)
            index -= 1
        }
        moveWords(by: wordShift)
        trim()
    }

    private mutating func moveWords(by distance: Int) {
        guard distance > 0 else { return }
        precondition(count + distance <= BoundedNatural.wordLimit, "a number beyond the bound of ExactDecimal")
        var index = count - 1
        while index >= 0 {
            words[index + distance] = words[index]
            index -= 1
        }
        for index in 0..<distance { words[index] = 0 }
        count += distance
    }

    func compare(_ other: BoundedNatural) -> Int {
        if count != other.count { return count < other.count ? -1 : 1 }
        var index = count - 1
        while index >= 0 {
            if words[index] != other.words[index] { return words[index] < other.words[index] ? -1 : 1 }
            index -= 1
        }
        return 0
    }

    private mutating func append(_ word: UInt32) {
        precondition(count < BoundedNatural.wordLimit, "a number beyond the bound of ExactDecimal")
        words[count] = word
        count += 1
    }

    private mutating func trim() {
        while count > 0, words[count - 1] == 0 { count -= 1 }
    }
}
