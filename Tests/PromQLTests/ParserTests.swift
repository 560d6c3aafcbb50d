import PromQL
import QueryFixtures
import TestValues
import Testing

@Suite struct ParserTests {
    /// Text and what the printed tree is; nil where it prints as written.
    static let printed: [(String, String?)] = [
        ("1", nil), ("+1", "1"), ("-1", nil), ("0x1f", "31"), ("017", "15"), ("1e3", "1000"), (".5", "0.5"),
        ("5.", "5"), ("1_000", "1000"), ("inf", "+Inf"), ("-Inf", nil), ("NaN", nil), ("5m", nil), ("1h30m", nil),
        ("90s", "1m30s"), ("-5m", nil), ("\"a\\n'b'\"", nil), ("`raw\\`", "\"raw\\\\\""),
        ("foo", nil), ("foo:bar:baz", nil), ("foo{}", "foo"), ("foo{a=\"b\",c!=\"d\",e=~\"f\",g!~\"h\"}", nil),
        ("foo { a = 'b' , }", "foo{a=\"b\"}"), ("{__name__=\"foo\"}", nil),
        ("{\"foo.bar\",a=\"b\"}", "{__name__=\"foo.bar\",a=\"b\"}"),
        ("{\"a.b\"=\"c\",x=\"y\"}", nil), ("sum", nil), ("by", nil), ("offset{a=\"b\"}", nil), ("offset", nil),
        ("foo[5m]", nil), ("foo[90]", "foo[1m30s]"), ("foo[5m] offset 1h", nil), ("foo offset -1h", nil),
        ("foo @ 100", "foo @ 100.000"), ("foo offset 1m @ start()", "foo @ start() offset 1m"),
        ("foo @ -1.5", "foo @ -1.500"),
        ("foo[5m:1m]", nil), ("foo[5m:]", nil), ("rate(foo[1m])[5m:30s] @ end() offset 1m", nil),
        ("1 + 2 * 3", nil), ("(1 + 2) * 3", nil), ("a ^ b ^ c", nil), ("-a ^ 2", nil), ("- - a", "--a"),
        ("a and b or c unless d", nil), ("a > bool 1", nil), ("a == bool on(x) b", "a == bool on (x) b"),
        ("a * ignoring(x,y) group_left(z) b", "a * ignoring (x, y) group_left (z) b"),
        ("a / on() group_right b", "a / on () group_right () b"), ("a and on(x) b", "a and on (x) b"),
        ("a + on(by, sum) b", "a + on (by, sum) b"), ("a atan2 b", nil), ("sum(a)", nil),
        ("sum by(x)(a)", "sum by (x) (a)"), ("SUM(a) BY (x, \"y.z\",)", "sum by (x, \"y.z\") (a)"),
        ("sum without() (a)", "sum without () (a)"),
        ("topk(5, a) by (x)", "topk by (x) (5, a)"), ("count_values('v', a)", "count_values(\"v\", a)"),
        ("histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))", nil), ("time()", nil),
        ("round(a,5)", "round(a, 5)"),
        ("foo # comment\n + bar", "foo + bar"), ("Inf ^ 2", nil), ("inf + 2", "+Inf + 2"),
        ("foo{z=\"1\",a=\"2\"}", "foo{a=\"2\",z=\"1\"}"),
        // Durations that the query works out.
        ("foo[1h / 2]", nil), ("foo[1h/2+3m*2]", "foo[1h / 2 + 3m * 2]"), ("foo[(1h)]", nil),
        ("foo[((1h))]", "foo[(1h)]"),
        ("foo[step()]", nil), ("foo[STEP() * 2 : range() / 10]", "foo[step() * 2:range() / 10]"),
        ("foo[max_of(step(), 1m)]", nil), ("foo[min_of(-(5m), 2^3)]", "foo[min_of(-(5m), 2 ^ 3)]"),
        ("foo[-(-5m)]", "foo[-(-5m)]"), ("foo[+5m]", "foo[5m]"), ("foo[5 % 3]", nil), ("foo[--5m]", "foo[5m]"),
        ("foo offset 5m * 2", nil), ("foo offset (5m * 2)", nil), ("foo offset (5m) * 2", nil),
        ("foo offset -step()", nil), ("foo offset +range()", "foo offset range()"), ("foo offset -(5m + 1)", nil),
        ("foo offset step() * 2", nil), ("foo offset --5m * 2", "foo offset (5m * 2)"),
        ("foo offset ---5m * 2", "foo offset (-5m * 2)"),
        ("foo[5m] offset max_of(1m, step()) @ 3", "foo[5m] @ 3.000 offset max_of(1m, step())"),
        ("step + range", nil), ("min_of{a=\"b\"} - fill - fill_left / fill_right", nil), ("anchored * smoothed", nil),
        ("fill", nil), ("a </ 5", nil), ("a >/ b", nil), ("sum by (fill, step, bool) (a)", nil),
    ]

