/// Names as PromQL writes them: bare where the grammar allows, else in quotes.
package enum LabelNameText {
    package static func of(_ name: String) -> String { isBare(name) ? name : Token.quoted(name) }

    static func isBare(_ name: String) -> Bool {
        guard let first = name.utf8.first, Lexer.isAlpha(first) else { return false }
        return name.utf8.allSatisfy(Lexer.isAlphaNumeric)
    }

    package static func isMetricName(_ name: String) -> Bool {
        guard let first = name.utf8.first, Lexer.isAlpha(first) || first == UInt8(ascii: ":") else { return false }
        return name.utf8.allSatisfy { Lexer.isAlphaNumeric($0) || $0 == UInt8(ascii: ":") }
    }
}
