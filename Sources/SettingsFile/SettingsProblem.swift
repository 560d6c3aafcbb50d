/// One thing that is wrong with a settings file: where, which key, what was expected and what was found.
package struct SettingsProblem: Hashable, Sendable, CustomStringConvertible {
    /// What sort of problem it is, for tests and for counting; the words are in `message`.
    package enum Kind: Hashable, Sendable {
        /// The file cannot be read, or is too large.
        case file
        /// The file is not YAML.
        case syntax
        /// YAML that settings do not use: aliases, tags, several documents, keys that are not text.
        case unsupported
        case unknownKey
        case duplicateKey
        /// A required key is absent.
        case missing
        /// The value has the wrong shape, or lies outside the range.
        case value
        /// A `${NAME}` that cannot be replaced.
        case environment
    }

    package let kind: Kind
    /// The file's name as it was given.
    package let file: String
    /// From 1; 0 where the problem has no place in the text.
    package let line: Int
    /// In characters, from 1; 0 where the problem has no place in the text.
    package let column: Int
    /// The key from the top: `remote_write[0].batch_for`. Empty at the top and for syntax errors.
    package let keyPath: String
    /// What is wrong, as a phrase that goes after "key: ".
    package let message: String
    /// The valid key that the unknown one most resembles, in the same section.
    package internal(set) var closestKey: String?
    /// The source line, with secrets masked; nil where there is none.
    package internal(set) var sourceLine: String?

    /// `file:line:column: key: message`, in one line.
    package var summary: String {
        let place = line > 0 ? "\(file):\(line):\(column): " : "\(file): "
        return place + (keyPath.isEmpty ? "" : keyPath + ": ") + message
    }

    /// The summary, and below it the source line with a caret under the place.
    package var description: String {
        guard let sourceLine, line > 0 else { return summary }
        let number = String(line)
        let margin = String(repeating: " ", count: max(4, number.count))
        let numberMargin = String(margin.dropLast(number.count)) + number
        let caret = String(repeating: " ", count: max(0, column - 1)) + "^"
        return "\(summary)\n\(numberMargin) | \(sourceLine)\n\(margin) | \(caret)"
    }
}
