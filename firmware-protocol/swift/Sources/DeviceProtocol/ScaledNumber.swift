/// A number rounded to so many decimals, as a whole number of its last place.
struct ScaledNumber {
    /// Decimals beyond these are not looked at.
    static let decimalLimit: UInt8 = 9

    let isNegative: Bool
    let magnitude: UInt64

    /// Rounds `value`, halves away from zero; nil where it is not finite or needs more than 15 digits.
    init?(_ value: Double, decimals: UInt8) {
        // A factor of floating point, because the conversion from 64 bits to Double needs the heap on 32-bit targets.
        var factor = 1.0
        for _ in 0..<min(decimals, ScaledNumber.decimalLimit) { factor *= 10 }
        let rounded = (value < 0 ? -value : value) * factor + 0.5
        guard rounded < 1e15 else { return nil }
        magnitude = UInt64(rounded)
        isNegative = value < 0 && magnitude > 0
    }
}
