/// How likely a yes-or-no decision is to be yes, learned as decisions are made.
///
/// A decision's share of the code is a fraction of 4096. The first decisions move the estimate in large steps, later
/// ones in steps down to 1/64, so that short chunks are learned quickly and long ones exactly.
struct AdaptiveBit {
    /// The probability of "no" in 1/65,536.
    private var probability: UInt32 = 1 << 15
    private var decisionCount: UInt32 = 0

    init() {}

    /// The probability of "no" in 1/4096, never 0 and never 1.
    @inline(__always)
    var share: UInt32 { min(max(probability >> 4, 1), 4095) }

    @inline(__always)
    mutating func learn(_ decision: Bool) {
        let shift = UInt32(31 - (decisionCount + 2).leadingZeroBitCount)
        if decision {
            probability -= probability >> shift
        } else {
            probability += (65_536 - probability) >> shift
        }
        if decisionCount < 62 { decisionCount += 1 }
    }
}
