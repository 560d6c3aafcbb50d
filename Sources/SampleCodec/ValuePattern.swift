/// A double's bits as an integer that is ordered as the numbers are, so that near values have near integers.
enum ValuePattern {
    @inline(__always)
    static func integer(of value: Double) -> Int64 {
        let bits = Int64(bitPattern: value.bitPattern)
        return bits ^ (bits >> 63 & .max)
    }

    @inline(__always)
    static func value(of integer: Int64) -> Double {
        Double(bitPattern: UInt64(bitPattern: integer ^ (integer >> 63 & .max)))
    }
}
