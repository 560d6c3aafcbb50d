/// Where a text of a decoded message is in `MessageStorage.text`; empty where the message does not have it.
public struct TextRange: Sendable, Equatable {
    /// Offset of the first byte.
    public let offset: UInt16
    /// How many bytes of UTF-8.
    public let byteCount: UInt16

    /// No text.
    public static let none = TextRange(offset: 0, byteCount: 0)

    init(offset: UInt16, byteCount: UInt16) {
        self.offset = offset
        self.byteCount = byteCount
    }

    /// Whether there is no text.
    public var isEmpty: Bool { byteCount == 0 }

    /// The offsets of its bytes.
    public var range: Range<Int> {
        let start = Int(truncatingIfNeeded: offset)
        return start..<start + Int(truncatingIfNeeded: byteCount)
    }
}
