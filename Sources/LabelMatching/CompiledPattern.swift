internal import CRE2

/// A regular expression of RE2 syntax, anchored at both ends, compiled once.
///
/// The class owns the compiled program and frees it with the last reference.
package final class CompiledPattern: Sendable {
    /// How much memory one pattern's program and caches may take; beyond it compiling fails.
    package static let memoryByteLimit: Int64 = 8 << 20
    /// The longest pattern accepted, in bytes.
    package static let patternByteLimit = 64 << 10

    // RE2 objects are documented as safe for concurrent matching, and the pointer never changes.
    private nonisolated(unsafe) let pattern: OpaquePointer

    package init(_ text: String) throws(PatternError) {
        var text = text
        guard text.utf8.count <= CompiledPattern.patternByteLimit else {
            throw PatternError(reason: "expression too large", fragment: String(text.prefix(64)))
        }
        let compiled = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                cre2_compile($0.baseAddress, $0.count, CompiledPattern.memoryByteLimit)
            }
        }
        guard let compiled else { throw PatternError(reason: "out of memory", fragment: text) }
        let code = cre2_error_code(compiled)
        guard code == 0 else {
            var length = 0
            let start = cre2_error_argument(compiled, &length)
            let bytes = UnsafeRawBufferPointer(start: start, count: length)
            let fragment = String(decoding: bytes, as: UTF8.self)
            cre2_free(compiled)
            throw PatternError(reason: CompiledPattern.reason(code), fragment: fragment)
        }
        pattern = compiled
    }

    deinit { cre2_free(pattern) }

    /// Whether the whole of `text` matches.
    package func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { matches(UnsafeRawBufferPointer($0)) }
    }

    /// Whether the whole of the UTF-8 bytes matches.
    package func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        cre2_matches_fully(pattern, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count) != 0
    }

    /// The texts of all groups, the whole match first and nil for a group without part in it, or nil where `text`
    /// does not match as a whole.
    package func groups(in text: String) -> [String?]? {
        let count = Int(cre2_group_count(pattern)) + 1
        var offsets = [Int](repeating: -1, count: count * 2)
        let bytes = Array(text.utf8)
        let isMatch = bytes.withUnsafeBytes {
            cre2_match_groups(
                pattern, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, &offsets, Int32(count)) != 0
        }
        guard isMatch else { return nil }
        return (0..<count).map { index in
            let start = offsets[2 * index]
            return start < 0 ? nil : String(decoding: bytes[start..<offsets[2 * index + 1]], as: UTF8.self)
        }
    }

    /// The number of the group called `name`, or nil where there is none.
    package func groupNumber(named name: String) -> Int? {
        var name = name
        let number = name.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cre2_group_number(pattern, $0.baseAddress, $0.count) }
        }
        return number < 0 ? nil : Int(number)
    }

    /// RE2's error codes in Go's words; both come from the same list.
    private static func reason(_ code: Int32) -> String {
        switch code {
        case 2: "invalid escape sequence"
        case 3: "invalid character class"
        case 4: "invalid character class range"
        case 5: "missing closing ]"
        case 6: "missing closing )"
        case 7: "unexpected )"
        case 8: "trailing backslash at end of expression"
        case 9: "missing argument to repetition operator"
        case 10: "invalid repeat count"
        case 11: "invalid nested repetition operator"
        case 12: "invalid or unsupported Perl syntax"
        case 13: "invalid UTF-8"
        case 14: "invalid named capture"
        case 15: "expression too large"
        default: "internal error"
        }
    }
}
