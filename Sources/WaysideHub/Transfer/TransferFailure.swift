/// Why an import or export did not do all that was asked, in words for who asked.
package struct TransferFailure: Error, CustomStringConvertible {
    package let description: String
    /// Whether the person who asked can mend it by asking otherwise.
    package let isUsage: Bool

    init(_ description: String, isUsage: Bool = false) {
        self.description = description
        self.isUsage = isUsage
    }
}