    /// The same for what is experimental.
    static let printedExperimental: [(String, String?)] = [
        ("a + fill(5) b", "a + fill (5) b"), ("a + fill_left(-1) b", "a + fill_left (-1) b"),
        (
            "a / on(x) group_left fill_right(1e30) fill_left(2m) b",
            "a / on (x) group_left () fill_left (120) fill_right (1e+30) b"
        ),
        ("a + fill_left(3) fill_right(3) b", "a + fill (3) b"),
        ("a > bool fill (NaN) b", "a > bool fill_left (NaN) fill_right (NaN) b"),
        ("a[5m] anchored", nil), ("a[5m] smoothed offset 1m @ 5", "a[5m] smoothed @ 5.000 offset 1m"),
        ("a smoothed", nil), ("a @ end() smoothed offset 1m", nil), ("rate(a[5m] anchored)", nil),
        ("a anchored[5m]", "a[5m] anchored"), ("info(a)", nil), ("info(a, {x=\"\"})", nil),
        ("info(a, {__name__=~\"b_.*\",y=\"z\"})", nil), ("limit_ratio(-0.5, a)", nil),
        ("mad_over_time(a[1m]) > max_of(1, start())", nil), ("sort_by_label(a, \"x\", \"y\")", nil),
    ]

    @Test(arguments: printedExperimental)
    func printsExperimental(_ text: String, _ expected: String?) throws {
        let options = QueryParser.Options(allowsExperimental: true)
        let tree = try QueryParser.parse(text, options)
        #expect(tree.description == expected ?? text)
        #expect(try QueryParser.parse(tree.description, options).description == tree.description)
        #expect(throws: ParseError.self) { try QueryParser.parse(text) }
    }

    /// Long texts and how they are laid out.
    static let prettyTexts: [(String, String)] = [
        ("sum(rate(foo[5m]))", "sum(rate(foo[5m]))"),
        (
            "topk by (job) (5, sum by (job, instance) (rate(first_long_metric_name_total{code=~\"5..\"}[5m] offset 1h)))",
            """
            topk by (job) (
              5,
              sum by (job, instance) (rate(first_long_metric_name_total{code=~"5.."}[5m] offset 1h))
            )
            """
        ),
        (
            "(first_long_metric_name_total{label=\"value\"} + second_even_longer_metric_name_of_all_total{label=\"value\"}) > bool on (label) third",
            """
              (
                  first_long_metric_name_total{label="value"}
                +
                  second_even_longer_metric_name_of_all_total{label="value"}
              )
            > bool on (label)
              third
            """
        ),
        (
            "-label_replace(first_long_metric_name_total, \"destination\", \"replacement\", \"source\", \"a longer pattern .*\")",
            """
            -label_replace(
              first_long_metric_name_total,
              "destination",
              "replacement",
              "source",
              "a longer pattern .*"
            )
            """
        ),
        (
            "sum_over_time(first_long_metric_name_total_of_a_subquery{label=\"value\",other_label=\"other value\"}[1h:5m] offset 5m)",
            """
            sum_over_time(
            first_long_metric_name_total_of_a_subquery{label="value",other_label="other value"}[1h:5m] offset 5m
            )
            """
        ),
    ]

