/// Reads one chunk: first its times, then its values.
struct ChunkDecoder {
    private let header: ChunkHeader
    private let typicalStep: UInt64
    private let power: Double
    private let firstInteger: Int64
    private let divisor: UInt64
    private var decoder: RangeDecoder

    init(_ header: ChunkHeader, _ bytes: UnsafeRawBufferPointer) throws(ChunkError) {
        self.header = header
        var reader = VariableLengthReader(bytes, at: header.byteCount)
        typicalStep = header.encoding.isIrregular ? try reader.next() : 0
        var exponent = 0
        if header.encoding.form != .patternDelta { exponent = Int(try reader.nextByte()) }
        guard exponent <= DecimalScale.exponentLimit else { throw .damaged }
        power = DecimalScale.powers[exponent]
        firstInteger = VariableLength.signed(try reader.next())
        divisor = try reader.next()
        decoder = RangeDecoder(bytes, at: reader.offset)
    }

    mutating func appendTimes(to times: inout [Int64]) throws(ChunkError) {
        let count = header.sampleCount
        let first = header.firstUnixMilliseconds
        let last = header.lastUnixMilliseconds
        times.append(first)
        guard count > 1 else { return }
        guard header.encoding.isIrregular else {
            let duration = UInt64(bitPattern: last &- first)
            let (step, rest) = duration.quotientAndRemainder(dividingBy: UInt64(count - 1))
            guard step > 0, rest == 0 else { throw .damaged }
            for index in 1..<count { times.append(first &+ Int64(bitPattern: step &* UInt64(index))) }
            return
        }
        var model = ResidualModel()
        var time = first
        for _ in 1..<count {
            let step = model.decode(from: &decoder) &+ Int64(bitPattern: typicalStep)
            let next = time &+ step
            guard next > time else { throw .damaged }
            time = next
            times.append(time)
        }
        guard time == last else { throw .damaged }
    }

    mutating func appendValues(to values: inout [Double]) {
        let form = header.encoding.form
        var model = ResidualModel()
        var exceptionBit = AdaptiveBit()
        var integer = firstInteger
        var previous: Int64 = 0
        let scale = Int64(bitPattern: divisor)
        for index in 0..<header.sampleCount {
            if header.encoding.hasExceptions, decoder.decode(&exceptionBit) {
                values.append(Double(bitPattern: decoder.decodePlain(count: 64)))
                continue
            }
            if index > 0, divisor != 0 {
                let residual = model.decode(from: &decoder)
                previous = form == .decimalDoubleDelta ? previous &+ residual : residual
                integer = integer &+ previous &* scale
            }
            values.append(
                form == .patternDelta
                    ? ValuePattern.value(of: integer) : DecimalScale.value(of: integer, power: power))
        }
    }
}
