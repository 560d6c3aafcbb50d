/// The sixteen ways a value is written; four bits each stand before the values (DESIGN.md, "Values").
enum ValueClass {
    /// The same bits as the value before.
    static let same: UInt8 = 0
    /// +0.
    static let zero: UInt8 = 1
    /// An integer of 1 to 7 bytes: this less one, plus the count.
    static let integerBase: UInt8 = 1
    static let integerLast: UInt8 = 8
    /// A decimal with as many places as the last one, its mantissa in 1 to 5 bytes.
    static let decimalBase: UInt8 = 8
    static let decimalLast: UInt8 = 13
    /// A byte with the places (low four bits) and the mantissa's byte count less one (high four), then the mantissa.
    static let placedDecimal: UInt8 = 14
    /// The eight bytes of the double.
    static let raw: UInt8 = 15
}
