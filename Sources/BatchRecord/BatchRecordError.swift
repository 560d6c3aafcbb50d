/// Why a record's bytes could not be decoded; `offset` is where in them.
package enum BatchRecordError: Error, Hashable, Sendable {
    /// A version of the payload that this program does not know.
    case unknownVersion(UInt8)
    /// A kind of value that this program does not know.
    case unknownValueKind(UInt8)
    /// The bytes end too early or contradict themselves.
    case damaged(offset: Int)
    /// More of something than the decoder was told to take.
    case limit(what: String, count: Int, limit: Int)
}
