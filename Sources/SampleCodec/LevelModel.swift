/// How numbers from zero on are coded: as magnitudes, each length in the context of the last one where that helps.
struct LevelModel {
    private static let contexts = 16

    private let magnitudes: MagnitudeModel
    private let least: Int
    private let greatestContext: Int
    private var context = 0

    static func cellCount(_ range: LengthRange, hasContext: Bool) -> Int {
        MagnitudeModel.cellCount(range, contexts: hasContext ? contexts : 1)
    }

    init(_ range: LengthRange, hasContext: Bool, _ memory: inout ModelMemory) {
        magnitudes = MagnitudeModel(range, contexts: hasContext ? Self.contexts : 1, &memory)
        least = range.least
        greatestContext = hasContext ? Self.contexts - 1 : 0
    }

    @inline(__always)
    mutating func encode(_ number: UInt64, into encoder: inout RangeEncoder) {
        let length = 64 - number.leadingZeroBitCount
        magnitudes.encode(number, length: length, context: context, into: &encoder)
        context = min(max(length - least, 0), greatestContext)
    }

    @inline(__always)
    mutating func decode(from decoder: inout RangeDecoder) -> UInt64 {
        let number = magnitudes.decode(context: context, from: &decoder)
        context = min(max(64 - number.leadingZeroBitCount - least, 0), greatestContext)
        return number
    }
}
