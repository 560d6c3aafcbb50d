/// A double as `mantissa / 10^places`, exactly: dividing the two gives back the same bits.
struct Decimal: Hashable {
    static let placesLimit = 15
    /// The powers of ten that a double holds exactly and that are tried.
    static let powers: [Double] = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15]
    /// Every integer below this is a double.
    static let mantissaLimit: Double = 9_007_199_254_740_992

    var mantissa: UInt64
    var places: Int

    /// The fewest places that are exact, tried from `hint` first, which is what the series had before; nil for
    /// negative values, NaN, infinities and what has no short decimal form.
    init?(_ value: Double, hint: Int) {
        guard value > 0 || value.bitPattern == 0, value < Self.mantissaLimit else { return nil }
        if let mantissa = Self.mantissa(value, places: hint) {
            self.init(mantissa: mantissa, places: hint)
            // The hint may be more than it takes now.
            while places > 0, self.mantissa % 10 == 0 {
                self.mantissa /= 10
                places -= 1
            }
            return
        }
        for places in 0...Self.placesLimit {
            if let mantissa = Self.mantissa(value, places: places) {
                self.init(mantissa: mantissa, places: places)
                return
            }
        }
        return nil
    }

    private init(mantissa: UInt64, places: Int) {
        self.mantissa = mantissa
        self.places = places
    }

    private static func mantissa(_ value: Double, places: Int) -> UInt64? {
        let scaled = (value * powers[places]).rounded()
        guard scaled < mantissaLimit, (scaled / powers[places]).bitPattern == value.bitPattern else { return nil }
        return UInt64(scaled)
    }

    /// The value of decoded parts; `places` is at most `placesLimit`.
    static func value(mantissa: UInt64, places: Int) -> Double {
        Double(mantissa) / powers[places]
    }
}
