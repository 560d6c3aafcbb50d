/// A password or token that never shows itself in logs, errors or dumps.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The secret itself; call this only where it goes onto the wire.
    package let revealed: String

    package init(_ text: String) { revealed = text }

    package var description: String { "(secret)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