    @Test(arguments: prettyTexts)
    func laysOut(_ text: String, _ expected: String) throws {
        let tree = try QueryParser.parse(text)
        #expect(tree.pretty == expected)
        #expect(try QueryParser.parse(tree.pretty).description == tree.description)
    }

    @Test(arguments: printed)
    func prints(_ text: String, _ expected: String?) throws {
        let tree = try QueryParser.parse(text)
        #expect(tree.description == expected ?? text)
        // What is printed is a fixed point.
        #expect(try QueryParser.parse(tree.description).description == tree.description)
    }

    /// Two spellings of one tree: the second has the parentheses that precedence implies.
    static let grouped: [(String, String)] = [
        ("1+2*3", "1+(2*3)"), ("2^3^2", "2^(3^2)"), ("8-4-2", "(8-4)-2"), ("-2^2", "-(2^2)"), ("2*-3+1", "(2*(-3))+1"),
        ("1 < bool 2 + 1", "1 < bool (2+1)"), ("7%4*2", "(7%4)*2"), ("2^-1*4", "(2^(-1))*4"),
        ("1 == bool 1 == bool 1", "(1 == bool 1) == bool 1"), ("3 atan2 2 * 2", "(3 atan2 2) * 2"),
    ]

    @Test(arguments: grouped)
    func binds(_ plain: String, _ parenthesised: String) throws {
        #expect(try value(plain) == value(parenthesised))
    }

    private func value(_ text: String) throws -> Double {
        guard case .scalar(_, let value) = try QueryEngine().instant(text, at: 0, source: MemorySource()).value else {
            Issue.record("\(text) is no scalar")
            return .nan
        }
        return value
    }

