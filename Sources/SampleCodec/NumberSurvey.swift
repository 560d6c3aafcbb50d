/// What the numbers of a column are like: the lengths they have, and about how many bits they will take.
struct NumberSurvey {
    let lengths: LengthRange
    let bitCount: Int

    /// Signed numbers have their zeros coded apart, so that their lengths are those of the others.
    init(_ numbers: [Int64], isSigned: Bool) {
        var counts = [Int](repeating: 0, count: 65)
        counts.withUnsafeMutableBufferPointer { counts in
            for number in numbers {
                let magnitude = isSigned ? number.magnitude : UInt64(bitPattern: number)
                counts[64 - magnitude.leadingZeroBitCount] += 1
            }
        }
        var bits = 0
        let all = NumberSurvey.logarithm(numbers.count)
        for (length, count) in counts.enumerated() where count > 0 {
            bits += count * (all - NumberSurvey.logarithm(count)) + count * max(length - 1, 0) << 8
        }
        if isSigned { bits += (numbers.count - counts[0]) << 8 }
        bitCount = bits >> 8
        let coded = isSigned ? counts[1...] : counts[...]
        let least = coded.firstIndex { $0 > 0 } ?? (isSigned ? 1 : 0)
        let greatest = coded.lastIndex { $0 > 0 } ?? least
        lengths = LengthRange(least: least, greatest: greatest)
    }

    /// The binary logarithm in 1/256, straight between the powers: the same on every machine.
    private static func logarithm(_ number: Int) -> Int {
        let whole = Int.bitWidth - 1 - number.leadingZeroBitCount
        return whole << 8 + (whole >= 8 ? number >> (whole - 8) : number << (8 - whole)) - 256
    }
}
