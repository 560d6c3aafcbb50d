internal import Glibc

/// What a matcher asks of a value: the cheapest test that decides it, RE2 only where nothing cheaper does.
///
/// An index can use the cases directly: `literal` and `anyOf` are look-ups, `prefix` is a range.
package enum ValueTest: Sendable {
    /// Equal to these bytes.
    case literal([UInt8])
    /// Equal to one of these, in the order written.
    case anyOf([[UInt8]])
    /// Begins with these bytes, with at least `more` bytes after them.
    case prefix([UInt8], more: Int)
    /// Ends with these bytes, with at least `more` bytes before them.
    case suffix([UInt8], more: Int)
    /// Anything of at least `count` bytes: `.*` and `.+`.
    case anything(count: Int)
    case pattern(CompiledPattern)

    /// Finds the cheapest test for a pattern. The pattern is always compiled, so that errors do not depend on it.
    package init(pattern text: String) throws(PatternError) {
        let compiled = try CompiledPattern(text)
        self = ValueTest.simplified(Array(text.utf8)) ?? .pattern(compiled)
    }

    package func accepts(_ bytes: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .literal(let literal): ValueTest.areEqual(bytes, literal)
        case .anyOf(let literals): literals.contains { ValueTest.areEqual(bytes, $0) }
        case .prefix(let prefix, let more):
            bytes.count >= prefix.count + more
                && ValueTest.areEqual(UnsafeRawBufferPointer(rebasing: bytes[..<prefix.count]), prefix)
        case .suffix(let suffix, let more):
            bytes.count >= suffix.count + more
                && ValueTest.areEqual(
                    UnsafeRawBufferPointer(rebasing: bytes[(bytes.count - suffix.count)...]), suffix)
        case .anything(let count): bytes.count >= count
        case .pattern(let pattern): pattern.matches(bytes)
        }
    }

    private static func areEqual(_ bytes: UnsafeRawBufferPointer, _ literal: [UInt8]) -> Bool {
        guard bytes.count == literal.count else { return false }
        guard let start = bytes.baseAddress else { return true }
        return memcmp(start, literal, literal.count) == 0
    }

    /// The test for the few shapes dashboards are full of, or nil. Only patterns without any other metacharacter
    /// qualify, so what is not recognised here is RE2's business.
    private static func simplified(_ pattern: [UInt8]) -> ValueTest? {
        if pattern.allSatisfy(isLiteral) { return .literal(pattern) }
        if let more = repetition(pattern.suffix(2)) {
            let prefix = pattern.dropLast(2)
            if prefix.isEmpty { return .anything(count: more) }
            if prefix.allSatisfy(isLiteral) { return .prefix(Array(prefix), more: more) }
        }
        if let more = repetition(pattern.prefix(2)), pattern.dropFirst(2).allSatisfy(isLiteral) {
            return .suffix(Array(pattern.dropFirst(2)), more: more)
        }
        let alternatives = pattern.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
        if alternatives.count > 1, alternatives.allSatisfy({ $0.allSatisfy(isLiteral) }) {
            return .anyOf(alternatives.map(Array.init))
        }
        return nil
    }

    /// How many bytes `.*` (0) or `.+` (1) asks for at least, or nil for other text.
    private static func repetition(_ text: ArraySlice<UInt8>) -> Int? {
        guard text.count == 2, text.first == UInt8(ascii: ".") else { return nil }
        switch text.last {
        case UInt8(ascii: "*"): return 0
        case UInt8(ascii: "+"): return 1
        default: return nil
        }
    }

    private static func isLiteral(_ byte: UInt8) -> Bool {
        !"\\.+*?()|[]{}^$".utf8.contains(byte)
    }
}