    static let refused: [(String, String)] = [
        ("", "unknown position: parse error: no expression found in input"),
        ("# just a comment", "1:1: parse error: no expression found in input"),
        ("1+", "1:3: parse error: unexpected end of input"),
        (".", "1:1: parse error: unexpected character: '.'"),
        (
            "1e1000",
            "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"1e1000\": value out of range"
        ),
        ("2.5.", "1:1: parse error: bad number or duration syntax: \"2.5.\""),
        ("100..4", "1:1: parse error: bad number or duration syntax: \"100..4\""),
        ("0deadbeef", "1:1: parse error: bad number or duration syntax: \"0deadbeef\""),
        ("1 /", "1:4: parse error: unexpected end of input"),
        ("*1", "1:1: parse error: unexpected <op:*>"),
        ("(1))", "1:4: parse error: unexpected right parenthesis ')'"),
        ("((1)", "1:5: parse error: unclosed left parenthesis"),
        ("(", "1:2: parse error: unclosed left parenthesis"),
        ("1 and 1", "1:1: parse error: set operator \"and\" not allowed in binary scalar expression"),
        ("1 == 1", "1:3: parse error: comparisons between scalars must use BOOL modifier"),
        ("a + bool b", "1:3: parse error: bool modifier can only be used on comparison operators"),
        (
            "-\"string\"",
            "1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got \"string\""
        ),
        (
            "-test[5m]",
            "1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got \"range vector\""
        ),
        ("1 !~ 1", "1:3: parse error: unexpected character after '!': '~'"),
        ("1 =~ 1", "1:3: parse error: unexpected character after '=': '~'"),
        ("*test", "1:1: parse error: unexpected <op:*>"),
        (
            "1 offset 1d",
            "1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery"
        ),
        ("foo offset 1s offset 2s", "1:1: parse error: offset may not be set multiple times"),
        ("a - on(b) ignoring(c) d", "1:11: parse error: unexpected <ignoring>"),
        ("foo and 1", "1:1: parse error: set operator \"and\" not allowed in binary scalar expression"),
        ("1 or on(bar) foo", "1:1: parse error: vector matching only allowed between instant vectors"),
        ("foo and on(bar) group_left(baz) bar", "1:1: parse error: no grouping allowed for \"and\" operation"),
        (
            "http_requests{group=\"production\"} / on(instance) group_left cpu_count + on(x) group_left(x) z",
            "1:71: parse error: label \"x\" must not occur in ON and GROUP clause at once"
        ),
        ("foo{a=b}", "1:7: parse error: unexpected identifier \"b\" in label matching, expected string"),
        ("foo{a}", "1:6: parse error: unexpected \"}\" in label matching, expected label matching operator"),
        (
            "foo{a=\"b\" c=\"d\"}",
            "1:11: parse error: unexpected identifier \"c\" in label matching, expected \",\" or \"}\""
        ),
        ("foo{1}", "1:5: parse error: unexpected character inside braces: '1'"),
        ("foo{a=\"b\"", "1:10: parse error: unexpected end of input inside braces"),
        ("foo{a=~\"(\"}", "1:5: parse error: error parsing regexp: missing closing ): `(`"),
        ("{}", "1:1: parse error: vector selector must contain at least one non-empty matcher"),
        ("{x=\"\"}", "1:1: parse error: vector selector must contain at least one non-empty matcher"),
        ("{x=~\".*\"}", "1:1: parse error: vector selector must contain at least one non-empty matcher"),
        ("foo{__name__=\"bar\"}", "1:1: parse error: metric name must not be set twice: \"foo\" or \"bar\""),
        ("foo[5mm]", "1:5: parse error: bad number or duration syntax: \"5mm\""),
        ("foo[0m]", "1:5: parse error: duration must be greater than 0"),
        ("foo[\"5m\"]", "1:5: parse error: unexpected character in duration expression: '\"'"),
        (
            "foo[]",
            "1:5: parse error: unexpected \"]\" in subquery or range selector, expected number, duration, step(), or range()"
        ),
        ("foo[5m", "1:7: parse error: unclosed left bracket"),
        ("foo[5m] [5m]", "1:9: parse error: ranges only allowed for vector selectors"),
        ("foo offset 5m [5m]", "1:15: parse error: no offset modifiers allowed before range"),
        ("foo @ 1 [5m]", "1:9: parse error: no @ modifiers allowed before range"),
        ("foo @ bar", "1:7: parse error: unexpected identifier \"bar\" in @, expected timestamp"),
        ("(foo + bar)[5m]", "1:12: parse error: ranges only allowed for vector selectors"),
        ("sum()", "1:1: parse error: no arguments for aggregate expression provided"),
        (
            "sum(a, b)",
            "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 1, got 2"
        ),
        ("topk(a)", "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1"),
        ("topk(a, b)", "1:6: parse error: expected type scalar in aggregation parameter, got instant vector"),
        ("count_values(5, b)", "1:14: parse error: expected type string in aggregation parameter, got scalar"),
        ("sum(1)", "1:5: parse error: expected type instant vector in aggregation expression, got scalar"),
        ("sum by (5) (a)", "1:9: parse error: unexpected number \"5\" in grouping opts, expected label"),
        ("sum by x (a)", "1:8: parse error: unexpected identifier \"x\" in grouping opts, expected \"(\""),
        (
            "limitk(2, a)",
            "1:1: parse error: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions"
        ),
        ("floor()", "1:1: parse error: expected 1 argument(s) in call to \"floor\", got 0"),
        ("hour(a, b, c)", "1:1: parse error: expected at most 1 argument(s) in call to \"hour\", got 3"),
        ("label_join(a)", "1:1: parse error: expected at least 3 argument(s) in call to \"label_join\", got 1"),
        ("floor(1)", "1:7: parse error: expected type instant vector in call to function \"floor\", got scalar"),
        ("rate(foo)", "1:6: parse error: expected type range vector in call to function \"rate\", got instant vector"),
        (
            "non_existent_function_far_bar()",
            "1:1: parse error: unknown function with name \"non_existent_function_far_bar\""
        ),
        ("mad_over_time(a[5m])", "1:1: parse error: function \"mad_over_time\" is not enabled"),
        ("foo(a,)", "1:6: parse error: trailing commas not allowed in function call args"),
        ("foo \"bar\"", "1:5: parse error: unexpected string \"\\\"bar\\\"\""),
        ("\"abc", "1:1: parse error: unterminated quoted string"),
        ("`abc", "1:1: parse error: unterminated raw string"),
        ("\"\\q\"", "1:1: parse error: unknown escape sequence U+0071 'q'"),
        ("\"\\é\"", "1:1: parse error: unknown escape sequence U+00E9 'é'"),
        ("\"\\x4\"", "1:1: parse error: illegal character U+0022 '\"' in escape sequence"),
        ("\"\\x-0\"", "1:1: parse error: illegal character U+002D '-' in escape sequence"),
        ("\"\\u12\n\"", "1:1: parse error: illegal character U+000A in escape sequence"),
        ("\"\\08\"", "1:1: parse error: illegal character U+0038 '8' in escape sequence"),
        ("\"\\U0001F60", "1:1: parse error: escape sequence not terminated"),
        ("\"\\400\"", "1:1: parse error: escape sequence is an invalid Unicode code point"),
        ("\"\\ud800\"", "1:1: parse error: escape sequence is an invalid Unicode code point"),
        ("1 + a @ NaN", "1:5: parse error: timestamp out of bounds for @ modifier: NaN"),
        ("a @ Inf", "1:1: parse error: timestamp out of bounds for @ modifier: +Inf"),
        ("a[5m] @ -1e19", "1:1: parse error: timestamp out of bounds for @ modifier: -10000000000000000000.000000"),
        ("a +\n\n  b[", "3:5: parse error: unexpected end of input in duration expression"),
        ("a ü", "1:3: parse error: unexpected character: 'ü'"),
        ("rate(a[1m])[5m]", "1:12: parse error: ranges only allowed for vector selectors"),
        ("1[5m:1m]", "1:1: parse error: subquery is only allowed on instant vector, got scalar instead"),
        ("a[5m:1m:2m]", "1:8: parse error: unexpected colon ':'"),
        ("a[:5m]", "1:4: parse error: unexpected colon before duration in duration expression"),
        ("a[x]", "1:3: parse error: unexpected character in duration expression: 'x'"),
        ("a[5m x]", "1:6: parse error: unexpected character: 'x', expected ':'"),
        (
            "a[5m+]",
            "1:6: parse error: unexpected \"]\" in subquery or range selector, expected number, duration, step(), or range()"
        ),
        (
            "a[step]",
            "1:7: parse error: unexpected \"]\" in subquery or range selector, expected number, duration, step(), or range()"
        ),
        ("a[5m 5m]", "1:6: parse error: unexpected duration \"5m\" in subquery or range, expected \":\" or \"]\""),
        (
            "a[5m:5m+]",
            "1:9: parse error: unexpected \"]\" in subquery selector, expected number, duration, step(), range(), or \"]\""
        ),
        ("a[5m:5m 5m]", "1:9: parse error: unexpected duration \"5m\" in subquery selector, expected \"]\""),
        ("a[-5m]", "1:3: parse error: duration must be greater than 0"),
        ("a[5m / 0]", "1:6: parse error: division by zero"),
        ("a[5m % 0s]", "1:6: parse error: modulo by zero"),
        ("a[1e11]", "1:3: parse error: duration out of range"),
        ("a offset 1e11", "1:10: parse error: duration out of range"),
        (
            "a offset -foo",
            "1:11: parse error: unexpected identifier \"foo\" in offset, expected number, duration, step(), or range()"
        ),
        ("a offset step() offset 5m", "1:1: parse error: offset may not be set multiple times"),
        ("a offset step()[5m]", "1:16: parse error: no offset modifiers allowed before range"),
        ("a + fill(1) b", "1:1: parse error: binop fill modifiers are experimental and not enabled"),
        ("a[5m] anchored", "1:1: parse error: anchored modifier is experimental and not enabled"),
        ("info(a)", "1:1: parse error: function \"info\" is not enabled"),
        ("step()", "1:1: parse error: function \"step\" is not enabled"),
        ("START()", "1:1: parse error: unknown function with name \"START\""),
        ("a @ start", "1:10: parse error: unexpected end of input in @, expected timestamp"),
        ("a start", "1:3: parse error: unexpected \"start\""),
        ("a anchored b", "1:1: parse error: anchored modifier is experimental and not enabled"),
        ("sum by (without) (a)", "1:9: parse error: unexpected <without> in grouping opts, expected label"),
        ("a =+ b", "1:3: parse error: unexpected <op:=>"),
    ]

