import LabelMatching
import MetricModel
import Testing

@Suite struct LabelMatcherTests {
    static let cases: [(String, MatchOperation, String, Bool)] = [
        ("a", .equal, "a", true), ("a", .equal, "b", false), ("", .equal, "", true),
        ("a", .notEqual, "b", true), ("a", .notEqual, "", true), ("", .notEqual, "", false),
        ("api", .matches, "api", true), ("api", .matches, "xapi", false), ("api", .matches, "apix", false),
        ("api.*", .matches, "api", true), ("api.+", .matches, "api", false), ("api.+", .matches, "apix", true),
        (".*", .matches, "", true), (".+", .matches, "", false), (".+", .matches, "x", true),
        (".*ry", .matches, "canary", true), (".+ry", .matches, "ry", false), (".*ry", .matches, "rya", false),
        ("a|bc|", .matches, "", true), ("a|bc|", .matches, "bc", true), ("a|bc", .matches, "abc", false),
        ("a|bc", .doesNotMatch, "bc", false), ("a|bc", .doesNotMatch, "abc", true),
        ("(?i:PRO).*", .matches, "production", true), ("a.c", .matches, "a\nc", true),
        ("[0-9]{3}", .matches, "1234", false), ("[0-9]{3}", .matches, "123", true),
        ("ü.", .matches, "üß", true), (".", .matches, "ß", true), ("a\\.b", .matches, "axb", false),
        (".*.*", .matches, "anything", true), ("^a$", .matches, "a", true), ("x*", .doesNotMatch, "", false),
    ]

    @Test(arguments: cases)
    func matches(_ value: String, _ operation: MatchOperation, _ text: String, _ expected: Bool) throws {
        let matcher = try LabelMatcher("l", operation, value)
        #expect(matcher.matches(text) == expected)
        let labels = Labels([Label("k", "v"), Label("l", text), Label("z", "w")])
        #expect([matcher].match(labels) == expected)
        if text.isEmpty { #expect(matcher.matchesEmpty == expected) }
    }

    /// The cheap tests must agree with RE2 on everything; wrapping in a group keeps the pattern from being simplified.
    @Test func simplifiedPatternsAgreeWithTheirCompiledForm() throws {
        let texts = ["", "a", "ab", "abc", "b", "ba", "aab", "ü", "a\nb", "|", "a|b"]
        for pattern in ["", "a", "a.*", "a.+", ".*b", ".+b", ".*", ".+", "a|ab", "|a", "ü|b.*"] {
            let simple = try LabelMatcher("l", .matches, pattern)
            let compiled = try LabelMatcher("l", .matches, "(?:\(pattern))")
            for text in texts {
                #expect(simple.matches(text) == compiled.matches(text), "\(pattern) on \(text)")
            }
        }
    }

    static let broken: [(String, String)] = [
        ("(a", "missing closing ): `(a`"), ("a)", "unexpected ): `a)`"), ("[a", "missing closing ]: `[a`"),
        ("*", "missing argument to repetition operator: `*`"), ("a**", "invalid nested repetition operator: `**`"),
        ("\\8", "invalid escape sequence: `\\8`"), ("a{1001}", "invalid repeat count: `{1001}`"),
        ("a\\", "trailing backslash at end of expression: ``"),
    ]

    @Test(arguments: broken)
    func refuses(_ pattern: String, _ message: String) {
        #expect(throws: PatternError.self) { try LabelMatcher("l", .matches, pattern) }
        do {
            _ = try LabelMatcher("l", .matches, pattern)
        } catch {
            #expect(error.description == "error parsing regexp: " + message)
        }
    }

    @Test func boundsMemory() {
        #expect(throws: PatternError.self) { try CompiledPattern(String(repeating: "(\\pL{100}){100}", count: 20)) }
        #expect(throws: PatternError.self) { try CompiledPattern(String(repeating: "a", count: 100_000)) }
    }

    @Test func givesGroups() throws {
        let pattern = try CompiledPattern("(a)(b)?(?P<rest>.*)")
        #expect(pattern.groups(in: "axyz") == ["axyz", "a", nil, "xyz"])
        #expect(pattern.groups(in: "b") == nil)
        #expect(pattern.groupNumber(named: "rest") == 3)
        #expect(pattern.groupNumber(named: "none") == nil)
    }
}
