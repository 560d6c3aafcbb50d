/// Why a text is not an exposition, and where.
package struct ExpositionError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        case expected(String)
        case tooLong(limit: Int)
        case tooManySamples(limit: Int)
        case tooManyLabels(limit: Int)
        case tooManyFamilies(limit: Int)
        case duplicateLabel(String)
        case notUTF8
        case missingEnd
        case textAfterEnd
    }

    package let reason: Reason
    /// From 1.
    package let line: Int
    /// From 1, in bytes.
    package let column: Int

    package init(_ reason: Reason, line: Int, column: Int) {
        self.reason = reason
        self.line = line
        self.column = column
    }

    package var description: String { "line \(line), column \(column): \(text)" }

    private var text: String {
        switch reason {
        case .expected(let what): "expected \(what)"
        case .tooLong(let limit): "longer than \(limit) bytes"
        case .tooManySamples(let limit): "more than \(limit) samples"
        case .tooManyLabels(let limit): "more than \(limit) labels"
        case .tooManyFamilies(let limit): "more than \(limit) families"
        case .duplicateLabel(let name): "label \(name) twice"
        case .notUTF8: "not UTF-8"
        case .missingEnd: "no # EOF at the end"
        case .textAfterEnd: "text after # EOF"
        }
    }
}