    /// What is refused even where experiments are allowed.
    static let refusedExperimental: [(String, String)] = [
        ("a and fill(1) b", "1:1: parse error: filling in missing series not allowed for set operators"),
        ("a + fill(1) 5", "1:1: parse error: filling in missing series only allowed between instant vectors"),
        ("a + fill(x) b", "1:10: parse error: unexpected identifier \"x\""),
        ("a[5m:] anchored", "1:1: parse error: anchored modifier is not supported for subqueries"),
        ("rate(a[5m]) smoothed", "1:1: parse error: smoothed modifier not implemented"),
        ("a anchored smoothed", "1:1: parse error: anchored and smoothed modifiers cannot be used together"),
        ("info(a, b)", "1:9: parse error: expected label selectors only, got vector selector instead"),
        ("info(a, rate(b[5m]))", "1:9: parse error: expected label selectors only"),
        (
            "info(a, 1)",
            "1:1: parse error: expected type instant vector in call to function \"info\", got scalar"
        ),
        (
            "limitk(a)",
            "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1"
        ),
    ]

    @Test(arguments: refusedExperimental)
    func refusesExperimental(_ text: String, _ message: String) {
        do {
            let tree = try QueryParser.parse(text, QueryParser.Options(allowsExperimental: true))
            Issue.record("\(text) parsed to \(tree)")
        } catch {
            #expect(error.description == message)
        }
    }

