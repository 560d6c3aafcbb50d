/// Why a request could not be read at all. What concerns one series only is a `SeriesRefusal`.
package enum RemoteWriteError: Error, Hashable, Sendable {
    /// The body is not a Snappy block (the framed format is not accepted either).
    case notSnappy(compressedByteCount: Int)
    /// The Snappy block declares more bytes than are accepted; nothing was allocated.
    case decompressedTooLarge(declaredByteCount: Int, byteLimit: Int)
    /// A field reaches past the end of its message.
    case truncated(byteOffset: Int)
    /// A variable-length integer has more than ten bytes.
    case integerTooLong(byteOffset: Int)
    /// A tag has field number 0 or above 2²⁹ − 1, or a wire type that proto3 does not use (groups included).
    case badTag(byteOffset: Int)
    /// A known field has another wire type than its definition.
    case wrongWireType(field: Int, byteOffset: Int)
    /// Remote write 2.0: the first symbol is not the empty string.
    case firstSymbolNotEmpty
    /// The request holds more of something than is accepted.
    case limitExceeded(RequestLimit, limit: Int, byteOffset: Int)
    /// Snappy could not compress: more bytes than the format can hold.
    case tooLargeToCompress(byteCount: Int)
}

extension RemoteWriteError: CustomStringConvertible {
    /// One line for the body of a 400 or 413 answer.
    package var description: String {
        switch self {
        case .notSnappy(let count): "the body's \(count) bytes are not a Snappy block"
        case .decompressedTooLarge(let declared, let limit):
            "the body declares \(declared) bytes, at most \(limit) are accepted"
        case .truncated(let offset): "corrupt protobuf: a field at byte \(offset) reaches past its message"
        case .integerTooLong(let offset): "corrupt protobuf: an integer at byte \(offset) is too long"
        case .badTag(let offset): "corrupt protobuf: no valid tag at byte \(offset)"
        case .wrongWireType(let field, let offset):
            "corrupt protobuf: field \(field) has the wrong wire type at byte \(offset)"
        case .firstSymbolNotEmpty: "the first symbol must be the empty string"
        case .limitExceeded(let what, let limit, let offset):
            "more than \(limit) \(what.rawValue) in a request (at byte \(offset))"
        case .tooLargeToCompress(let count): "\(count) bytes are too many for a Snappy block"
        }
    }
}
