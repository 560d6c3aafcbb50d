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

    @Test(arguments: 0..<24) func seededRandom(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<60 {
            let count = 1 + Int(random.next() % 300)
            var time = Int64(bitPattern: random.next() >> 22)
            var times: [Int64] = []
            var values: [Double] = []
            let shape = random.next() % 9
            var level = Double(random.next() % 100_000)
            for _ in 0..<count {
                times.append(time)
                time += random.next() % 8 == 0 ? Int64(random.next() % 100_000) + 1 : 15_000
                switch shape {
                case 0: level = Double(bitPattern: random.next())
                case 1: level += Double(random.next() % 50)
                case 2: level = Double(Int64(random.next() % 10_000)) / 1000
                case 3: level = Double(random.next() % 1000) * 4096
                case 4: level = Double(random.next() >> 11) * 0x1p-53
                case 5: level = random.next() % 10 == 0 ? Double(bitPattern: random.next()) : 7
                case 6: level = Double(Int64(bitPattern: random.next()))
                case 7: level = Double(random.next() % 3) * 1e-300
                default: level = Double(bitPattern: Self.specials[Int(random.next() % 18)])
                }
                values.append(level)
            }
            try expectRoundTrip(times, values, "seed \(seed)")
        }
    }

    /// Any bytes decode to an error or to samples, never to a trap, and never to more than was allowed.
    @Test(arguments: 0..<16) func damagedBytes(seed: UInt64) {
        var random = SeededRandom(seed: seed &+ 1000)
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
        other[0] = 0x20
        #expect(throws: ChunkError.unknownVersion(2)) { try other.withUnsafeBytes { try ChunkHeader($0) } }
        other[0] = 0x11
        #expect(throws: ChunkError.unknownKind(1)) { try other.withUnsafeBytes { try ChunkHeader($0) } }
        other[0] = 0x10
        other[1] = 0xff
        #expect(throws: ChunkError.unknownEncoding(0xff)) { try other.withUnsafeBytes { try ChunkHeader($0) } }
        #expect(throws: ChunkError.truncated) { try chunk.prefix(3).withUnsafeBytes { try ChunkHeader($0) } }
    }

    @discardableResult
    private func expectRoundTrip(_ times: [Int64], _ values: [Double], _ note: Comment? = nil) throws -> [UInt8] {
        let chunk = SampleCodec.encode(times, values)
        var decodedTimes: [Int64] = []
        var decodedValues: [Double] = []
        try chunk.withUnsafeBytes {
            try SampleCodec.decode($0, sampleLimit: times.count, into: &decodedTimes, &decodedValues)
        }
        #expect(decodedTimes == times, note)
        #expect(decodedValues.map(\.bitPattern) == values.map(\.bitPattern), note)
        return chunk
    }
}