    @Test(arguments: refused)
    func refuses(_ text: String, _ message: String) {
        do {
            let tree = try QueryParser.parse(text)
            Issue.record("\(text) parsed to \(tree)")
        } catch {
            #expect(error.description == message)
        }
    }

    /// Nesting of every kind and long chains end in an error, not in a full stack.
    @Test func boundsDepthAndLength() {
        let count = 100_000
        let deep = [
            String(repeating: "(", count: count), String(repeating: "-", count: count) + "a",
            "a" + String(repeating: "+a", count: count), "a" + String(repeating: "^a", count: count),
            String(repeating: "abs(", count: count), "a" + String(repeating: "[1m:]", count: count),
            String(repeating: "sum(", count: 5000) + "a" + String(repeating: ")", count: 5000),
        ]
        for text in deep {
            #expect(throws: ParseError.self, "\(text.prefix(20))") { try QueryParser.parse(text) }
        }
        #expect(throws: ParseError.self) { try QueryParser.parse(String(repeating: " ", count: 300_000) + "1") }
    }

    /// Random texts of the language's own pieces never crash parser or engine, and what parses prints to what parses.
    @Test(arguments: [UInt64(1), 2, 3])
    func survivesRandomTexts(seed: UInt64) throws {
        let pieces = [
            "a", "many", "sum", "by", "(", ")", "(", ")", "{", "}", "[", "]", "5m", "1", "+", "-", "^", "==", "bool",
            "on", "@",
            "offset", ",", ":", "\"x\"", "=", "=~", "!=", "rate", "topk", "group_left", "and", "or", " ", "\n", "#",
            "start",
            "0x", "1e", "'", "ü", "\\", "inf",
        ]
        var random = SeededRandom(seed: seed)
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            .joined(separator: Bool.random(using: &random) ? " " : "")
            guard let tree = try? QueryParser.parse(text) else { continue }
            _ = try? QueryEngine().instant(text, at: 50_000, source: LimitTests.source)
            _ = try? QueryEngine().range(
                text, from: 0, through: 90_000, stepMilliseconds: 30_000, source: LimitTests.source)
            #expect(
                (try? QueryParser.parse(tree.description))?.description == tree.description, "seed \(seed): \(text)")
        }
    }
}
