/// Values as integers of one scaling, and the exceptions among them.
struct ScaledValues {
    let scaling: ValueScaling
    /// One for each value that is no exception; at least one.
    let integers: [Int64]
    let exceptions: [ValueException]

    /// Decimals that use up a double's precision may be shorter as bit patterns.
    private static let precisionLimit: UInt64 = 1 << 48

    /// The scalings worth coding, at least one: the first that suits every number, or all that suit most.
    static func candidates(for values: UnsafeBufferPointer<Double>) -> [ScaledValues] {
        var found: [ScaledValues] = []
        if let exponent = quotientExponent(values), let scaled = ScaledValues(values, .quotient(exponent)) {
            if scaled.isPlain { return [scaled] }
            found.append(scaled)
        }
        let products = (1...9).map { ValueScaling(kind: .product, exponent: $0) }
        for scaling in products + [.thousandthsTwice] where suits(values, scaling) {
            guard let scaled = ScaledValues(values, scaling) else { continue }
            if scaled.isPlain { return [scaled] }
            found.append(scaled)
        }
        if let pattern = ScaledValues(values, .pattern) { found.append(pattern) }
        return found
    }

    /// Nil where no value is an integer.
    private init?(_ values: UnsafeBufferPointer<Double>, _ scaling: ValueScaling) {
        var integers: [Int64] = []
        integers.reserveCapacity(values.count)
        var exceptions: [ValueException] = []
        let power = scaling.power
        // The integers before the last exception, and where that ended.
        var integersBefore = 0
        var end = 0
        for (index, value) in values.enumerated() {
            if let integer = scaling.integer(of: value, power: power) {
                integers.append(integer)
                continue
            }
            let gap = integers.count - integersBefore
            if let last = exceptions.last, gap == 0, end == index, last.bitPattern == value.bitPattern {
                exceptions[exceptions.count - 1] = ValueException(
                    gap: last.gap, count: last.count + 1, bitPattern: last.bitPattern)
            } else {
                exceptions.append(ValueException(gap: gap, count: 1, bitPattern: value.bitPattern))
            }
            integersBefore = integers.count
            end = index + 1
        }
        guard !integers.isEmpty else { return nil }
        self.scaling = scaling
        self.integers = integers
        self.exceptions = exceptions
    }

    /// Whether no number is an exception, and the integers are short enough that bit patterns are not shorter.
    private var isPlain: Bool {
        exceptions.allSatisfy { Double(bitPattern: $0.bitPattern).isNaN }
            && (scaling == .integer || integers.allSatisfy { $0.magnitude < Self.precisionLimit })
    }

    /// The least exponent of which all values are quotients but a few, or nil where most are none.
    private static func quotientExponent(_ values: UnsafeBufferPointer<Double>) -> Int? {
        var exponent = 0
        var failures = 0
        let limit = failureLimit(values)
        for value in values where !value.isNaN {
            var scaling = ValueScaling.quotient(exponent)
            while scaling.integer(of: value, power: scaling.power) == nil {
                guard value.isFinite, scaling.exponent < ValueScaling.exponentLimit,
                    abs(value) * scaling.power < 1e15
                else {
                    failures += 1
                    if failures > limit { return nil }
                    scaling = .quotient(exponent)
                    break
                }
                scaling = .quotient(scaling.exponent + 1)
            }
            exponent = scaling.exponent
        }
        return exponent
    }

    /// Whether the scaling gives most of the values back.
    private static func suits(_ values: UnsafeBufferPointer<Double>, _ scaling: ValueScaling) -> Bool {
        var failures = 0
        let limit = failureLimit(values)
        let power = scaling.power
        for value in values where !value.isNaN {
            if scaling.integer(of: value, power: power) == nil {
                failures += 1
                if failures > limit { return false }
            }
        }
        return true
    }

    private static func failureLimit(_ values: UnsafeBufferPointer<Double>) -> Int { 4 + values.count / 8 }
}
