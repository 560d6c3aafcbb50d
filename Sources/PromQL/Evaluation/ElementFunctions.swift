internal import Glibc

/// Functions of one value.
enum ElementFunctions {
    /// The arithmetic behind a function that maps each value by itself, or nil for other functions.
    static func function(_ function: QueryFunction) -> ((Double) -> Double)? {
        switch function {
        case .abs: { Swift.abs($0) }
        case .ceil: { $0.rounded(.up) }
        case .floor: { $0.rounded(.down) }
        case .sqrt: { $0.squareRoot() }
        case .exp: { Glibc.exp($0) }
        case .ln: { Glibc.log($0) }
        case .log2: { Glibc.log2($0) }
        case .log10: { Glibc.log10($0) }
        case .sgn: { $0 < 0 ? -1 : $0 > 0 ? 1 : $0 }
        case .deg: { $0 * 180 / .pi }
        case .rad: { $0 * .pi / 180 }
        default: trigonometric(function)
        }
    }

    private static func trigonometric(_ function: QueryFunction) -> ((Double) -> Double)? {
        switch function {
        case .acos: { Glibc.acos($0) }
        case .acosh: { Glibc.acosh($0) }
        case .asin: { Glibc.asin($0) }
        case .asinh: { Glibc.asinh($0) }
        case .atan: { Glibc.atan($0) }
        case .atanh: { Glibc.atanh($0) }
        case .cos: { Glibc.cos($0) }
        case .cosh: { Glibc.cosh($0) }
        case .sin: { Glibc.sin($0) }
        case .sinh: { Glibc.sinh($0) }
        case .tan: { Glibc.tan($0) }
        case .tanh: { Glibc.tanh($0) }
        default: nil
        }
    }

    /// To the nearest multiple, halves upwards.
    static func round(_ value: Double, toNearest nearest: Double) -> Double {
        let inverse = 1 / nearest
        return (value * inverse + 0.5).rounded(.down) / inverse
    }

    /// Between the bounds; NaN where the value or a bound is.
    static func clamp(_ value: Double, _ minimum: Double, _ maximum: Double) -> Double {
        if value.isNaN || minimum.isNaN || maximum.isNaN { return .nan }
        return Swift.max(minimum, Swift.min(maximum, value))
    }
}
