import LabelMatching
import MetricModel
import PromQL
import QueryFixtures
import TestValues
import Testing

/// Operands of vector operations are read by each other's matchers, where nobody can tell but by the time it takes.
@Suite struct MatcherSharingTests {
    /// A query as it is evaluated; nil where nothing is shared.
    private static let arithmetic: [(String, String?)] = [
        (#"a{i="x"} / b"#, #"a{i="x"} / b{i="x"}"#),
        (#"a / b{i="x"}"#, #"a{i="x"} / b{i="x"}"#),
        (#"a{i="x"} / b{i="x"}"#, nil),
        (#"a{i="x"} / b{i="y"}"#, #"a{i="x",i="y"} / b{i="x",i="y"}"#),
        (#"a{i="x"} / b{j=~"y|z"}"#, #"a{i="x",j=~"y|z"} / b{i="x",j=~"y|z"}"#),
        // A missing label is an empty one on both sides.
        (#"a{i!="x"} > b"#, #"a{i!="x"} > b{i!="x"}"#),
        (#"a{i=~"x|"} == bool b"#, #"a{i=~"x|"} == bool b{i=~"x|"}"#),
        (#"a{i!~"x.*"} atan2 b"#, #"a{i!~"x.*"} atan2 b{i!~"x.*"}"#),
        // Says only whether there is a label.
        (#"a{i=""} / b"#, nil), (#"a{i!=""} / b"#, nil), (#"a{i=~".*"} / b"#, nil), (#"a{i=~".+"} / b"#, nil),
        // What a metric is called is not compared.
        (#"{__name__=~"a|c",__type__="gauge",__unit__="s"} / b"#, nil),
        // Times are no labels.
        (#"a{i="x"} offset 5m / b @ 7"#, #"a{i="x"} offset 5m / b{i="x"} @ 7.000"#),
        (#"{"a.b",i="x"} / {"c.d"}"#, #"{__name__="a.b",i="x"} / {__name__="c.d",i="x"}"#),
        (#"{"i.j"="x",__name__="a"} / b"#, #"{"i.j"="x",__name__="a"} / b{"i.j"="x"}"#),
        // There may be two on the right that differ in the name only, which is an error with and without partners.
        (#"a{i="x"} / {__name__=~"b|c"}"#, nil), (#"a / {j="y"}"#, nil), (#"a{i="x"} / {__name__=~"b"}"#, nil),
        (#"{j="y"} / b{i="x"}"#, #"{i="x",j="y"} / b{i="x",j="y"}"#),
        ("a{\"\u{e9}\"=\"x\"} / b", "a{\"\u{e9}\"=\"x\"} / b{\"\u{e9}\"=\"x\"}"),
        (#"1 - a{i="x"} / 2"#, nil), (#"a{i="x"} / scalar(b)"#, nil),
    ]

    private static let matching: [(String, String?)] = [
        // Labels that are not compared may be whatever they are, and others that are the same may come twice.
        (#"a{i="x"} / on (i) b"#, nil), (#"a{i="x"} / on () b"#, nil), (#"a{i="x"} / ignoring (j) b"#, nil),
        (#"a{i="x",j="y"} / ignoring (j) b{j="z"}"#, #"a{i="x",j="y"} / ignoring (j) b{i="x",j="z"}"#),
        (#"a{i="x",j="y"} / ignoring (j) b{j=~"z"}"#, nil),
        (#"a{i="x"} / ignoring (j) group_left () b{j=""}"#, #"a{i="x"} / ignoring (j) group_left () b{i="x",j=""}"#),
        (#"a{i="x"} / ignoring (j) group_right () b{j="z"}"#, nil),
        (
            #"a{j="z"} / ignoring (j) group_right () b{i="x"}"#,
            #"a{i="x",j="z"} / ignoring (j) group_right () b{i="x"}"#
        ),
        ("a{\"\u{e9}\"=\"z\"} / ignoring (\"e\u{301}\") b{\"\u{e9}\"=\"y\"}", nil),
        (#"a{i="x"} * on (i) group_left (k) b{k="y"}"#, nil),
        // Fills show what has no partner.
        (#"a{i="x"} + fill (0) b"#, nil), (#"a{i="x"} + fill_right (0) b"#, nil), (#"a{i="x"} + fill_left (0) b"#, nil),
        // Nothing comes of them.
        (#"a{i="x"} </ b"#, nil), (#"a{i="x"} >/ b"#, nil),
    ]

    private static let sets: [(String, String?)] = [
        (#"a{i="x"} and b{j="y"}"#, #"a{i="x",j="y"} and b{i="x",j="y"}"#),
        (#"a{i="x"} and {j="y"}"#, #"a{i="x",j="y"} and {i="x",j="y"}"#),
        (#"a{i="x",j="y"} and on (i) b"#, #"a{i="x",j="y"} and on (i) b{i="x"}"#),
        (#"a{i="x",j="y"} and ignoring (i) b{k="z"}"#, #"a{i="x",j="y",k="z"} and ignoring (i) b{j="y",k="z"}"#),
        (#"a{i="x"} unless b{j="y"}"#, #"a{i="x"} unless b{i="x",j="y"}"#),
        (#"a{i="x"} unless on (j) b{j="y"}"#, nil),
        (#"a{i="x"} or b"#, nil), (#"a or b{i="x"}"#, nil),
    ]

    private static let parts: [(String, String?)] = [
        (#"(a{i="x"}) / ((b))"#, #"(a{i="x"}) / ((b{i="x"}))"#),
        (#"a{i="x"} / (2 < b)"#, #"a{i="x"} / (2 < b{i="x"})"#),
        (#"a{i="x"} / (b >= 2)"#, #"a{i="x"} / (b{i="x"} >= 2)"#),
        (#"a{i="x"} / (b > bool 2)"#, nil),
        (#"a{i="x"} / last_over_time(b[5m])"#, #"a{i="x"} / last_over_time(b{i="x"}[5m])"#),
        (#"first_over_time((a[5m] offset 1m)) / b{i="x"}"#, #"first_over_time((a{i="x"}[5m] offset 1m)) / b{i="x"}"#),
        (#"a{i="x"} / last_over_time(b[5m:1m])"#, nil),
        // These remark on what they are given, or take away names, so that two may become one, which is an error.
        (#"a{i="x"} / rate(b[5m])"#, nil), (#"a{i="x"} / quantile_over_time(2, b[5m])"#, nil), (#"a{i="x"} / -b"#, nil),
        (#"a{i="x"} / abs(b)"#, nil), (#"a{i="x"} / (b * 2)"#, nil), (#"a{i="x"} / timestamp(b)"#, nil),
        (#"a{i="x"} and absent(b)"#, nil), (#"a{i="x"} / sum by (i) (b)"#, nil), (#"a{i="x"} and topk(2, b)"#, nil),
        // Others learn from these.
        (#"rate(a{i="x"}[5m]) / b"#, #"rate(a{i="x"}[5m]) / b{i="x"}"#),
        (
            #"quantile_over_time(scalar(c{i="y"}), a{i="x"}[5m]) / b"#,
            #"quantile_over_time(scalar(c{i="y"}), a{i="x"}[5m]) / b{i="x"}"#
        ),
        (#"-abs(a{i="x"} * 2) / b"#, #"-abs(a{i="x"} * 2) / b{i="x"}"#),
        (#"clamp(a{i="x"}, 0, scalar(c{i="y"})) / b"#, #"clamp(a{i="x"}, 0, scalar(c{i="y"})) / b{i="x"}"#),
        (#"max_over_time(a{i="x"}[5m:1m]) / b"#, #"max_over_time(a{i="x"}[5m:1m]) / b{i="x"}"#),
        (#"a / rate(b{i="x"}[5m])"#, #"a{i="x"} / rate(b{i="x"}[5m])"#),
        (
            #"a / max_over_time((-b{i="x"})[5m:1m])"#, #"a{i="x"} / max_over_time((-b{i="x"})[5m:1m])"#
        ),
        (#"label_replace(a{i="x"}, "i", "y", "", "") / b"#, nil), (#"label_join(a{i="x"}, "i", "") / b"#, nil),
        (#"absent(a{i="x"}) / b"#, nil), (#"vector(scalar(a{i="x"})) / b"#, nil),
        (#"absent_over_time(a{i="x"}[5m]) and b"#, nil), (#"info(a{i="x"}) / b"#, nil),
        (#"histogram_quantile(0.5, a{le="1"}) / b"#, nil),
        (#"sum by (i) (a{i="x",j="y"}) / b"#, #"sum by (i) (a{i="x",j="y"}) / b{i="x"}"#),
        (#"sum without (i) (a{i="x",j="y"}) / b"#, #"sum without (i) (a{i="x",j="y"}) / b{j="y"}"#),
        (#"topk(2, a{i="x"}) / b"#, #"topk(2, a{i="x"}) / b{i="x"}"#), (#"sum(a{i="x"}) / b"#, nil),
        (#"count_values by (i) ("i", a{i="x"}) / b"#, nil),
        (
            #"a * on (i, j) group_left () sum by (i) (b{i="x"})"#,
            #"a{i="x"} * on (i, j) group_left () sum by (i) (b{i="x"})"#
        ),
        (#"a * on (j) group_left () sum by (i, j) (b{j="x"})"#, nil), (#"a * max by (i, __name__) (b{i="x"})"#, nil),
        (#"a * on (i) group_left () topk by (i) (1, b{i="x"})"#, nil),
        (#"a * on (i) group_left () sum without (j) (b{i="x"})"#, nil),
    ]

    private static let nested: [(String, String?)] = [
        (#"a{i="x"} / b / c"#, #"a{i="x"} / b{i="x"} / c{i="x"}"#),
        (#"(a - b{i="x"}) / c{j="y"}"#, #"(a{i="x"} - b{i="x"}) / c{i="x",j="y"}"#),
        (#"a{i="x"} / (b + c)"#, nil), (#"(a{i="x"} or b) / c"#, nil),
        (#"(a{i="x"} unless b{j="y"}) / c"#, #"(a{i="x"} unless b{i="x",j="y"}) / c{i="x"}"#),
        (#"(a{i="x"} and b{j="y"}) / c"#, #"(a{i="x",j="y"} and b{i="x",j="y"}) / c{i="x",j="y"}"#),
        (#"a{i="x",j="y"} / on (i) b{i="z"} and c"#, #"a{i="x",j="y"} / on (i) b{i="z"} and c{i="x",i="z"}"#),
        (
            #"a{i="x",k="y"} * on (i) group_left (k) b{k="z",l="z"} and c"#,
            #"a{i="x",k="y"} * on (i) group_left (k) b{k="z",l="z"} and c{i="x",k="z"}"#
        ),
        (
            #"a{k="z",l="z"} * on (i) group_right (k) b{i="x",k="y",m="w"} and c"#,
            #"a{k="z",l="z"} * on (i) group_right (k) b{i="x",k="y",m="w"} and c{i="x",k="z",m="w"}"#
        ),
        (
            #"sum(a{i="x"} / b) + count_over_time((a{i="x"} / b)[5m:1m])"#,
            #"sum(a{i="x"} / b{i="x"}) + count_over_time((a{i="x"} / b{i="x"})[5m:1m])"#
        ),
        (#"topk(scalar(a{i="x"} / b), c)"#, #"topk(scalar(a{i="x"} / b{i="x"}), c)"#),
    ]

    /// Given to what takes names off where series differ in more than names.
    private static let losingNames: [(String, String?)] = [
        (#"a{i="x"} / rate(b_total[5m])"#, #"a{i="x"} / rate(b_total{i="x"}[5m])"#),
        (#"a{i="x"} / increase((b_total[5m]))"#, #"a{i="x"} / increase((b_total{i="x"}[5m]))"#),
        (#"a{i="x"} / rate(b[5m])"#, nil), (#"a{i="x"} / increase(b_totals[5m])"#, nil),
        (#"a{i="x"} / rate({__name__="b_total"}[5m])"#, #"a{i="x"} / rate({__name__="b_total",i="x"}[5m])"#),
        (#"a{i="x"} and rate({__name__=~"b_total"}[5m])"#, nil), (#"a{i="x"} unless abs({j="y"})"#, nil),
        (#"a{i="x"} / rate(b_total[5m:1m])"#, nil), (#"a{i="x"} and max_over_time(b[5m:1m])"#, nil),
        (#"a{i="x"} / (delta(b[5m]) * 2)"#, #"a{i="x"} / (delta(b{i="x"}[5m]) * 2)"#),
        (#"a{i="x"} / quantile_over_time(0.5, b[5m])"#, nil), (#"a{i="x"} and sort(b)"#, nil),
        (#"a{i="x"} / double_exponential_smoothing(b[5m], 2, 2)"#, nil),
        (#"a{i="x"} / -(1 - b) > bool 2"#, #"a{i="x"} / -(1 - b{i="x"}) > bool 2"#),
        (#"a{i="x"} / -abs(clamp_min(b, scalar(c))) "#, #"a{i="x"} / -abs(clamp_min(b{i="x"}, scalar(c)))"#),
        (#"a{i="x"} / timestamp(b)"#, #"a{i="x"} / timestamp(b{i="x"})"#), (#"a{i="x"} / (b </ 2)"#, nil),
        (#"max_over_time((a{i="x"} / abs(b))[5m:1m]) / -c"#, #"max_over_time((a{i="x"} / abs(b))[5m:1m]) / -c{i="x"}"#),
        (#"max_over_time((a{i="x"} / abs(b))[5m:1m]) / -b"#, nil),
        (#"a{i="x"} / rate(b_total[5m]) + sum(rate(b_total[5m]))"#, nil),
        (#"a{i="x"} / absent(b)"#, nil), (#"a{i="x"} and label_replace(b, "i", "", "", "")"#, nil),
        (
            #"a{i="x"} / rate(b_total[5m]) / rate(c_total[1m])"#,
            #"a{i="x"} / rate(b_total{i="x"}[5m]) / rate(c_total{i="x"}[1m])"#
        ),
        (#"rate(a_total{i="x"}[5m]) / (b + c)"#, nil),
    ]

    /// What the query says in several places is read once.
    private static let repeated: [(String, String?)] = [
        (#"a{i="x"} / b + b"#, #"a{i="x"} / b{i="x"} + b{i="x"}"#),
        (#"a{i="x"} / b + sum(b)"#, nil), (#"sum(b) + a{i="x"} / (b > 0)"#, nil),
        (#"a{i="x"} / b + sum(b) * (c{i="x"} / d)"#, #"a{i="x"} / b + sum(b) * (c{i="x"} / d{i="x"})"#),
        (#"a{i="x"} / b or a{i="y"} / b"#, nil), (#"a{i="x"} / b or b{i="x"}"#, #"a{i="x"} / b{i="x"} or b{i="x"}"#),
        (#"a{i="x"} / b or sum_over_time(b[5m])"#, #"a{i="x"} / b{i="x"} or sum_over_time(b[5m])"#),
        (#"a{i="x"} / last_over_time(b[5m]) or sum(last_over_time(b[5m]))"#, nil),
    ]

    @Test(arguments: [arithmetic, matching, sets, parts, nested, repeated].flatMap(\.self))
    func isEvaluatedAs(_ query: String, _ wanted: String?) throws {
        let tree = try QueryParser.parse(query, QueryParser.Options(allowsExperimental: true))
        let shared = MatcherSharing.applied(to: tree, textByteCount: query.utf8.count)
        #expect(shared.description == wanted ?? tree.description)
        // Errors and remarks name the places that the user wrote.
        #expect(shared.textRange == tree.textRange)
    }

    @Test(arguments: losingNames)
    func isEvaluatedWithoutTypesAs(_ query: String, _ wanted: String?) throws {
        let tree = try QueryParser.parse(query, QueryParser.Options(allowsExperimental: true))
        func shared(checksTypeLabel: Bool = false, isFreeOfTypes: Bool = true) -> String {
            MatcherSharing.applied(
                to: tree, textByteCount: query.utf8.count, checksTypeLabel: checksTypeLabel
            ) { _ in isFreeOfTypes }.description
        }
        #expect(shared() == wanted ?? tree.description)
        #expect(shared(isFreeOfTypes: false) == tree.description || query.contains("max_over_time"))
        // There the labels decide whether there is a remark.
        if query.contains("rate") { #expect(shared(checksTypeLabel: true) == tree.description) }
    }

    /// Of a fleet one host is read, on both sides.
    @Test func readsWhatHasAPartner() throws {
        var source = MemorySource()
        for host in 0..<100 {
            for name in ["a", "b"] { source.append(["__name__": name, "host": "\(host)"], [(1000, Double(host))]) }
        }
        func samples(_ query: String, _ sharesMatchers: Bool = true) throws -> Int? {
            var options = QueryOptions()
            options.sharesMatchers = sharesMatchers
            let outcome = try QueryEngine(options).instant(
                query, at: 1000, source: source, metering: QueryMetering(countsSteps: false) { 0 })
            guard case .vector(_, let found) = outcome.value, found.count == 1 else { return nil }
            return outcome.statistics?.queryableSamples
        }
        #expect(try samples(#"a{host="7"} / b"#, false) == 101)
        #expect(try samples(#"a{host="7"} / b"#) == 2)
        #expect(try samples(#"a{host=~"7|9"} / b and on (host) b{host!="9"}"#) == 5)
    }

    /// A long query is evaluated as it is, and so is what would make one of a shorter one.
    @Test func addsLittleToAQuery() throws {
        func isShared(_ query: String) throws -> Bool {
            let tree = try QueryParser.parse(query)
            let shared = MatcherSharing.applied(to: tree, textByteCount: query.utf8.count)
            #expect(shared.description.utf8.count <= max(4096, tree.description.utf8.count))
            return shared.description != tree.description
        }
        let (short, long) = (String(repeating: "x", count: 2000), String(repeating: "x", count: 2100))
        #expect(try isShared("a{i=\"\(short)\"} / b"))
        #expect(try !isShared("a{i=\"\(long)\"} / b"))
        #expect(try !isShared("a{i=\"x\",j=\"\(long + long)\"} / b"))
        let chain = (0..<90).map { "a\($0){i\($0)=\"x\"}" }.joined(separator: " / ")
        #expect(try isShared(chain))
    }

    /// All that an answer has, in its order, or the error.
    private static func answer(_ query: String, _ source: MemorySource, _ options: QueryOptions, at time: Int64?)
        -> String
    {
        do throws(QueryError) {
            let engine = QueryEngine(options)
            let outcome: QueryOutcome
            if let time {
                outcome = try engine.instant(query, at: time, source: source)
            } else {
                outcome = try engine.range(query, from: 0, through: 220_000, stepMilliseconds: 20_000, source: source)
            }
            var texts = outcome.warnings + outcome.infos
            switch outcome.value {
            case .vector(_, let samples): texts += samples.map { "\($0.labels) \($0.value.bitPattern)" }
            case .matrix(let columns):
                texts += columns.map { "\($0.labels) \($0.unixMilliseconds) \($0.values.map(\.bitPattern))" }
            case .scalar, .string: break
            }
            return texts.joined(separator: "\n")
        } catch {
            return "error: \(error)"
        }
    }

    /// Answers, errors and remarks are the same as without.
    @Test(arguments: [(UInt64(20_261_127), false), (20_261_128, true)])
    func nobodyCanTell(_ seed: UInt64, _ delaysNameRemoval: Bool) throws {
        var generator = JoinGenerator(random: SeededRandom(seed: seed))
        var options = QueryOptions()
        options.isExperimental = true
        options.lookbackMilliseconds = 30_000
        options.delaysNameRemoval = delaysNameRemoval
        var alone = options
        alone.sharesMatchers = false
        var (asked, answered, failed) = (0, 0, 0)
        for number in 0..<6000 {
            let query = generator.query()
            let tree = try QueryParser.parse(query, options.parsing)
            let shared = MatcherSharing.applied(to: tree, textByteCount: query.utf8.count) { _ in true }
            guard shared.description != tree.description else { continue }
            let source = generator.source()
            let time = number % 2 == 0 ? nil : Int64.random(in: 0...22, using: &generator.random) * 10_000
            let wanted = Self.answer(query, source, alone, at: time)
            #expect(
                Self.answer(query, source, options, at: time) == wanted,
                "seed \(seed), query \(number), \(query) at \(time ?? -1)")
            asked += 1
            if wanted.hasPrefix("error") { failed += 1 } else if !wanted.isEmpty { answered += 1 }
        }
        print("seed \(seed): \(asked) asked, \(answered) with answers, \(failed) refused")
        // Otherwise this says little.
        #expect(asked > 1000 && answered > 100 && failed > 20)
    }
}
