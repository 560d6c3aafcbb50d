import MetricModel
import Testing

@testable import PromQL

@Suite struct LabelHashTests {
    /// Computed with the Python package xxhash, which wraps the reference implementation.
    static let vectors: [([UInt8], UInt64)] = [
        ([], 0xef46_db37_51d8_e999), (Array("a".utf8), 0xd24e_c4f1_a98c_6e5b),
        (Array("abc".utf8), 0x44bc_2cf5_ad77_0999), (Array("wayside-wayside".utf8), 0x03f4_9eb9_f557_76f4),
        (Array("0123456789012345678901234567890123456789".utf8), 0xca6f_c80c_bde1_a931),
        (Array(0..<100), 0x6ac1_e580_3216_6597),
    ]

    @Test(arguments: vectors)
    func hashes(_ bytes: [UInt8], _ hash: UInt64) {
        #expect(LabelHash.xxh64(bytes) == hash)
    }

    /// Long values have their count in four bytes; computed in the same way.
    @Test func countsLongValues() {
        #expect(
            LabelHash.of(["__name__": "m", "v": String(repeating: "x", count: 300)]) == 0xcf63_b65b_d8bf_9ee8)
    }
}
