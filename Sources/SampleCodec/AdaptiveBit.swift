/// How likely a yes-or-no decision is to be yes, learned as decisions are made: the mean of two estimates, one that
/// follows quickly and one that forgets slowly.
///
/// The n-th decision, counted from 0, moves both by 1/(n+2), until that is 1/32 for the quick one and 1/128 for the
/// slow one, so that short chunks are learned quickly and long ones exactly.
struct AdaptiveBit {
    /// The probabilities of "no" in 1/65,536, below 1.
    private var quick: UInt16 = 1 << 15
    private var slow: UInt16 = 1 << 15
    private var decisionCount: UInt16 = 0

    init() {}

    /// The probability of "no" in 1/131,072: 1 to 131,071.
    @inline(__always)
    var share: UInt64 { UInt64(quick) &+ UInt64(slow) &+ 1 }

    /// Learns a decision: `mask` is all ones where it was "yes", else 0, so that nothing branches on what cannot be
    /// foreseen. `rates` is `ModelMemory`'s table.
    @inline(__always)
    mutating func learn(_ mask: UInt64, _ rates: UnsafePointer<UInt32>) {
        let rate = rates[Int(decisionCount)]
        let goal = 65_536 & ~Int32(truncatingIfNeeded: mask)
        let (quickRate, slowRate) = (Int32(bitPattern: rate >> 16), Int32(bitPattern: rate & 0xffff))
        let (quickShare, slowShare) = (Int32(quick), Int32(slow))
        quick = UInt16(truncatingIfNeeded: quickShare &+ ((goal &- quickShare) &* quickRate) >> 16)
        slow = UInt16(truncatingIfNeeded: slowShare &+ ((goal &- slowShare) &* slowRate) >> 16)
        decisionCount &+= decisionCount < ModelMemory.lastRate ? 1 : 0
    }
}
