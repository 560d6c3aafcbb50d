/// How the differences of one column are coded: whether zero, whether the last difference again (with its sign or the
/// other), else sign, bit length, and the bits below the top one, of which the first two are learned as well.
///
/// Every decision has a context that the decoder has too: what the last differences were.
struct ResidualModel {
    private static let zeroContexts = 16
    private static let lengthContexts = 64 * 3
    private static let bitCount = zeroContexts + 4 + 4 + lengthContexts + 64 * 3

    private var bits = [AdaptiveBit](repeating: AdaptiveBit(), count: bitCount)
    /// Which of the last four differences were not zero, newest in bit 0.
    private var history = 0
    private var lastMagnitude: UInt64 = 0
    private var lastIsNegative = false
    private var lastLengthClass = 0

    init() {}

    mutating func encode(_ residual: Int64, into encoder: inout RangeEncoder) {
        let zeroContext = history
        encoder.encode(residual != 0, &bits[zeroContext])
        history = (history << 1 | (residual != 0 ? 1 : 0)) & 15
        guard residual != 0 else { return }
        let magnitude = residual.magnitude
        let isNegative = residual < 0
        encoder.encode(isNegative, &bits[signContext])
        if lastMagnitude != 0 { encoder.encode(magnitude == lastMagnitude, &bits[repeatContext]) }
        if magnitude != lastMagnitude { encode(magnitude: magnitude, into: &encoder) }
        remember(magnitude, isNegative)
    }

    mutating func decode(from decoder: inout RangeDecoder) -> Int64 {
        let isChanged = decoder.decode(&bits[history])
        history = (history << 1 | (isChanged ? 1 : 0)) & 15
        guard isChanged else { return 0 }
        let isNegative = decoder.decode(&bits[signContext])
        var magnitude = lastMagnitude
        if lastMagnitude == 0 || !decoder.decode(&bits[repeatContext]) {
            magnitude = decodeMagnitude(from: &decoder)
        }
        remember(magnitude, isNegative)
        return Int64(bitPattern: isNegative ? 0 &- magnitude : magnitude)
    }

    private var signContext: Int { Self.zeroContexts + (lastMagnitude == 0 ? 2 : lastIsNegative ? 1 : 0) }
    private var repeatContext: Int { Self.zeroContexts + 4 + (history >> 1 & 1) }

    private mutating func remember(_ magnitude: UInt64, _ isNegative: Bool) {
        lastMagnitude = magnitude
        lastIsNegative = isNegative
        let length = 64 - magnitude.leadingZeroBitCount
        lastLengthClass = length < 4 ? 0 : length < 10 ? 1 : 2
    }

    /// The bit length, 1 to 64, goes down a binary tree of six decisions; node numbers are 1 to 63.
    private mutating func encode(magnitude: UInt64, into encoder: inout RangeEncoder) {
        let length = 64 - magnitude.leadingZeroBitCount
        let base = Self.zeroContexts + 8 + lastLengthClass * 64
        var node = 1
        for level in stride(from: 5, through: 0, by: -1) {
            let decision = (length - 1) >> level & 1 == 1
            encoder.encode(decision, &bits[base + node])
            node = node << 1 | (decision ? 1 : 0)
        }
        var rest = length - 1
        let learnedBase = Self.zeroContexts + 8 + Self.lengthContexts + (length - 1) * 3
        var learned = 0
        while rest > 0, learned < 2 {
            rest -= 1
            let decision = magnitude >> UInt64(rest) & 1 == 1
            // Node 0 is the first bit; 1 and 2 the second after a 0 and after a 1.
            let leaf = learned == 0 ? 0 : 1 + Int(magnitude >> UInt64(rest + 1) & 1)
            encoder.encode(decision, &bits[learnedBase + leaf])
            learned += 1
        }
        encoder.encode(plain: magnitude, count: rest)
    }

    private mutating func decodeMagnitude(from decoder: inout RangeDecoder) -> UInt64 {
        let base = Self.zeroContexts + 8 + lastLengthClass * 64
        var node = 1
        for _ in 0..<6 { node = node << 1 | (decoder.decode(&bits[base + node]) ? 1 : 0) }
        var rest = node - 64
        let learnedBase = Self.zeroContexts + 8 + Self.lengthContexts + rest * 3
        var magnitude: UInt64 = 1
        var learned = 0
        while rest > 0, learned < 2 {
            rest -= 1
            let leaf = learned == 0 ? 0 : 1 + Int(magnitude & 1)
            magnitude = magnitude << 1 | (decoder.decode(&bits[learnedBase + leaf]) ? 1 : 0)
            learned += 1
        }
        return magnitude << UInt64(rest) | decoder.decodePlain(count: rest)
    }
}
