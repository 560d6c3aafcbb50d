import TestValues
import Testing

@testable import SampleCodec

/// The bytes of format version 2. They never change: files of users hold them. To add a form, add a golden.
@Suite struct GoldenTests {
    struct Golden: CustomTestStringConvertible, Sendable {
        let name: String
        var times = GoldenTests.regular
        let values: [UInt64]
        var effort = CodecEffort.quick
        let hexadecimal: String
        var testDescription: String { name }
    }

    private static let regular = (0..<8).map { 1_795_203_419_717 + Int64($0) * 15_000 }

    private static func bits(_ values: [Double]) -> [UInt64] { values.map(\.bitPattern) }

    static let goldens: [Golden] = [
        Golden(name: "one sample, constant", times: [0], values: bits([0]), hexadecimal: "20010000000000"),
        Golden(name: "constant", values: bits([7, 7, 7, 7, 7, 7, 7, 7]), hexadecimal: "20088ab9b2a7bf68a8b40600000e"),
        Golden(
            name: "line", values: bits((0..<8).map { 100.25 + Double($0) * 14.75 }),
            hexadecimal: "20088ab9b2a7bf68a8b406001102d29c018617"),
        Golden(
            name: "differences with a divisor: pages of memory",
            values: bits([409_600, 413_696, 413_696, 417_792, 413_696, 409_600, 409_600, 446_464]),
            hexadecimal: "20088ab9b2a7bf68a8b406000380803280200a8510d055"),
        Golden(
            name: "steps: a counter", values: bits([5, 1008, 2012, 3013, 4019, 5020, 6022, 7029]),
            hexadecimal: "20088ab9b2a7bf68a8b40600040ad20f010295d969b5"),
        Golden(
            name: "levels: noise", times: (0..<16).map { $0 * 1000 },
            values: bits([12, 900, 15, 300, 14, 70, 13, 11, 2500, 16, 12, 40, 13, 11, 600, 14].map { $0 / 1000 }),
            hexadecimal: "20100098750012031601041d5eb821e2f8f0cb2c7a51ad84e919ab"),
        Golden(
            name: "second differences",
            values: bits([0, 1000, 2100, 3300, 4601, 6003, 7505, 9107]),
            hexadecimal: "20088ab9b2a7bf68a8b406000500d00f0138a49ad359"),
        Golden(
            name: "levels in context", times: (0..<24).map { $0 * 1000 },
            values: bits((0..<24).map { $0 % 3 == 0 ? 8 : $0 % 3 == 1 ? 100 : 3 }), effort: .final,
            hexadecimal: "201800d8b301000a0601036f84ec9f6ad502"),
        Golden(
            name: "products with 0.001", values: bits([9, 13, 18, 26, 36, 43, 51, 52].map { $0 * 0.001 }),
            hexadecimal: "20088ab9b2a7bf68a8b4060025031208010a8ae34cd1"),
        Golden(
            name: "a thousandth of a thousandth",
            values: bits(
                [8_361_727, 8_361_734, 8_361_766, 8_362_025, 8_362_030, 8_362_101, 8_362_149, 8_362_190].map {
                    $0 / 1000 / 1000
                }), hexadecimal: "20088ab9b2a7bf68a8b4060033fedbfc07011b8754e3c0e14a61d1cf"),
        Golden(
            name: "bit patterns",
            values: bits([0.1 + 0.2, 1 / 3, 2 / 3, 1e300, -1e-300, .leastNonzeroMagnitude, .pi, -.pi]),
            hexadecimal:
                "20088ab9b2a7bf68a8b4060043e8cc99b3e6cc99d37f0194038044c65de4d358ef93cf06b700006b6fe7ecc8b0c238c974566e799822c7cd9765b9e8b2a3491784918b7fbfb0512be1af90e7c77f49285a"
        ),
        Golden(
            name: "NaNs, stale marker and minus zero among decimals at uneven times",
            times: [1000, 16_001, 31_000, 46_000, 61_000, 76_000, 91_000, 1_000_000],
            values: bits([0.5, .nan, .nan, 1, -0.0, 1.5, 1.5]) + [0x7ff0_0000_0000_0002],
            hexadecimal:
                "2008d00fd8fc3c0d0400aeea010105100d170f8f8d9301030201000000000000f87f020000000000000000800400020000000000f07f0a0508a1"
        ),
        Golden(
            name: "line that ends stale",
            values: bits([1, 2, 3, 4, 5, 6]) + [0x7ff0_0000_0000_0002, 0x7ff0_0000_0000_0002],
            hexadecimal: "20088ab9b2a7bf68a8b4060081010d010202"),
        Golden(
            name: "extremes", times: [.min, 0, .max], values: [0x8000_0000_0000_0000, .max, 0x7ff0_0000_0000_0000],
            hexadecimal:
                "2003ffffffffffffffffff01ffffffffffffffffff010f0500ffffffffffffffffff010108c1430101ac03ec004fff8bff1fbefc001fffcc0018"
        ),
    ]

    @Test(arguments: goldens) func bytesStay(golden: Golden) throws {
        var hint = TickHint()
        let values = golden.values.map { Double(bitPattern: $0) }
        let chunk = SampleCodec.encode(golden.times[...], values[...], effort: golden.effort, hint: &hint)
        #expect(Hexadecimal.text(chunk) == golden.hexadecimal)
        try Self.expect(golden.hexadecimal, holds: golden.times, golden.values)
    }

    /// Durations by a clock of 27 MHz, one of them off the lattice; made by hand, for the encoder looks for ticks only
    /// in longer columns.
    @Test func bytesOfTicksStay() throws {
        let integers: [Int64] = [37, 1000, 1481, 74_074, 2_000, 37_037, 111, 5_555_555]
        let candidate = integers.withUnsafeBufferPointer {
            ColumnCandidate(TickLattice(tick: 159_072_862_814), of: $0)
        }
        var chunk: [UInt8] = [0x20] + SampleCodec.encode(times: Self.regular[...], effort: .quick)
        chunk += [candidate.column.flags | ValueScaling.Kind.quotient.rawValue << 4, 9]
        candidate.column.append(to: &chunk)
        chunk = candidate.code(appendingTo: chunk)
        let golden = "20088ab9b2a7bf68a8b406001609de84edcbd0040d00e4d851932fa589d91bc17f3b2c"
        #expect(Hexadecimal.text(chunk) == golden)
        try Self.expect(golden, holds: Self.regular, integers.map { (Double($0) / 1e9).bitPattern })
    }

    private static func expect(_ golden: String, holds times: [Int64], _ values: [UInt64]) throws {
        var decodedTimes: [Int64] = []
        var decodedValues: [Double] = []
        try Hexadecimal.bytes(golden).withUnsafeBytes {
            try SampleCodec.decode($0, sampleLimit: 100, into: &decodedTimes, &decodedValues)
        }
        #expect(decodedTimes == times && decodedValues.map(\.bitPattern) == values)
    }
}
