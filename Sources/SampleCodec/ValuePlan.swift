/// How one chunk's values will be coded: the integers, which of them are exceptions, and what divides the differences.
struct ValuePlan {
    private(set) var form: ChunkEncoding.ValueForm
    private(set) var exponent = 0
    /// One integer a sample; an exception repeats the integer before it.
    private(set) var integers: [Int64]
    /// Positions, ascending, of the values that are no decimal of this exponent.
    private(set) var exceptions: [Int] = []
    /// The greatest common divisor of all differences, 0 where all are 0.
    private(set) var divisor: UInt64 = 0
    /// An estimate of the coded size.
    private var bitCount = 0

    /// Chooses the form whose estimate is smallest.
    init(_ values: ArraySlice<Double>) {
        let decimal = ValuePlan(decimal: values)
        // Decimals within a few bytes a sample are never beaten by bit patterns; beyond, it is worth a look.
        if let decimal, decimal.bitCount <= 24 * values.count { self = decimal; return }
        let pattern = ValuePlan(pattern: values)
        if let decimal, decimal.bitCount <= pattern.bitCount { self = decimal } else { self = pattern }
    }

    private init(pattern values: ArraySlice<Double>) {
        form = .patternDelta
        integers = values.map { ValuePattern.integer(of: $0) }
        divisor = ValuePlan.divisor(of: integers)
        bitCount = estimate().single
    }

    private init?(decimal values: ArraySlice<Double>) {
        form = .decimalDelta
        guard let exponent = ValuePlan.exponent(for: values) else { return nil }
        self.exponent = exponent
        integers = []
        integers.reserveCapacity(values.count)
        let power = DecimalScale.powers[exponent]
        var last: Int64?
        for (index, value) in values.enumerated() {
            if let mantissa = DecimalScale.mantissa(of: value, exponent: exponent, power: power) {
                // Leading exceptions take the first integer there is.
                if last == nil { for before in 0..<index { integers[before] = mantissa } }
                last = mantissa
                integers.append(mantissa)
            } else {
                exceptions.append(index)
                integers.append(last ?? 0)
            }
        }
        divisor = ValuePlan.divisor(of: integers)
        let (single, double) = estimate()
        if double < single { form = .decimalDoubleDelta }
        bitCount = min(single, double) + exceptions.count * 65
    }

    /// The exponent that suits all values but a few, or nil where most are no decimals.
    private static func exponent(for values: ArraySlice<Double>) -> Int? {
        var exponent = 0
        var failures = 0
        for value in values {
            if let found = DecimalScale.exponent(of: value, from: exponent) {
                exponent = found
            } else if !value.isNaN {
                failures += 1
                if failures > 4 + values.count / 8 { return nil }
            }
        }
        return exponent
    }

    private static func divisor(of integers: [Int64]) -> UInt64 {
        var divisor: UInt64 = 0
        for index in integers.indices.dropFirst() {
            var left = (integers[index] &- integers[index - 1]).magnitude
            if left == 0 || divisor == 1 { continue }
            while divisor != 0 { (left, divisor) = (divisor, left % divisor) }
            divisor = left
        }
        return divisor
    }

    /// Bits for differences and for differences of differences, roughly.
    private func estimate() -> (single: Int, double: Int) {
        guard divisor != 0 else { return (0, 0) }
        var single = 0
        var double = 0
        var previous: Int64 = 0
        let scaleBits = 63 - divisor.leadingZeroBitCount
        for index in integers.indices.dropFirst() {
            let difference = integers[index] &- integers[index - 1]
            let second = difference &- previous
            previous = difference
            if difference != 0 { single += 67 - difference.magnitude.leadingZeroBitCount - scaleBits }
            if second != 0 { double += 67 - second.magnitude.leadingZeroBitCount - scaleBits }
        }
        return (single, double)
    }
}
