/// Why a state record was not restored. The intake is then as it was before.
package enum StateError: Error, Equatable {
    /// The record is of a version this program does not know.
    case unknownVersion(UInt8)
    /// The record ends or contradicts itself at this offset.
    case damaged(byteOffset: Int)
}
