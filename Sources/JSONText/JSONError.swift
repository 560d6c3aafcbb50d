/// Why a text is not JSON, and where.
package struct JSONError: Error, Equatable {
    package enum Reason: UInt8 {
        /// The text ended inside a value.
        case unexpectedEnd
        /// A byte that cannot stand here.
        case unexpectedByte
        /// Something follows the one value a text has.
        case trailingBytes
        /// A number that breaks the grammar: a leading zero, no digit after the point.
        case invalidNumber
        /// A control character in a string.
        case controlCharacter
        /// A backslash before something that is no escape, or half a surrogate pair.
        case invalidEscape
        /// Bytes that are not UTF-8.
        case invalidUTF8
        /// More arrays and objects inside each other than the limit allows.
        case tooDeep
        /// A text longer than the limit allows.
        case tooLong
    }

    package let reason: Reason
    /// Offset of the byte that could not be taken.
    package let byteOffset: Int

    package init(_ reason: Reason, at byteOffset: Int) {
        self.reason = reason
        self.byteOffset = byteOffset
    }
}
