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
        var random = SplitMix(state: seed)
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
            var random = SplitMix(state: 11)
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

    /// The tick of the clock is found, for values of any size, without and with a hint, and saves what it should.
    @Test(arguments: [10.015037, 18.518518518, 41.6666667, 7.3, 125.5]) func ticksAreFound(tick: Double) throws {
        for least in [3.0, 50, 700, 20_000] {
            var random = SplitMix(state: UInt64(least))
            var hint = TickHint()
            let values = (0..<1000).map { _ in
                // A spread of a factor of 16.
                let multiple = (least * (1 + Double(random.next() % 1_500_000) / 100_000)).rounded()
                let start = Double(random.next() % 1_000_000) * tick
                return ((start + multiple * tick).rounded(.down) - start.rounded(.down)) / 1e9
            }
            let plain = SampleCodec.encode(values: values[...], effort: .quick, hint: &hint)
            let column = SampleCodec.encode(values: values[...], effort: .final, hint: &hint)
            if tick * least * 4 < 30_000 {
                #expect(SampleCodec.form(ofValues: column).hasPrefix("ticks"), "\(tick) × \(least)")
                #expect(column.count < plain.count - 1000 / 8, "\(tick) × \(least)")
            }
            var known = TickHint()
            known.note(tick * (1 + 1e-7))
            let hinted = SampleCodec.encode(values: values[...], effort: .final, hint: &known)
            #expect(SampleCodec.form(ofValues: hinted).hasPrefix("ticks"), "\(tick) × \(least)")
            var decoded: [Double] = []
            try hinted.withUnsafeBytes { try SampleCodec.decode(values: $0, count: values.count, into: &decoded) }
            #expect(decoded == values)
        }
    }

    /// The sizes that the forms are there for, in bytes of a column of 240 values.
    @Test(arguments: [
        (SampleShape.constant, 3), (.sequence, 12), (.rareChanges, 50), (.product, 160), (.thousandths, 240),
        (.counter, 200), (.pages, 120),
    ])
    func formsAreShort(shape: SampleShape, limit: Int) throws {
        var random = SplitMix(state: 3)
        var values: [Double] = []
        for index in 0..<240 { values.append(shape.value(at: index, after: values.last ?? 0, &random)) }
        var hint = TickHint()
        for effort in [CodecEffort.quick, .final] {
            let count = SampleCodec.encode(values: values[...], effort: effort, hint: &hint).count
            #expect(count <= limit, "\(shape)")
        }
    }

    /// Any bytes decode to an error or to samples, never to a trap, and never to more than was allowed.
    @Test(arguments: 0..<16) func damagedBytes(seed: UInt64) {
        var random = SplitMix(state: seed &+ 1000)
        for _ in 0..<400 {
            let count = 1 + Int(random.next() % 60)
            let times = (0..<count).map { Int64($0) * 1000 + Int64(random.next() % 3) }
            let values = times.map { Double($0 % 7) + (random.next() % 9 == 0 ? 0.125 : 0) }
            var chunk = SampleCodec.encode(times, values)
            for _ in 0...random.next() % 4 {
                chunk[Int(random.next() % UInt64(chunk.count))] = UInt8(random.next() & 255)
            }
            if random.next() % 4 == 0 { chunk.removeLast(Int(random.next() % UInt64(chunk.count))) }
            var decodedTimes: [Int64] = [5]
            var decodedValues: [Double] = [5]
            do {
                try chunk.withUnsafeBytes {
                    try SampleCodec.decode($0, sampleLimit: 1000, into: &decodedTimes, &decodedValues)
                }
                #expect(decodedTimes.count == decodedValues.count && decodedTimes.count <= 1001)
                #expect(zip(decodedTimes.dropFirst(), decodedTimes.dropFirst(2)).allSatisfy { $0 < $1 }, "seed \(seed)")
            } catch {
                #expect(decodedTimes == [5] && decodedValues == [5], "seed \(seed)")
            }
        }
    }

    @Test func headerLimits() throws {
        let chunk = SampleCodec.encode([10, 20, 30], [1, 2, 4])
        let header = try chunk.withUnsafeBytes { try ChunkHeader($0) }
        #expect(header.sampleCount == 3 && header.firstUnixMilliseconds == 10 && header.lastUnixMilliseconds == 30)
        #expect(throws: ChunkError.tooManySamples(count: 3, limit: 2)) {
            try chunk.withUnsafeBytes { try ChunkHeader($0, sampleLimit: 2) }
        }
        var other = chunk
        other[0] = 0x10
        #expect(throws: ChunkError.unknownVersion(1)) { try other.withUnsafeBytes { try ChunkHeader($0) } }
        other[0] = 0x21
        #expect(throws: ChunkError.unknownKind(1)) { try other.withUnsafeBytes { try ChunkHeader($0) } }
        #expect(throws: ChunkError.truncated) { try chunk.prefix(3).withUnsafeBytes { try ChunkHeader($0) } }
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
