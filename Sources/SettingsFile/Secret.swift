/// A password or token that never shows itself in logs, errors or dumps.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The secret itself; call this only where it goes onto the wire.
    package let revealed: String

    package init(_ text: String) { revealed = text }

    /// What a file with a secret holds: all but the white space at its end. Nil where that is nothing.
    package init?(file bytes: [UInt8]) {
        let count = bytes.lastIndex { $0 != 32 && !(9...13).contains($0) }.map { $0 + 1 } ?? 0
        if count == 0 { return nil }
        revealed = String(decoding: bytes[..<count], as: UTF8.self)
    }

    package var description: String { "(secret)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
