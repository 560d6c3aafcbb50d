import Glibc
import TestValues

extension SeededRandom {
    /// Between 0 and 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// With mean 0 and deviation 1.
    mutating func normal() -> Double {
        let radius = sqrt(-2 * log(max(unit(), 1e-300)))
        return radius * cos(2 * .pi * unit())
    }
}
