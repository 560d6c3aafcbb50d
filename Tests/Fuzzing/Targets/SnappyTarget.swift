import RemoteWrite

/// Snappy blocks: what is decompressed keeps the limit, whatever length the block declares, and what is compressed
/// comes back.
struct SnappyTarget: FuzzTarget {
    static let name = "snappy"

    private static let byteLimit = 1 << 20

    static func seeds() -> [[UInt8]] {
        [[], Array("wayside".utf8), [UInt8](repeating: 7, count: 5000), (0..<2000).map { UInt8($0 * $0 % 251) }].map {
            compressed($0)
        } + [[0xff, 0xff, 0x3f, 0], [0xff, 0xff, 0xff, 0xff, 0x0f, 0x00]]
    }

    private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        must("compressing") { () throws(RemoteWriteError) in try SnappyBlock.compress(bytes, into: &output) }
        return output
    }

    func run(_ bytes: [UInt8]) {
        var output = [UInt8](repeating: 9, count: bytes.count % 100)
        let isTaken: Void? = attempt { () throws(RemoteWriteError) in
            try SnappyBlock.decompress(bytes, byteLimit: Self.byteLimit, into: &output)
        }
        if isTaken != nil {
            hold(output.count <= Self.byteLimit, "the limit of the declared length")
            hold(output.count <= bytes.count * 64, "no more than a block of this size can hold")
        }
        let content = isTaken == nil ? bytes : output
        var back: [UInt8] = []
        must("what was compressed is decompressed") { () throws(RemoteWriteError) in
            try SnappyBlock.decompress(Self.compressed(content), byteLimit: content.count, into: &back)
        }
        hold(back == content, "what was compressed comes back")
    }
}
