/// Why a settings file cannot be used: every problem found in it, in the order of the text.
package struct SettingsFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// At least one.
    package let problems: [SettingsProblem]
    /// Problems found past the limit and left out of `problems`.
    package let omittedCount: Int

    /// All problems, each with its source line, and a closing count.
    package var description: String {
        let count = problems.count + omittedCount
        let file = problems.first?.file ?? ""
        var text = problems.map(\.description).joined(separator: "\n")
        if omittedCount > 0 { text += "\n… and \(omittedCount) more" }
        return text + "\n\(count) problem\(count == 1 ? "" : "s") in \(file)"
    }
}
