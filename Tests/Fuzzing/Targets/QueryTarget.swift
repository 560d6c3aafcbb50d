import LabelMatching
import PromQL

/// Queries: any text is a tree or an error with its place, and a tree's text is read as the same tree.
struct QueryTarget: FuzzTarget {
    static let name = "promql"
    static let dictionary = [
        "sum", " by (", " without (", "rate(", "[5m]", "[1h:1m]", " offset ", " @ start()", " @ end()", " on (",
        " ignoring (", " group_left (", " bool ", "histogram_quantile(", "label_replace(", "{__name__=~\"", "!~", "!=",
        " unless ", " and ", " or ", " atan2 ", "0x1f", "1e3", "Inf", "NaN", "topk(5, ", "\\x41", "\\u00e9", "`", "#",
        "count_values(\"v\", ", "-1w2d", "^", "==", ">=", "absent_over_time(", "time()", "step()",
        "range()", "max_of(", "min_of(", " fill(", " fill_left(", " anchored", " smoothed", "info(", "</", ">/",
    ]

    static func seeds() -> [[UInt8]] {
        [
            "sum by (mode) (rate(node_cpu_seconds_total{mode!=\"idle\"}[5m] offset 1h))", "1 + 2 * -3 ^ 2",
            "a * on (x) group_left (y) b > bool 1", "histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))",
            "rate(foo[1m])[5m:30s] @ end() offset -1m", "topk(5, {\"a.b\"=~\"x.*\", c!~'d'})", "foo @ 1.5 # comment",
            "label_replace(up, \"a\", \"$1\", \"b\", `(.*)`)", "\"text\\n\\u00e9\"", "-(1h30m)",
            "a and b or c unless d", "a[max_of(step() * 2, -(1m) + 90)] offset -range()", "info(a, {b=\"\"})",
            "a + on (x) group_left fill_left(1) fill_right(-2) b", "rate(a[5m] anchored) > b smoothed", "a </ 1 >/ 2",
        ].map { Array($0.utf8) }
    }

    private static let options = QueryParser.Options(allowsExperimental: true, byteLimit: 4096, depthLimit: 60)

    func run(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        do throws(ParseError) {
            let tree = try QueryParser.parse(text, Self.options)
            check(tree.description, of: text)
            checkLayout(tree, of: text)
        } catch {
            hold(!error.description.isEmpty, "an error is described")
            hold(error.range.start >= 0 && error.range.start <= error.range.end, "an error has a place")
            hold(error.range.end <= text.utf8.count + 1, "the place of an error is in the query")
        }
        guard let matchers = attempt({ () throws(ParseError) in try QueryParser.parseSelector(text) }) else { return }
        for matcher in matchers { _ = matcher.matches("value") }
    }

    private func check(_ printed: String, of text: String) {
        // What is printed may be longer than the limit, and its parentheses deeper.
        var options = Self.options
        options.byteLimit *= 16
        options.depthLimit *= 2
        let again = must("\(printed), printed of \(text), is a query") { () throws(ParseError) in
            try QueryParser.parse(printed, options)
        }
        hold(again.description == printed, "printed \(printed), then \(again)")
    }

    /// What is laid out for people is the same tree, however its lines are broken.
    private func checkLayout(_ tree: Expression, of text: String) {
        var options = Self.options
        options.byteLimit *= 64
        options.depthLimit *= 2
        let laidOut = tree.pretty
        let again = must("\(laidOut), laid out of \(text), is a query") { () throws(ParseError) in
            try QueryParser.parse(laidOut, options)
        }
        hold(again.description == tree.description, "laid out \(laidOut), then \(again)")
    }
}
