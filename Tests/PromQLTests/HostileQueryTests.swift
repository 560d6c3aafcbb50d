import LabelMatching
import MetricModel
import PromQL
import QueryFixtures
import Synchronization
import Testing

/// Queries that would take for ever or all memory end by a limit, and at once: what they would need is counted before
/// it is made.
@Suite struct HostileQueryTests {
    enum End {
        case tooManySamples
        case parse(String)
        case execution(String)
        /// A refusal that the caller of the engine sees as a bad request.
        case unsuitable(String)
        /// An answer after all, of so many series.
        case answer(Int)
    }

    struct Case: CustomTestStringConvertible {
        let query: String
        let end: End
        var isRange = false
        var testDescription: String { String(query.prefix(60)) }

        init(_ query: String, _ end: End, isRange: Bool = false) {
            self.query = query
            self.end = end
            self.isRange = isRange
        }
    }

    private static func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    /// What one `$0` becomes after `times` replacements of it by itself twice.
    private static func doubled(_ times: Int) -> String {
        (0..<times).reduce("many{index=\"0\"}") { inner, _ in
            "label_replace(\(inner), \"index\", \"$0$0\", \"index\", \".*\")"
        }
    }

    static let cases: [Case] = [
        // Subqueries of more steps than anything could hold.
        Case("sum_over_time(many[100y:1ms])", .tooManySamples),
        Case("vector(1)[100y:1ms]", .tooManySamples),
        Case(
            "max_over_time(time()[290y:1ms])", .parse("subquery is only allowed on instant vector, got scalar instead")),
        Case("max_over_time(vector(time())[290y:1ms])", .tooManySamples),
        Case("absent_over_time(nothing[100y:1ms])", .tooManySamples),
        Case("absent(nothing)[100y:1ms]", .tooManySamples),
        Case("count_over_time(sum_over_time(many[1h:1s])[100y:1s])", .tooManySamples),
        Case("(hour() + minute())[100y:1ms]", .tooManySamples),
        Case("rate(many[10y:1s] @ 1e9)", .tooManySamples),
        Case("many[step():1ms]", .unsuitable("5:11: duration must be greater than 0")),
        Case("many[2^64]", .unsuitable("5:9: duration is out of range")),
        Case("many[1e9 ^ 1e9]", .unsuitable("5:14: duration is NaN or infinite")),
        Case("many[5m % step()]", .unsuitable("5:16: modulo by zero")),
        // Steps without end in the range itself.
        Case("1", .tooManySamples, isRange: true),
        Case("time() + 1", .tooManySamples, isRange: true),
        Case("absent(nothing)", .tooManySamples, isRange: true),
        Case("scalar(nothing)", .tooManySamples, isRange: true),
        Case("hour()", .tooManySamples, isRange: true),
        Case("many @ 5", .tooManySamples, isRange: true),
        Case("round(nothing)", .tooManySamples, isRange: true),
        Case("topk(1, nothing)", .tooManySamples, isRange: true),
        // Cartesian joins.
        Case(
            "many * on() group_left many",
            .execution(
                "found duplicate series for the match group {} on the right hand-side of the operation: "
                    + "[{__name__=\"many\", index=\"0\"}, {__name__=\"many\", index=\"1\"}];many-to-many matching not "
                    + "allowed: matching labels must be unique on one side")),
        Case(
            "many + on() vector(1)",
            .execution("multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)")),
        // Labels that grow.
        Case(doubled(30), .execution("label value in label_replace() is longer than 65536 bytes")),
        Case(
            "label_replace(many, \"x\", \"\(many("$0", 60_000))\", \"index\", \".*\")",
            .execution("label value in label_replace() is longer than 65536 bytes")),
        Case(
            "label_join(many, \"x\", \"\(many("-", 1000))\"\(many(", \"index\"", 100)))",
            .execution("label value in label_join() is longer than 65536 bytes")),
        Case("label_replace(many, \"index\", \"\(many("x", 60_000))$0\", \"index\", \".*\")", .tooManySamples),
        Case(
            "label_replace(many, \"x\", \"\(many("x", 70_000))\", \"index\", \".*\")",
            .execution("label value in label_replace() is longer than 65536 bytes")),
        Case("count_values(\"v\", rand * 1e307)", .tooManySamples),
        Case("histogram_quantiles(many, \"q\", 0.1, 0.2)", .answer(0)),
        // Parameters.
        Case("topk(1e308, many)", .execution("Scalar value 1e+308 overflows int64")),
        Case("bottomk(-1e308, many)", .answer(0)),
        Case("topk(9e18, many)", .answer(100)),
        Case("topk(NaN, many)", .execution("Parameter value is NaN")),
        Case("limitk(1e300, many)", .execution("Scalar value 1e+300 overflows int64")),
        Case("limit_ratio(NaN, many)", .execution("Ratio value is NaN")),
        Case("limit_ratio(1e300, many)", .answer(100)),
        Case("quantile(NaN, many)", .answer(1)),
        Case("quantile_over_time(NaN, many[1m])", .answer(100)),
        Case("histogram_quantile(NaN, many)", .answer(0)),
        // Patterns, linear in their input whatever they look like.
        Case("many{index=~\"(a+)+$|(a|aa)*b|(.*)*(.*)*(.*)*\"}", .answer(100)),
        Case("{index=~\"((((.{1000}){1000}){1000}){1000})\"}", .parse("error parsing regexp: ")),
        Case("many{index=~\"\(many("x?", 20_000))\"}", .answer(0)),
        Case("{\(many("a=~\"x.{100}\",", 101))}", .parse("query has more than 100 regular expressions")),
        Case("label_replace(many, \"x\", \"$1\", \"index\", \"((.*)*)*\")", .answer(100)),
        // Nesting.
        Case(many("(", 300_000), .parse("query is longer than 262144 bytes")),
        Case(many("sum(", 60_000), .parse("expression is nested deeper than 400 levels")),
        Case(many("-", 200_000) + "1", .parse("expression is nested deeper than 400 levels")),
        Case("many[" + many("(", 200_000), .parse("expression is nested deeper than 400 levels")),
        Case("many[5m" + many("+1", 100_000) + "]", .parse("expression is nested deeper than 400 levels")),
        Case("many offset " + many("-", 200_000) + "1", .parse("expression is nested deeper than 400 levels")),
        Case("many" + many("[1m:]", 50_000), .parse("expression is nested deeper than 400 levels")),
        Case("many" + many(" or many", 30_000), .parse("expression is nested deeper than 400 levels")),
        Case(
            "max_over_time(" + many("max_over_time(", 5) + "many" + many("[1d:1s])", 6), .tooManySamples),
    ]

    static let source: MemorySource = {
        var source = MemorySource()
        for index in 0..<100 {
            source.append(["__name__": "many", "index": "\(index)"], (0..<10).map { (Int64($0) * 1000, Double($0)) })
            source.append(
                ["__name__": "rand", "index": "\(index)"], [(0, Double(index + 1)), (9000, 1 / Double(index + 1))])
        }
        // One after the other, at each time only one.
        for index in 0..<400 {
            let time = Int64(index) * 1000
            source.append(
                ["__name__": "relay", "index": "\(index)"], [(time, 1), (time + 1000, StaleMarker.value)])
        }
        return source
    }()

    @Test(arguments: cases)
    func ends(_ one: Case) {
        var options = QueryOptions()
        options.isExperimental = true
        options.sampleLimit = one.query.contains("rand") ? 2000 : 100_000
        let engine = QueryEngine(options)
        do {
            let outcome =
                if one.isRange {
                    try engine.range(
                        one.query, from: 0, through: 4_000_000_000_000_000_000, stepMilliseconds: 1,
                        source: Self.source)
                } else {
                    try engine.instant(one.query, at: 9000, source: Self.source)
                }
            let count: Int
            switch outcome.value {
            case .vector(_, let samples): count = samples.count
            case .matrix(let columns): count = columns.count
            default: count = -1
            }
            guard case .answer(let wanted) = one.end else {
                Issue.record("\(one.testDescription) has an answer of \(count) series")
                return
            }
            #expect(count == wanted)
        } catch {
            switch (one.end, error) {
            case (.tooManySamples, .tooManySamples): break
            case (.parse(let message), .parse(let parseError)): #expect(parseError.message.hasPrefix(message))
            case (.execution(let wanted), .execution(let message)): #expect(message == wanted)
            case (.unsuitable(let wanted), .unsuitable(let message)): #expect(message == wanted)
            default: Issue.record("\(one.testDescription) ends with \(error)")
            }
        }
    }

    /// Between two questions whether to go on, no query that pairs or makes series does more than a little.
    @Test(arguments: [
        "many + on(index) group_left many", "label_replace(many, \"x\", \"y\", \"index\", \".*\")",
        "label_join(many, \"x\", \"y\", \"index\")", "many smoothed", "count_values(\"v\", many)", "info(many)",
    ])
    func asksForEachSeries(_ query: String) {
        let count = Mutex(0)
        var options = QueryOptions()
        options.isExperimental = true
        _ = try? QueryEngine(options).instant(query, at: 9000, source: Self.source) {
            count.withLock { $0 += 1 }
            return nil
        }
        #expect(count.withLock { $0 } >= 100)
    }

    /// A join of 30,100 pairs, of which the limit has room for some 250, ends after so many, not after all.
    @Test func countsPairsBeforeMakingThem() {
        let count = Mutex(0)
        var options = QueryOptions()
        options.sampleLimit = 200_000
        #expect {
            _ = try QueryEngine(options).range(
                "many + on() group_left relay", from: 0, through: 300_000, stepMilliseconds: 1000,
                source: Self.source
            ) {
                count.withLock { $0 += 1 }
                return nil
            }
        } throws: { error in
            guard case .tooManySamples = error as? QueryError else { return false }
            return true
        }
        #expect(count.withLock { $0 } < 2000)
    }
}
