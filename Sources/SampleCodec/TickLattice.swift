/// Multiples of a clock's tick that is no whole number of units, each rounded down or up: 10.015 ns give 10, 20, 30,
/// 40, 50, 60, …, 661.
struct TickLattice {
    /// The tick in 1/2^32 of the unit.
    let tick: UInt64
    private static let fractionBits: UInt64 = 32

    /// The whole part of the multiple, and the first four bits behind it. Wraps where no clock is.
    @inline(__always)
    func floor(of multiple: UInt64) -> (whole: Int64, sixteenths: Int) {
        let product = multiple &* tick
        return (
            Int64(bitPattern: product >> Self.fractionBits),
            Int(truncatingIfNeeded: product >> (Self.fractionBits - 4) & 15)
        )
    }

    /// The multiple that is nearest; what lies outside of a clock's reach gets the nearest end.
    @inline(__always)
    func multiple(nearest integer: Int64) -> UInt64 {
        let bounded = UInt64(min(max(integer, 0), Self.integerLimit))
        return (bounded << Self.fractionBits + tick >> 1) / tick
    }

    /// Beyond about two seconds in nanoseconds; shifted by the fraction's bits it still fits.
    private static let integerLimit: Int64 = 1 << 31 - 1
}
