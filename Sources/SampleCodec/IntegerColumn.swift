/// What the head of a column of integers says: all that is needed to decode its code.
struct IntegerColumn {
    var shape: ColumnShape
    /// Whether levels, steps and ticks are coded in the context of the last one.
    var hasContext = false
    /// The first integer; of levels the least.
    var first: Int64 = 0
    /// The step of a line, the least of steps, the first of differences that have differences.
    var step: Int64 = 0
    /// What all coded numbers were divided by, or the tick of a lattice.
    var divisor: UInt64 = 1
    var lengths = LengthRange(least: 0, greatest: 0)

    init(_ shape: ColumnShape) {
        self.shape = shape
    }

    /// The shape and the context flag, as the low four bits of a column's first byte.
    var flags: UInt8 { shape.rawValue | (hasContext ? 8 : 0) }

    /// How many decisions are learned.
    var cellCount: Int {
        switch shape {
        case .constant, .line: 1
        case .levels, .steps: LevelModel.cellCount(lengths, hasContext: hasContext)
        case .differences, .secondDifferences: DifferenceModel.cellCount(lengths)
        case .ticks: TickModel.cellCount(lengths, hasContext: hasContext)
        }
    }

    /// Everything but the flags.
    func append(to bytes: inout [UInt8]) {
        if shape != .ticks { VariableLength.append(VariableLength.unsigned(first), to: &bytes) }
        switch shape {
        case .line, .steps, .secondDifferences: VariableLength.append(VariableLength.unsigned(step), to: &bytes)
        case .constant, .levels, .differences, .ticks: break
        }
        guard shape != .constant, shape != .line else { return }
        VariableLength.append(divisor, to: &bytes)
        VariableLength.append(lengths.rawValue, to: &bytes)
    }

    /// How many bytes `append` writes.
    var headByteCount: Int {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes.count
    }

    /// Reads what `append` wrote.
    init(flags: UInt8, _ reader: inout VariableLengthReader) throws(ChunkError) {
        guard let shape = ColumnShape(rawValue: flags & 7) else { throw .unknownEncoding(flags) }
        self.init(shape)
        hasContext = flags & 8 != 0
        if shape != .ticks { first = VariableLength.signed(try reader.next()) }
        switch shape {
        case .line, .steps, .secondDifferences: step = VariableLength.signed(try reader.next())
        case .constant, .levels, .differences, .ticks: break
        }
        guard shape != .constant, shape != .line else { return }
        divisor = try reader.next()
        guard let lengths = LengthRange(rawValue: try reader.next()) else { throw .damaged }
        self.lengths = lengths
    }
}
