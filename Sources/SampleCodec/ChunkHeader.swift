/// What a chunk says of itself, readable without decoding its samples. Layout in DESIGN.md.
package struct ChunkHeader: Sendable, Hashable {
    static let version: UInt8 = 1
    /// A header is at most this long.
    static let byteLimit = 1 + 1 + 5 + 10 + 10

    /// What the values are; see `SampleCodec.encode`.
    package let kind: ChunkKind
    package let sampleCount: Int
    package let firstUnixMilliseconds: Int64
    package let lastUnixMilliseconds: Int64
    let encoding: ChunkEncoding
    /// Where the contents begin.
    let byteCount: Int

    /// Reads the header at the start of `bytes`; a chunk of more than `sampleLimit` samples is refused.
    package init(_ bytes: UnsafeRawBufferPointer, sampleLimit: Int = .max) throws(ChunkError) {
        guard bytes.count >= 2 else { throw .truncated }
        guard bytes[0] >> 4 == ChunkHeader.version else { throw .unknownVersion(bytes[0] >> 4) }
        guard let kind = ChunkKind(rawValue: bytes[0] & 15) else { throw .unknownKind(bytes[0] & 15) }
        guard let encoding = ChunkEncoding(rawValue: bytes[1]) else { throw .unknownEncoding(bytes[1]) }
        var reader = VariableLengthReader(bytes, at: 2)
        let count = try reader.next()
        let first = try reader.next()
        let duration = try reader.next()
        guard count <= UInt64(sampleLimit), count <= UInt64(UInt32.max) else {
            throw .tooManySamples(count: count, limit: sampleLimit)
        }
        guard count > 0, count > 1 || duration == 0 else { throw .damaged }
        self.kind = kind
        self.encoding = encoding
        sampleCount = Int(count)
        firstUnixMilliseconds = VariableLength.signed(first)
        lastUnixMilliseconds = firstUnixMilliseconds &+ Int64(bitPattern: duration)
        guard lastUnixMilliseconds >= firstUnixMilliseconds else { throw .damaged }
        byteCount = reader.offset
    }
}
