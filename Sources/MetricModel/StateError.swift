/// Why a state record was not restored. Whoever was to take it up is then as before.
package enum StateError: Error, Equatable {
    /// The record is of a version this program does not know.
    case unknownVersion(UInt8)
    /// The record ends or contradicts itself at this offset.
    case damaged(byteOffset: Int)
}
