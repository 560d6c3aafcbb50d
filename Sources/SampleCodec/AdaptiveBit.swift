/// How likely a yes-or-no decision is to be yes, learned as decisions are made: the mean of two estimates, one that
/// follows quickly and one that forgets slowly.
///
/// The n-th decision, counted from 0, moves both by 1/(n+2), until that is 1/32 for the quick one and 1/128 for the
/// slow one, so that short chunks are learned quickly and long ones exactly.
struct AdaptiveBit {
    /// The probabilities of "no" in 1/65,536, never 0.
    private var quick: UInt16 = 1 << 15
    private var slow: UInt16 = 1 << 15
    private var decisionCount: UInt16 = 0

    init() {}

    /// The probability of "no" in 1/131,072: 2 to 131,070.
    @inline(__always)
    var share: UInt64 { UInt64(quick) + UInt64(slow) }

    /// `rates` is `ModelMemory`'s table.
    @inline(__always)
    mutating func learn(_ decision: Bool, _ rates: UnsafePointer<UInt32>) {
        let rate = rates[Int(decisionCount)]
        let (quickRate, slowRate) = (rate >> 16, rate & 0xffff)
        let (quickShare, slowShare) = (UInt32(quick), UInt32(slow))
        if decision {
            quick = UInt16(truncatingIfNeeded: quickShare &- (quickShare &* quickRate) >> 16)
            slow = UInt16(truncatingIfNeeded: slowShare &- (slowShare &* slowRate) >> 16)
        } else {
            quick = UInt16(truncatingIfNeeded: quickShare &+ ((65_536 &- quickShare) &* quickRate) >> 16)
            slow = UInt16(truncatingIfNeeded: slowShare &+ ((65_536 &- slowShare) &* slowRate) >> 16)
        }
        if decisionCount < ModelMemory.lastRate { decisionCount &+= 1 }
    }
}
