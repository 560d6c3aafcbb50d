/// What a chunk says of itself, readable without decoding its samples. Layout in DESIGN.md.
package struct ChunkHeader: Sendable, Hashable {
    static let version: UInt8 = 2

    /// What the values are; see `SampleCodec.encode`.
    package let kind: ChunkKind
    package let times: TimeColumn
    package var sampleCount: Int { times.sampleCount }
    package var firstUnixMilliseconds: Int64 { times.firstUnixMilliseconds }
    package var lastUnixMilliseconds: Int64 { times.lastUnixMilliseconds }

    /// Reads the header at the start of `bytes`; a chunk of more than `sampleLimit` samples is refused.
    package init(_ bytes: UnsafeRawBufferPointer, sampleLimit: Int = .max) throws(ChunkError) {
        guard let first = bytes.first else { throw .truncated }
        guard first >> 4 == ChunkHeader.version else { throw .unknownVersion(first >> 4) }
        guard let kind = ChunkKind(rawValue: first & 15) else { throw .unknownKind(first & 15) }
        self.kind = kind
        times = try TimeColumn(bytes, at: 1, sampleLimit: sampleLimit)
    }
}
