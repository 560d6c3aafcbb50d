/// How values become integers and integers values again, each by what some program does to its measurements: only
/// then does every bit come back.
struct ValueScaling: Hashable {
    enum Kind: UInt8 {
        /// The value is an integer.
        case integer = 0
        /// integer / 10^exponent: a decimal that was parsed, or a division.
        case quotient = 1
        /// integer × 10^-exponent: a multiplication, by 0.001 for instance.
        case product = 2
        /// integer / 1000 / 1000: microseconds made milliseconds and then seconds.
        case thousandthsTwice = 3
        /// The 64 bits, ordered as the numbers are.
        case pattern = 4
    }

    static let exponentLimit = 22
    private static let integerLimit = 9_223_372_036_854_775_808.0

    let kind: Kind
    let exponent: Int

    static let integer = ValueScaling(kind: .integer, exponent: 0)
    static let pattern = ValueScaling(kind: .pattern, exponent: 0)
    static let thousandthsTwice = ValueScaling(kind: .thousandthsTwice, exponent: 6)

    static func quotient(_ exponent: Int) -> ValueScaling {
        exponent == 0 ? .integer : ValueScaling(kind: .quotient, exponent: exponent)
    }

    var hasExponent: Bool { kind == .quotient || kind == .product }

    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
    private static let inversePowers: [Double] = [
        1e0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-14, 1e-15, 1e-16,
        1e-17, 1e-18, 1e-19, 1e-20, 1e-21, 1e-22,
    ]

    /// 10^exponent.
    var power: Double { Self.powers[exponent] }

    /// The integer that gives `value` back bit for bit, or nil. `power` is `self.power`.
    @inline(__always)
    func integer(of value: Double, power: Double) -> Int64? {
        if kind == .pattern { return Self.patternInteger(value) }
        guard let integer = Self.nearestInteger(value * power) else { return nil }
        return self.value(of: integer).bitPattern == value.bitPattern ? integer : nil
    }

    /// The nearest integer, or nil beyond 64 bits. Next to 2^52 there is no room for a fraction: the same rounding as
    /// `rounded()`, without a call on x86-64.
    @inline(__always)
    private static func nearestInteger(_ value: Double) -> Int64? {
        guard abs(value) < integerLimit else { return nil }
        guard abs(value) < 0x1p52 else { return Int64(value) }
        return Int64(value < 0 ? (value - 0x1p52) + 0x1p52 : (value + 0x1p52) - 0x1p52)
    }

    @inline(__always)
    func value(of integer: Int64) -> Double {
        switch kind {
        case .integer: Double(integer)
        case .quotient: Double(integer) / Self.powers[exponent]
        case .product: Double(integer) * Self.inversePowers[exponent]
        case .thousandthsTwice: Double(integer) / 1000 / 1000
        case .pattern: Self.patternValue(integer)
        }
    }

    /// Turns integers into values where they lie.
    func convert(_ places: UnsafeMutableRawBufferPointer) {
        switch kind {
        case .integer: Self.replace(places) { Double($0) }
        case .quotient:
            let power = Self.powers[exponent]
            Self.replace(places) { Double($0) / power }
        case .product:
            let factor = Self.inversePowers[exponent]
            Self.replace(places) { Double($0) * factor }
        case .thousandthsTwice: Self.replace(places) { Double($0) / 1000 / 1000 }
        case .pattern: Self.replace(places, by: Self.patternValue)
        }
    }

    @inline(__always)
    private static func replace(_ places: UnsafeMutableRawBufferPointer, by value: (Int64) -> Double) {
        for offset in stride(from: 0, to: places.count, by: 8) {
            places.storeBytes(
                of: value(places.load(fromByteOffset: offset, as: Int64.self)), toByteOffset: offset, as: Double.self)
        }
    }

    @inline(__always)
    private static func patternInteger(_ value: Double) -> Int64 {
        let bits = Int64(bitPattern: value.bitPattern)
        return bits ^ (bits >> 63 & .max)
    }

    @inline(__always)
    private static func patternValue(_ integer: Int64) -> Double {
        Double(bitPattern: UInt64(bitPattern: integer ^ (integer >> 63 & .max)))
    }
}
