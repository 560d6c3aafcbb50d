/// Why a remote-read request or answer could not be read.
package enum RemoteReadError: Error, Hashable, Sendable {
    case message(RemoteWriteError)
    /// A matcher names a kind that nobody knows.
    case unknownMatcher(number: UInt64)
    /// A request asks more at once than is answered.
    case tooManyQueries(limit: Int)
    case tooManyMatchers(limit: Int)
    /// A frame declares more bytes than are taken; nothing was allocated.
    case frameTooLarge(declaredByteCount: UInt64, byteLimit: Int, byteOffset: Int)
    /// A frame ends before its declared length.
    case frameCutShort(byteOffset: Int)
    /// A frame is not what its checksum was made of.
    case checksum(byteOffset: Int)
    /// A chunk ends before it has given the samples that it declares.
    case chunkCutShort(byteOffset: Int, sample: Int)
    /// A chunk holds what its encoding does not allow.
    case chunkDamaged(byteOffset: Int, sample: Int)
}

extension RemoteReadError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .message(let error): "\(error)"
        case .unknownMatcher(let number): "a matcher of the unknown kind \(number)"
        case .tooManyQueries(let limit): "more than \(limit) queries in one request"
        case .tooManyMatchers(let limit): "more than \(limit) matchers in one query"
        case .frameTooLarge(let declared, let limit, let offset):
            "the frame at byte \(offset) declares \(declared) bytes, at most \(limit) are taken"
        case .frameCutShort(let offset): "the answer ends within the frame at byte \(offset)"
        case .checksum(let offset): "the frame at byte \(offset) does not have the checksum that it declares"
        case .chunkCutShort(let offset, let sample):
            "the chunk at byte \(offset) ends within its sample \(sample)"
        case .chunkDamaged(let offset, let sample):
            "the chunk at byte \(offset) is damaged at its sample \(sample)"
        }
    }
}
