extension IntegerColumn {
    /// Decodes as many integers as `output` has places, at least one, from the code at `offset` of `bytes`.
    func decode(
        _ bytes: UnsafeRawBufferPointer, at offset: Int, into output: UnsafeMutableBufferPointer<Int64>
    ) {
        switch shape {
        case .constant: output.update(repeating: first)
        case .line: for index in output.indices { output[index] = first &+ step &* Int64(index) }
        default:
            ModelMemory.with(cellCount: cellCount) { memory in
                var memory = memory
                var decoder = RangeDecoder(bytes, at: offset, memory.rates)
                decodeCode(&decoder, &memory, into: output)
            }
        }
    }

    private func decodeCode(
        _ decoder: inout RangeDecoder, _ memory: inout ModelMemory, into output: UnsafeMutableBufferPointer<Int64>
    ) {
        switch shape {
        case .constant, .line: break
        case .levels: decodeLevels(&decoder, &memory, into: output)
        case .differences: decodeDifferences(&decoder, &memory, into: output)
        case .steps: decodeSteps(&decoder, &memory, into: output)
        case .secondDifferences: decodeSecondDifferences(&decoder, &memory, into: output)
        case .ticks: decodeTicks(&decoder, &memory, into: output)
        }
    }

    private func decodeLevels(
        _ decoder: inout RangeDecoder, _ memory: inout ModelMemory, into output: UnsafeMutableBufferPointer<Int64>
    ) {
        var code = decoder
        var model = LevelModel(lengths, hasContext: hasContext, &memory)
        for index in output.indices {
            output[index] = first &+ Int64(bitPattern: model.decode(from: &code) &* divisor)
        }
    }

    private func decodeTicks(
        _ decoder: inout RangeDecoder, _ memory: inout ModelMemory, into output: UnsafeMutableBufferPointer<Int64>
    ) {
        var code = decoder
        var model = TickModel(TickLattice(tick: divisor), lengths, hasContext: hasContext, &memory)
        for index in output.indices { output[index] = model.decode(from: &code) }
    }

    private func decodeDifferences(
        _ decoder: inout RangeDecoder, _ memory: inout ModelMemory, into output: UnsafeMutableBufferPointer<Int64>
    ) {
        var code = decoder
        var model = DifferenceModel(lengths, &memory)
        let scale = Int64(bitPattern: divisor)
        var integer = first
        output[0] = integer
        for index in output.indices.dropFirst() {
            integer = integer &+ model.decode(from: &code) &* scale
            output[index] = integer
        }
    }

    private func decodeSteps(
        _ decoder: inout RangeDecoder, _ memory: inout ModelMemory, into output: UnsafeMutableBufferPointer<Int64>
    ) {
        var code = decoder
        var model = LevelModel(lengths, hasContext: hasContext, &memory)
        var integer = first
        output[0] = integer
        for index in output.indices.dropFirst() {
            integer = integer &+ step &+ Int64(bitPattern: model.decode(from: &code) &* divisor)
            output[index] = integer
        }
    }

    private func decodeSecondDifferences(
        _ decoder: inout RangeDecoder, _ memory: inout ModelMemory, into output: UnsafeMutableBufferPointer<Int64>
    ) {
        var code = decoder
        var model = DifferenceModel(lengths, &memory)
        let scale = Int64(bitPattern: divisor)
        var integer = first
        var difference = step
        output[0] = integer
        for index in output.indices.dropFirst() {
            if index > 1 { difference = difference &+ model.decode(from: &code) &* scale }
            integer = integer &+ difference
            output[index] = integer
        }
    }
}
