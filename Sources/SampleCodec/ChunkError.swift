/// Why bytes are not a chunk.
package enum ChunkError: Error, Hashable, Sendable {
    case truncated
    case unknownVersion(UInt8)
    case unknownKind(UInt8)
    case unknownEncoding(UInt8)
    /// More samples than the caller takes.
    case tooManySamples(count: UInt64, limit: Int)
    /// The contents contradict the header: times that do not ascend or do not end where the header says.
    case damaged
}
