import TestValues
import Testing

@testable import SampleCodec

/// Bytes that no encoder wrote.
@Suite struct DamageTests {
    /// Any bytes decode to an error or to samples, never to a trap, and never to more than was allowed.
    @Test(arguments: 0..<16) func damagedBytes(seed: UInt64) {
        var random = SeededRandom(seed: seed &+ 1000)
        for number in 0..<400 {
            let count = 1 + Int(random.next() % 60)
            let times = (0..<count).map { Int64($0) * 1000 + (number % 2 == 0 ? 0 : Int64(random.next() % 3)) }
            let shape = SampleShape.allCases[number % SampleShape.allCases.count]
            var values: [Double] = []
            for index in times.indices {
                values.append(shape.value(at: index, after: values.last ?? 0, &random))
                if number % 3 == 0, random.next() % 9 == 0 { values[index] = number % 4 == 0 ? .nan : -0.0 }
            }
            var hint = TickHint()
            var chunk = SampleCodec.encode(times[...], values[...], effort: .final, hint: &hint)
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

    /// Uneven times that do not ascend, or do not begin and end where the head says.
    @Test(arguments: [
        [0, 12, 10], [0, 0, 10], [0, 3, 9], [1, 3, 10], [0, 3, 11], [0, -5, 10], [0, Int64.max, 10],
    ])
    func contradictingTimes(integers: [Int64]) throws {
        #expect(try Self.decodeTimes([0, 3, 10]) == [1000, 1003, 1010])
        #expect(throws: ChunkError.damaged) { try Self.decodeTimes(integers) }
    }

    private static func decodeTimes(_ integers: [Int64]) throws -> [Int64] {
        let candidate = try #require(integers.withUnsafeBufferPointer { ColumnCandidate(.differences, of: $0) })
        var contents = [candidate.column.flags]
        candidate.column.append(to: &contents)
        contents = candidate.code(appendingTo: contents)
        // Three samples from 1000 on, ten milliseconds.
        let bytes = [3, 0xd0, 0x0f, 10, UInt8(contents.count)] + contents
        var times: [Int64] = []
        try bytes.withUnsafeBytes { raw in
            try SampleCodec.decode(TimeColumn(raw, sampleLimit: 3), of: raw, into: &times)
        }
        return times
    }

    /// Lengths beyond 64 bits, which no encoder writes, are 64.
    @Test func lengthsBeyondSixtyFourBits() throws {
        let range = try #require(LengthRange(rawValue: 64 << 3 | 7))
        var random = SeededRandom(seed: 9)
        let code = (0..<4000).map { _ in UInt8(random.next() & 255) }
        ModelMemory.with(cellCount: MagnitudeModel.cellCount(range, contexts: 1)) { memory in
            var memory = memory
            let model = MagnitudeModel(range, contexts: 1, &memory)
            code.withUnsafeBytes { raw in
                var decoder = RangeDecoder(raw, at: 0, memory.rates)
                for _ in 0..<200 { #expect(model.decode(context: 0, from: &decoder) >> 63 == 1) }
            }
        }
        #expect(LengthRange(rawValue: 65 << 3) == nil)
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
}
