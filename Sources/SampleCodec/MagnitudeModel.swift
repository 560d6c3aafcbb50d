/// How unsigned numbers are coded: their bit length down a binary tree, in the caller's context; then the bits below
/// the top one, of which the first four are learned for each length.
struct MagnitudeModel {
    private static let learnedBitLimit = 4

    private let range: LengthRange
    private let lengths: UnsafeMutablePointer<AdaptiveBit>
    private let digits: UnsafeMutablePointer<AdaptiveBit>

    static func cellCount(_ range: LengthRange, contexts: Int) -> Int {
        contexts << range.depth + 1 << (range.depth + learnedBitLimit)
    }

    init(_ range: LengthRange, contexts: Int, _ memory: inout ModelMemory) {
        self.range = range
        lengths = memory.take(contexts << range.depth)
        digits = memory.take(1 << (range.depth + Self.learnedBitLimit))
    }

    @inline(__always)
    func encode(_ magnitude: UInt64, length: Int, context: Int, into encoder: inout RangeEncoder) {
        let index = length - range.least
        let tree = lengths + context << range.depth
        var node = 1
        for level in stride(from: range.depth - 1, through: 0, by: -1) {
            let decision = index >> level & 1 == 1
            encoder.encode(decision, tree + node)
            node = node &<< 1 | (decision ? 1 : 0)
        }
        guard length > 1 else { return }
        let learned = min(length - 1, Self.learnedBitLimit)
        let rest = length - 1 - learned
        let table = digits + index << Self.learnedBitLimit
        for below in 1...learned {
            let above = Int(truncatingIfNeeded: magnitude >> UInt64(length - below))
            encoder.encode(magnitude >> UInt64(length - below - 1) & 1 == 1, table + above)
        }
        if rest > 0 { encoder.encode(plain: magnitude, count: rest) }
    }

    @inline(__always)
    func decode(context: Int, from decoder: inout RangeDecoder) -> UInt64 {
        let tree = lengths + context << range.depth
        var node = 1
        for _ in 0..<range.depth { node = node &<< 1 | (decoder.decode(tree + node) ? 1 : 0) }
        let index = node - 1 << range.depth
        let length = min(range.least + index, 64)
        guard length > 1 else { return UInt64(length) }
        let learned = min(length - 1, Self.learnedBitLimit)
        let rest = length - 1 - learned
        let table = digits + index << Self.learnedBitLimit
        // The bits so far name the next decision.
        var magnitude = 1
        for _ in 0..<learned { magnitude = magnitude &<< 1 | decoder.decodeDigit(table + magnitude) }
        guard rest > 0 else { return UInt64(magnitude) }
        return UInt64(magnitude) &<< UInt64(rest) | decoder.decodePlain(count: rest)
    }
}
