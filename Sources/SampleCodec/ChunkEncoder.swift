/// Writes one chunk.
struct ChunkEncoder {
    private let times: ArraySlice<Int64>
    private let values: ArraySlice<Double>

    init(_ times: ArraySlice<Int64>, _ values: ArraySlice<Double>) {
        self.times = times
        self.values = values
    }

    func encode() -> [UInt8] {
        let plan = ValuePlan(values)
        let step = regularStep()
        let encoding = ChunkEncoding(
            form: plan.form, hasExceptions: !plan.exceptions.isEmpty, isIrregular: step == nil)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(48 + values.count / 2)
        bytes.append(ChunkHeader.version << 4 | ChunkKind.float.rawValue)
        bytes.append(encoding.rawValue)
        let first = times[times.startIndex]
        VariableLength.append(UInt64(values.count), to: &bytes)
        VariableLength.append(VariableLength.unsigned(first), to: &bytes)
        VariableLength.append(UInt64(bitPattern: times[times.endIndex - 1] &- first), to: &bytes)
        let typicalStep = step == nil ? medianStep() : 0
        if step == nil { VariableLength.append(typicalStep, to: &bytes) }
        if plan.form != .patternDelta { bytes.append(UInt8(plan.exponent)) }
        VariableLength.append(VariableLength.unsigned(plan.integers[0]), to: &bytes)
        VariableLength.append(plan.divisor, to: &bytes)
        guard step == nil || plan.divisor != 0 || !plan.exceptions.isEmpty else { return bytes }
        let start = bytes.count
        var encoder = RangeEncoder(appendingTo: bytes)
        if step == nil { encodeTimes(typicalStep: typicalStep, into: &encoder) }
        encodeValues(plan, into: &encoder)
        return encoder.finish(startingAt: start)
    }

    /// The step all times share, or nil.
    private func regularStep() -> UInt64? {
        guard times.count > 1 else { return 0 }
        let step = UInt64(bitPattern: times[times.startIndex + 1] &- times[times.startIndex])
        for index in times.indices.dropFirst() {
            precondition(times[index] > times[index - 1], "times of a chunk ascend strictly")
            if UInt64(bitPattern: times[index] &- times[index - 1]) != step { return nil }
        }
        return step
    }

    private func medianStep() -> UInt64 {
        let steps = times.indices.dropFirst().map { UInt64(bitPattern: times[$0] &- times[$0 - 1]) }
        return steps.sorted()[steps.count / 2]
    }

    private func encodeTimes(typicalStep: UInt64, into encoder: inout RangeEncoder) {
        var model = ResidualModel()
        for index in times.indices.dropFirst() {
            let step = times[index] &- times[index - 1]
            model.encode(step &- Int64(bitPattern: typicalStep), into: &encoder)
        }
    }

    private func encodeValues(_ plan: ValuePlan, into encoder: inout RangeEncoder) {
        var model = ResidualModel()
        var exceptionBit = AdaptiveBit()
        var nextException = 0
        var previous: Int64 = 0
        let isDouble = plan.form == .decimalDoubleDelta
        for index in plan.integers.indices {
            if !plan.exceptions.isEmpty {
                let isException = nextException < plan.exceptions.count && plan.exceptions[nextException] == index
                encoder.encode(isException, &exceptionBit)
                if isException {
                    encoder.encode(plain: values[values.startIndex + index].bitPattern, count: 64)
                    nextException += 1
                    continue
                }
            }
            guard index > 0, plan.divisor != 0 else { continue }
            let difference = ChunkEncoder.divide(plan.integers[index] &- plan.integers[index - 1], by: plan.divisor)
            model.encode(isDouble ? difference &- previous : difference, into: &encoder)
            previous = difference
        }
    }

    /// Divides without leaving the 64 bits: the difference -2^63 and the divisor 2^63 are possible.
    @inline(__always)
    private static func divide(_ difference: Int64, by divisor: UInt64) -> Int64 {
        if divisor == 1 { return difference }
        let quotient = difference.magnitude / divisor
        return difference < 0 ? Int64(bitPattern: 0 &- quotient) : Int64(bitPattern: quotient)
    }
}
