import RemoteWrite
import TestValues
import Testing

@Suite struct SnappyBlockTests {
    @Test(arguments: [0, 1, 59, 60, 61, 4096, 65_535, 65_536, 300_000])
    func whatWasCompressedComesBack(count: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...3, using: &random) }
        var compressed: [UInt8] = [9, 9, 9]
        try SnappyBlock.compress(bytes, into: &compressed)
        var back: [UInt8] = [7]
        try SnappyBlock.decompress(compressed, byteLimit: count, into: &back)
        #expect(back == bytes, "seed \(seed)")
    }

    /// Written by hand from the format description: a literal "Wayside", then a copy of 7 bytes from offset 7.
    @Test func readsTheDocumentedFormat() throws {
        let block: [UInt8] = [14, 6 << 2] + Array("Wayside".utf8) + [(7 - 4) << 2 | 1, 7]
        var bytes: [UInt8] = []
        try SnappyBlock.decompress(block, byteLimit: 14, into: &bytes)
        #expect(bytes == Array("WaysideWayside".utf8))
    }

    @Test func aBombIsRefusedByWhatItDeclares() throws {
        var compressed: [UInt8] = []
        try SnappyBlock.compress(Array(repeating: 0, count: 1 << 20), into: &compressed)
        var bytes: [UInt8] = []
        #expect(throws: RemoteWriteError.decompressedTooLarge(declaredByteCount: 1 << 20, byteLimit: 1 << 19)) {
            try SnappyBlock.decompress(compressed, byteLimit: 1 << 19, into: &bytes)
        }
        // Four gigabytes by ten bytes: within a generous limit, but no block can hold them.
        let lie: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0, 0, 0]
        #expect(throws: RemoteWriteError.notSnappy(compressedByteCount: 10)) {
            try SnappyBlock.decompress(lie, byteLimit: .max, into: &bytes)
        }
        #expect(bytes.capacity < 1 << 19)
    }

    @Test func theFramedFormatAndRubbishAreRefused() {
        let framed: [UInt8] = [0xff, 0x06, 0x00, 0x00] + Array("sNaPpY".utf8)
        for bytes in [[], framed, [0x80], [5, 0], Array(repeating: 0xff, count: 40)] {
            var output: [UInt8] = []
            #expect(throws: RemoteWriteError.notSnappy(compressedByteCount: bytes.count)) {
                try SnappyBlock.decompress(bytes, byteLimit: 1 << 30, into: &output)
            }
        }
    }

    @Test func damagedBlocksAreRefusedOrReadNeverMore() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        var compressed: [UInt8] = []
        try SnappyBlock.compress((0..<2000).map { UInt8($0 / 16 % 251) }, into: &compressed)
        var refused = 0
        for _ in 0..<2000 {
            var bytes = compressed
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            var output: [UInt8] = []
            do throws(RemoteWriteError) {
                try SnappyBlock.decompress(bytes, byteLimit: 4000, into: &output)
                #expect(output.count <= 4000, "seed \(seed)")
            } catch {
                refused += 1
            }
        }
        #expect(refused > 0, "seed \(seed)")
    }
}
