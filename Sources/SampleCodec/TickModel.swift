/// How integers on a clock's ticks are coded: the multiple as a level; then whether it was rounded down or up, in the
/// context of the part behind the point, or, where it was neither, how far off it is.
struct TickModel {
    private static let contexts = 16

    private let lattice: TickLattice
    private var multiples: LevelModel
    private let offs: UnsafeMutablePointer<AdaptiveBit>
    private let roundings: UnsafeMutablePointer<AdaptiveBit>

    static func cellCount(_ range: LengthRange, hasContext: Bool) -> Int {
        LevelModel.cellCount(range, hasContext: hasContext) + 2 * contexts
    }

    init(_ lattice: TickLattice, _ range: LengthRange, hasContext: Bool, _ memory: inout ModelMemory) {
        self.lattice = lattice
        multiples = LevelModel(range, hasContext: hasContext, &memory)
        offs = memory.take(Self.contexts)
        roundings = memory.take(Self.contexts)
    }

    @inline(__always)
    mutating func encode(_ integer: Int64, into encoder: inout RangeEncoder) {
        let multiple = lattice.multiple(nearest: integer)
        multiples.encode(multiple, into: &encoder)
        let (whole, sixteenths) = lattice.floor(of: multiple)
        let rest = integer &- whole
        let isOff = rest != 0 && rest != 1
        encoder.encode(isOff, offs + sixteenths)
        guard isOff else {
            encoder.encode(rest == 1, roundings + sixteenths)
            return
        }
        let number = VariableLength.unsigned(rest)
        let length = 64 - number.leadingZeroBitCount
        encoder.encode(plain: UInt64(length), count: 7)
        encoder.encode(plain: number, count: length)
    }

    @inline(__always)
    mutating func decode(from decoder: inout RangeDecoder) -> Int64 {
        let (whole, sixteenths) = lattice.floor(of: multiples.decode(from: &decoder))
        guard decoder.decode(offs + sixteenths) else {
            return whole &+ Int64(decoder.decodeDigit(roundings + sixteenths))
        }
        let length = min(Int(decoder.decodePlain(count: 7)), 64)
        return whole &+ VariableLength.signed(decoder.decodePlain(count: length))
    }
}
