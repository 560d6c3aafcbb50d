/// A value of the YAML text with its place in it.
struct SettingsNode {
    enum Content {
        /// `text` is `source` after `${NAME}` was replaced; `isNull` for `~`, `null` and nothing at all.
        case scalar(text: String, source: String, isNull: Bool)
        case list([SettingsNode])
        case map([SettingsEntry])
    }

    var content: Content
    var place: SettingsPlace

    var isNull: Bool {
        if case .scalar(_, _, isNull: true) = content { return true }
        return false
    }

    /// The value as an error message names it, in its source form so that nothing of the environment is shown.
    var found: String {
        switch content {
        case .list: "a list"
        case .map: "a map"
        case .scalar(_, _, isNull: true): "nothing"
        case .scalar(_, let source, _):
            source.count > 60 ? "\"\(source.prefix(60))…\"" : "\"\(source)\""
        }
    }
}

/// A key of a map with its value.
struct SettingsEntry {
    var key: String
    var keyPlace: SettingsPlace
    var value: SettingsNode
}

/// A stretch of the text, in lines and characters from 1; the end is past the last character.
struct SettingsPlace: Hashable {
    var line: Int
    var column: Int
    var endLine: Int
    var endColumn: Int

    static let nowhere = SettingsPlace(line: 0, column: 0, endLine: 0, endColumn: 0)
}
