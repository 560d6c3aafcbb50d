/// One way to code a column: the head, and the numbers that the code will hold.
struct ColumnCandidate {
    private(set) var column: IntegerColumn
    /// What is coded, divided already; of levels, steps and ticks the bits of an unsigned number, except that ticks
    /// are the integers themselves.
    private let numbers: [Int64]
    /// An estimate of the code and the head in bits.
    let estimatedBits: Int

    /// At least two integers that are not all equal; nil where the shape does not apply.
    init?(_ shape: ColumnShape, of integers: UnsafeBufferPointer<Int64>) {
        var column = IntegerColumn(shape)
        column.first = integers[0]
        var numbers: [Int64]
        switch shape {
        case .constant, .line, .ticks: return nil
        case .levels:
            guard let least = integers.min() else { return nil }
            column.first = least
            numbers = integers.map { $0 &- least }
        case .differences:
            numbers = Self.differences(integers)
        case .steps:
            numbers = Self.differences(integers)
            guard let least = numbers.min() else { return nil }
            column.step = least
            for index in numbers.indices { numbers[index] = numbers[index] &- least }
        case .secondDifferences:
            guard integers.count > 2 else { return nil }
            column.step = integers[1] &- integers[0]
            numbers = Self.differences(integers).withUnsafeBufferPointer(Self.differences)
        }
        let isSigned = shape == .differences || shape == .secondDifferences
        column.divisor = Self.divisor(of: numbers, isSigned: isSigned)
        Self.divide(&numbers, by: column.divisor, isSigned: isSigned)
        let survey = NumberSurvey(numbers, isSigned: isSigned)
        column.lengths = survey.lengths
        self.column = column
        self.numbers = numbers
        estimatedBits = survey.bitCount + column.headByteCount * 8
    }

    /// Integers on a lattice.
    init(_ lattice: TickLattice, of integers: UnsafeBufferPointer<Int64>) {
        column = IntegerColumn(.ticks)
        column.divisor = lattice.tick
        numbers = Array(integers)
        let survey = NumberSurvey(
            integers.map { Int64(bitPattern: lattice.multiple(nearest: $0)) }, isSigned: false)
        column.lengths = survey.lengths
        // The rounding takes a little less than a bit.
        estimatedBits = survey.bitCount + integers.count + column.headByteCount * 8
    }

    /// Whether a context can be had.
    var canHaveContext: Bool { column.shape != .differences && column.shape != .secondDifferences }

    func withContext() -> ColumnCandidate {
        var copy = self
        copy.column.hasContext = true
        return copy
    }

    private static func differences(_ integers: UnsafeBufferPointer<Int64>) -> [Int64] {
        [Int64](unsafeUninitializedCapacity: integers.count - 1) { output, count in
            for index in 1..<integers.count {
                output.initializeElement(at: index - 1, to: integers[index] &- integers[index - 1])
            }
            count = integers.count - 1
        }
    }

    /// The greatest common divisor, 1 where all are 0.
    private static func divisor(of numbers: [Int64], isSigned: Bool) -> UInt64 {
        var divisor: UInt64 = 0
        for number in numbers {
            var left = isSigned ? number.magnitude : UInt64(bitPattern: number)
            if left == 0 { continue }
            if divisor == 1 { break }
            while divisor != 0 { (left, divisor) = (divisor, left % divisor) }
            divisor = left
        }
        return max(divisor, 1)
    }

    private static func divide(_ numbers: inout [Int64], by divisor: UInt64, isSigned: Bool) {
        guard divisor > 1 else { return }
        for index in numbers.indices where numbers[index] != 0 {
            let number = numbers[index]
            if isSigned, number < 0 {
                numbers[index] = Int64(bitPattern: 0 &- number.magnitude / divisor)
            } else {
                numbers[index] = Int64(bitPattern: UInt64(bitPattern: number) / divisor)
            }
        }
    }

    /// Appends the code to `bytes`.
    func code(appendingTo bytes: [UInt8]) -> [UInt8] {
        ModelMemory.with(cellCount: column.cellCount) { memory in
            var memory = memory
            var encoder = RangeEncoder(appendingTo: bytes, memory.rates)
            switch column.shape {
            case .constant, .line: break
            case .levels, .steps:
                var model = LevelModel(column.lengths, hasContext: column.hasContext, &memory)
                for number in numbers { model.encode(UInt64(bitPattern: number), into: &encoder) }
            case .differences, .secondDifferences:
                var model = DifferenceModel(column.lengths, &memory)
                for number in numbers { model.encode(number, into: &encoder) }
            case .ticks:
                let lattice = TickLattice(tick: column.divisor)
                var model = TickModel(lattice, column.lengths, hasContext: column.hasContext, &memory)
                for number in numbers { model.encode(number, into: &encoder) }
            }
            return encoder.finish()
        }
    }
}
