/// A test of names with the text an operator knows it by.
///
/// The defaults are written out as functions (`NamePattern+Defaults.swift`), so that a gateway with default settings
/// needs no regular expressions; one from the settings arrives as a closure over a compiled expression.
package struct NamePattern: Sendable, CustomStringConvertible {
    /// The regular expression that says the same.
    package let expression: String
    private let test: @Sendable (String) -> Bool

    package init(_ expression: String, test: @escaping @Sendable (String) -> Bool) {
        self.expression = expression
        self.test = test
    }

    package func matches(_ name: String) -> Bool { test(name) }

    package var description: String { expression }
}
