import TestValues
import Testing

@testable import SampleCodec

/// Bit-exactness on everything a series can hold.
@Suite struct SampleCodecTests {
    private static let specials: [UInt64] = [
        0, 0x8000_0000_0000_0000, 0x7ff0_0000_0000_0000, 0xfff0_0000_0000_0000, 0x7ff0_0000_0000_0002,
        0x7ff8_0000_0000_0000, 0x7ff8_0000_0000_0001, 0xffff_ffff_ffff_ffff, 1, 0x000f_ffff_ffff_ffff,
        0x0010_0000_0000_0000, 0x7fef_ffff_ffff_ffff, 0x8000_0000_0000_0001, 0x7fff_ffff_ffff_ffff,
        0x3ff0_0000_0000_0000, 0x43e0_0000_0000_0000, 0xc3e0_0000_0000_0000, 0x4340_0000_0000_0000,
    ]

    @Test func specialValuesInEveryPair() throws {
        for left in Self.specials {
            for right in Self.specials {
                try expectRoundTrip([0, 1, 2], [left, right, left].map { Double(bitPattern: $0) })
            }
        }
        try expectRoundTrip(
            (0..<Int64(Self.specials.count)).map { $0 * 1000 }, Self.specials.map { Double(bitPattern: $0) })
    }

    @Test func extremeTimes() throws {
        try expectRoundTrip([.min], [1])
        try expectRoundTrip([.max], [1])
        try expectRoundTrip([.min, .max], [1, 2])
        try expectRoundTrip([.min, -1, 0, 1, .max], [1, 2, 3, 4, 5])
        try expectRoundTrip([.min, .min + 1, .max - 1, .max], [0.1, 0.2, 0.3, 0.4])
    }

    @Test func staleMarkersAmongDecimals() throws {
        var values = (0..<240).map { Double($0) * 0.25 }
        values[239] = Double(bitPattern: 0x7ff0_0000_0000_0002)
        let times = (0..<240).map { Int64($0) * 15_000 + 1_795_203_419_717 }
        try expectRoundTrip(times, values)
        values[0] = .nan
        values[1] = -0.0
        let chunk = try expectRoundTrip(times, values)
        #expect(chunk.count < 100)
    }

    @Test(arguments: 0..<12) func seededRandom(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for shape in SampleShape.allCases {
            for _ in 0..<3 {
                let count = 1 + Int(random.next() % (shape == .ticks ? 400 : 150))
                var time = Int64(bitPattern: random.next() >> 22)
                var times: [Int64] = []
                var values: [Double] = []
                let hasSpecials = random.next() % 4 == 0
                let isRegular = random.next() % 2 == 0
                for index in 0..<count {
                    times.append(time)
                    time += isRegular || random.next() % 8 != 0 ? 15_000 : Int64(random.next() % 100_000) + 1
                    values.append(shape.value(at: index, after: values.last ?? 0, &random))
                    if hasSpecials, random.next() % 12 == 0 {
                        values[index] = Double(bitPattern: Self.specials[Int(random.next() % 18)])
                    }
                }
                try expectRoundTrip(times, values, "seed \(seed), \(shape)")
            }
        }
    }

    /// Each form beside what differs from it in one place, at each end of a column.
    @Test func oneOddSample() throws {
        for shape in SampleShape.allCases {
            var random = SeededRandom(seed: 11)
            let times = (0..<(shape == .ticks ? 250 : 40)).map { Int64($0) * 15_000 }
            var column: [Double] = []
            for index in times.indices { column.append(shape.value(at: index, after: column.last ?? 0, &random)) }
            for (number, special) in Self.specials.enumerated() {
                let position = [0, 1, 2, times.count / 2, times.count - 2, times.count - 1][number % 6]
                var values = column
                values[position] = Double(bitPattern: special)
                try expectRoundTrip(times, values, "\(shape), \(special) at \(position)")
            }
        }
    }

    @Test func integersAtTheEdgesOfTheirRange() throws {
        let edges: [Int64] = [.min, .min + 1, -1, 0, 1, .max - 1, .max]
        for first in edges {
            for second in edges {
                for third in edges {
                    try expectColumn([first, second, third, first, third])
                    try expectColumn([first, first, second, second, third, 5, -5])
                }
            }
        }
    }

    /// Every shape decodes what it was made of, also where the encoder would not choose it.
    private func expectColumn(_ integers: [Int64]) throws {
        try integers.withUnsafeBufferPointer { column in
            let shapes: [ColumnShape] = [.levels, .differences, .steps, .secondDifferences]
            let lattice = ColumnCandidate(TickLattice(tick: 43_014_257_049), of: column)
            for candidate in shapes.compactMap({ ColumnCandidate($0, of: column) }) + [lattice] {
                for variant in candidate.canHaveContext ? [candidate, candidate.withContext()] : [candidate] {
                    var bytes: [UInt8] = []
                    variant.column.append(to: &bytes)
                    bytes = variant.code(appendingTo: bytes)
                    var output = [Int64](repeating: 0, count: integers.count)
                    try bytes.withUnsafeBytes { raw in
                        var reader = VariableLengthReader(raw, at: 0)
                        let read = try IntegerColumn(flags: variant.column.flags, &reader)
                        output.withUnsafeMutableBufferPointer { read.decode(raw, at: reader.offset, into: $0) }
                    }
                    #expect(output == integers, "\(variant.column.shape)")
                }
            }
        }
    }

    /// The sizes that the forms are there for, in bytes of a column of 240 values.
    @Test(arguments: [
        (SampleShape.constant, 3), (.sequence, 12), (.rareChanges, 50), (.product, 160), (.thousandths, 240),
        (.counter, 200), (.pages, 120),
    ])
    func formsAreShort(shape: SampleShape, limit: Int) throws {
        var random = SeededRandom(seed: 3)
        var values: [Double] = []
        for index in 0..<240 { values.append(shape.value(at: index, after: values.last ?? 0, &random)) }
        var hint = TickHint()
        for effort in [CodecEffort.quick, .final] {
            let count = SampleCodec.encode(values: values[...], effort: effort, hint: &hint).count
            #expect(count <= limit, "\(shape)")
        }
    }

    @discardableResult
    private func expectRoundTrip(_ times: [Int64], _ values: [Double], _ note: Comment? = nil) throws -> [UInt8] {
        var chunk: [UInt8] = []
        for effort in [CodecEffort.final, .quick] {
            var hint = TickHint()
            chunk = SampleCodec.encode(times[...], values[...], effort: effort, hint: &hint)
            var decodedTimes: [Int64] = []
            var decodedValues: [Double] = []
            try chunk.withUnsafeBytes {
                try SampleCodec.decode($0, sampleLimit: times.count, into: &decodedTimes, &decodedValues)
            }
            #expect(decodedTimes == times, note)
            #expect(decodedValues.map(\.bitPattern) == values.map(\.bitPattern), note)
        }
        return chunk
    }
}
