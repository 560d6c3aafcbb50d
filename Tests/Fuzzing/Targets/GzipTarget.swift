import HTTPExchange

/// gzip: what is decompressed keeps the limit, and what is compressed comes back.
struct GzipTarget: FuzzTarget {
    static let name = "gzip"

    private static let byteLimit = 300_000

    static func seeds() -> [[UInt8]] {
        let text = Gzip.compress(Array("wayside wayside wayside".utf8))
        return [text, Gzip.compress([]), Gzip.compress([UInt8](repeating: 0, count: 400_000)), text + text]
    }

    func run(_ bytes: [UInt8]) {
        let content = attempt { () throws(Gzip.Failure) in try Gzip.decompress(bytes, byteLimit: Self.byteLimit) }
        if let content { hold(content.count <= Self.byteLimit, "the limit") }
        let original = content ?? bytes
        let back = must("what was compressed is decompressed") { () throws(Gzip.Failure) in
            try Gzip.decompress(Gzip.compress(original), byteLimit: original.count)
        }
        hold(back == original, "what was compressed comes back")
    }
}
