/// How signed numbers around zero are coded: whether zero, in the context of which of the last six were; the sign, by
/// the last sign; the magnitude, in the context of the mean of the last lengths.
struct DifferenceModel {
    private static let zeroContexts = 64
    private static let signContexts = 3
    private static let lengthContexts = 12

    private let zeros: UnsafeMutablePointer<AdaptiveBit>
    private let signs: UnsafeMutablePointer<AdaptiveBit>
    private let magnitudes: MagnitudeModel
    /// Which of the last numbers were not zero, newest in bit 0.
    private var history = 0
    /// 0 before the first sign, 1 after a plus, 2 after a minus.
    private var signContext = 0
    /// The mean of the last lengths in sixteenths, the newest weighing half.
    private var meanLength = 0

    static func cellCount(_ range: LengthRange) -> Int {
        zeroContexts + signContexts + MagnitudeModel.cellCount(range, contexts: lengthContexts)
    }

    init(_ range: LengthRange, _ memory: inout ModelMemory) {
        zeros = memory.take(Self.zeroContexts)
        signs = memory.take(Self.signContexts)
        magnitudes = MagnitudeModel(range, contexts: Self.lengthContexts, &memory)
    }

    @inline(__always)
    mutating func encode(_ number: Int64, into encoder: inout RangeEncoder) {
        encoder.encode(number != 0, zeros + history)
        history = (history << 1 | (number != 0 ? 1 : 0)) & (Self.zeroContexts - 1)
        guard number != 0 else { return }
        encoder.encode(number < 0, signs + signContext)
        let magnitude = number.magnitude
        let length = 64 - magnitude.leadingZeroBitCount
        magnitudes.encode(magnitude, length: length, context: lengthContext, into: &encoder)
        remember(isNegative: number < 0, length: length)
    }

    @inline(__always)
    mutating func decode(from decoder: inout RangeDecoder) -> Int64 {
        let isChanged = decoder.decode(zeros + history)
        history = (history << 1 | (isChanged ? 1 : 0)) & (Self.zeroContexts - 1)
        guard isChanged else { return 0 }
        let isNegative = decoder.decode(signs + signContext)
        let magnitude = magnitudes.decode(context: lengthContext, from: &decoder)
        remember(isNegative: isNegative, length: 64 - magnitude.leadingZeroBitCount)
        return Int64(bitPattern: isNegative ? 0 &- magnitude : magnitude)
    }

    @inline(__always)
    private var lengthContext: Int { min(meanLength >> 5, Self.lengthContexts - 1) }

    @inline(__always)
    private mutating func remember(isNegative: Bool, length: Int) {
        signContext = isNegative ? 2 : 1
        meanLength = (meanLength + length << 4) >> 1
    }
}
