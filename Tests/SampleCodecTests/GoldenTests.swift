import TestValues
import Testing

@testable import SampleCodec

/// The bytes of format version 1. They never change: files of users hold them. To add a form, add a golden.
@Suite struct GoldenTests {
    struct Golden: CustomTestStringConvertible, Sendable {
        let name: String
        let times: [Int64]
        let values: [UInt64]
        let hexadecimal: String
        var testDescription: String { name }
    }

    private static let regular = (0..<8).map { 1_795_203_419_717 + Int64($0) * 15_000 }

    private static func bits(_ values: [Double]) -> [UInt64] { values.map(\.bitPattern) }

    static let goldens: [Golden] = [
        Golden(name: "one sample", times: [0], values: bits([0]), hexadecimal: "1000010000000000"),
        Golden(
            name: "constant", times: regular, values: bits([7, 7, 7, 7, 7, 7, 7, 7]),
            hexadecimal: "1000088ab9b2a7bf68a8b406000e00"),
        Golden(
            name: "pages of memory", times: regular,
            values: bits([4096, 8192, 8192, 12288, 8192, 4096, 4096, 40960]),
            hexadecimal: "1000088ab9b2a7bf68a8b4060080408020805fd437"),
        Golden(
            name: "steady counter", times: regular, values: bits((0..<8).map { 100.25 + Double($0) * 14.75 }),
            hexadecimal: "1001088ab9b2a7bf68a8b40602d29c01c30b80"),
        Golden(
            name: "noise", times: regular,
            values: bits([0.1 + 0.2, 1 / 3, 2 / 3, 1e300, -1e-300, .leastNonzeroMagnitude, .pi, -.pi]),
            hexadecimal:
                "1002088ab9b2a7bf68a8b406e8cc99b3e6cc99d37f01b1110911111110cd00000000000003159c0f9b9384129b639581e77c2ecca17803182ba0098c949bc54c86655e7f0f2d4eec58e73e5625d260"
        ),
        Golden(
            name: "stale marker among decimals at uneven times",
            times: [1000, 16_001, 31_000, 46_000, 61_000, 76_000, 91_000, 1_000_000],
            values: bits([0.5, 0.25, 0.75, 1, 1.25, 1.5, 1.5]) + [0x7ff0_0000_0000_0002],
            hexadecimal: "101508d00fd8fc3c987502641980e0b22b16ca263e2fd60a37b00000000020"),
        Golden(
            name: "extremes", times: [.min, 0, .max], values: [0x8000_0000_0000_0000, .max, 0x7ff0_0000_0000_0000],
            hexadecimal: "101203ffffffffffffffffff01ffffffffffffffffff01808080808080808080010101703fb3ffffffffffffffda"),
    ]

    @Test(arguments: goldens) func bytesStay(golden: Golden) throws {
        let chunk = SampleCodec.encode(golden.times, golden.values.map { Double(bitPattern: $0) })
        #expect(Hexadecimal.text(chunk) == golden.hexadecimal)
        var times: [Int64] = []
        var values: [Double] = []
        try Hexadecimal.bytes(golden.hexadecimal).withUnsafeBytes {
            try SampleCodec.decode($0, sampleLimit: 100, into: &times, &values)
        }
        #expect(times == golden.times && values.map(\.bitPattern) == golden.values)
    }
}
