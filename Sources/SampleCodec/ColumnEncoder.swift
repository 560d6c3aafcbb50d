/// Chooses how a column of integers is coded, and codes it.
struct ColumnEncoder {
    /// The flags for the column's first byte, and what follows.
    struct Result {
        let flags: UInt8
        let bytes: [UInt8]
    }

    let effort: CodecEffort
    /// Whether the integers may be a clock's readings; never so for bit patterns.
    let mayHaveTicks: Bool

    /// At least one integer.
    func encode(_ integers: UnsafeBufferPointer<Int64>, _ hint: inout TickHint) -> Result {
        if let simple = Self.simple(integers) {
            var bytes: [UInt8] = []
            simple.append(to: &bytes)
            return Result(flags: simple.flags, bytes: bytes)
        }
        let shapes: [ColumnShape] = [.differences, .steps, .levels, .secondDifferences]
        let candidates = shapes.compactMap { ColumnCandidate($0, of: integers) }
        var least = candidates[0]
        for candidate in candidates where candidate.estimatedBits < least.estimatedBits { least = candidate }
        guard effort == .final else { return Self.code(least) }
        return best(of: candidates, least: least, integers, &hint)
    }

    /// Codes whatever comes near the best estimate; the shortest wins.
    private func best(
        of candidates: [ColumnCandidate], least: ColumnCandidate, _ integers: UnsafeBufferPointer<Int64>,
        _ hint: inout TickHint
    ) -> Result {
        var tried: [ColumnCandidate] = []
        if mayHaveTicks, least.column.divisor == 1,
            let lattice = TickSearch(integers, bitsPerInteger: least.estimatedBits / integers.count).find(&hint)
        {
            tried.append(ColumnCandidate(lattice, of: integers))
        }
        let bound = least.estimatedBits + least.estimatedBits / 5 + 64
        tried += candidates.filter { $0.estimatedBits <= bound }
        var best: Result?
        for candidate in tried {
            // Ticks that pay at all leave nothing for the other shapes.
            if let best, tried[0].column.shape == .ticks, best.bytes.count << 3 < least.estimatedBits { continue }
            for variant in candidate.canHaveContext ? [candidate, candidate.withContext()] : [candidate] {
                let result = Self.code(variant)
                if result.bytes.count < best?.bytes.count ?? .max { best = result }
            }
        }
        return best ?? Self.code(least)
    }

    private static func code(_ candidate: ColumnCandidate) -> Result {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32 + candidate.estimatedBits / 8)
        candidate.column.append(to: &bytes)
        return Result(flags: candidate.column.flags, bytes: candidate.code(appendingTo: bytes))
    }

    /// A column that needs no code.
    private static func simple(_ integers: UnsafeBufferPointer<Int64>) -> IntegerColumn? {
        let step = integers.count > 1 ? integers[1] &- integers[0] : 0
        for index in integers.indices.dropFirst() where integers[index] &- integers[index - 1] != step { return nil }
        var column = IntegerColumn(step == 0 ? .constant : .line)
        column.first = integers[0]
        column.step = step
        return column
    }
}
