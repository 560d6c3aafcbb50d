import LabelMatching
import MetricModel
import PromQL
import QueryFixtures
import Synchronization
import Testing

/// What a query says twice is read once, and comes to the same.
@Suite struct RepeatedPartsTests {
    /// Counts what is selected.
    private final class CountingSource: SeriesSource {
        let selections = Mutex(0)
        private let inner: MemorySource

        init() {
            var source = MemorySource()
            for (number, instance) in ["a", "b", "\u{e9}", "e\u{301}"].enumerated() {
                for name in ["x_total", "y_total", "gauge"] {
                    source.append(
                        ["__name__": name, "instance": instance],
                        (0..<200).map { (Int64($0) * 10_000 + 1, Double($0 * (number + 2))) })
                }
            }
            inner = source
        }

        func select(
            _ matchers: [LabelMatcher], from: Int64, through: Int64, sampleLimit: Int
        ) throws(SourceError) -> [SeriesColumn] {
            selections.withLock { $0 += 1 }
            return try inner.select(matchers, from: from, through: through, sampleLimit: sampleLimit)
        }

        func labelNames(
            matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int
        ) throws(SourceError) -> [String] {
            try inner.labelNames(matching: matcherSets, from: from, through: through, limit: limit)
        }

        func labelValues(
            of name: String, matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int
        ) throws(SourceError) -> [String] {
            try inner.labelValues(of: name, matching: matcherSets, from: from, through: through, limit: limit)
        }

        func series(
            matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int
        ) throws(SourceError) -> [Labels] {
            try inner.series(matching: matcherSets, from: from, through: through, limit: limit)
        }
    }

    private static func ask(
        _ query: String, sampleLimit: Int = 50_000_000
    ) throws -> (selections: Int, outcome: QueryOutcome, answer: [[UInt64]]) {
        var options = QueryOptions()
        options.sampleLimit = sampleLimit
        let source = CountingSource()
        let outcome = try QueryEngine(options).range(
            query, from: 600_000, through: 1_500_000, stepMilliseconds: 15_000, source: source)
        guard case .matrix(let columns) = outcome.value else { return (0, outcome, []) }
        let answer = columns.map { column in
            column.labels.packed.map(UInt64.init) + column.unixMilliseconds.map { UInt64(bitPattern: $0) }
                + column.values.map(\.bitPattern)
        }
        return (source.selections.withLock { $0 }, outcome, answer)
    }

    /// Each query beside one that comes to the same and has nothing twice, by matchers that hold anyway.
    @Test(arguments: [
        ("gauge / (gauge + x_total)", #"gauge / (gauge{instance!=""} + x_total)"#, 2),
        (
            "rate(x_total[1m]) / (rate(x_total[1m]) + 1)",
            #"rate(x_total[1m]) / (rate(x_total{instance!=""}[1m]) + 1)"#, 1
        ),
        (
            "sum(gauge) + sum(gauge) + sum(gauge)",
            #"sum(gauge) + sum(gauge{instance!="z"}) + sum(gauge{instance!=""})"#, 1
        ),
        // The whole is taken, and with it what is within.
        ("max(abs(gauge)) - max(abs(gauge))", #"max(abs(gauge)) - max(abs(gauge{instance!=""}))"#, 1),
        ("gauge @ 700 + gauge @ 700", #"gauge @ 700 + gauge{instance!=""} @ 700"#, 1),
        // Other times, other samples.
        ("gauge - gauge offset 1m", #"gauge - gauge{instance!=""} offset 1m"#, 2),
        ("gauge @ 700 - gauge @ 900", #"gauge @ 700 - gauge{instance!=""} @ 900"#, 2),
        (
            "gauge + on (instance) max_over_time(gauge[1m])",
            #"gauge + on (instance) max_over_time(gauge{instance!=""}[1m])"#, 2
        ),
        ("gauge - max_over_time((gauge + 1)[1m:5s])", #"gauge - max_over_time((gauge{instance!=""} + 1)[1m:5s])"#, 2),
        ("x_total / y_total", #"x_total / y_total{instance!=""}"#, 2),
        // Swift takes these two texts for equal; as labels they are not.
        (
            "sum(gauge{instance=\"\u{e9}\"}) - sum(gauge{instance=\"e\u{301}\"})",
            "sum(gauge{instance=\"\u{e9}\"}) - sum(gauge{instance=\"e\u{301}\",instance!=\"\"})", 2
        ),
    ])
    func comesToTheSame(_ query: String, _ other: String, _ selections: Int) throws {
        let (found, wanted) = (try Self.ask(query), try Self.ask(other))
        #expect(found.selections == selections)
        #expect(!found.answer.isEmpty && found.answer == wanted.answer)
    }

    @Test func remarksNameEachPlace() throws {
        let found = try Self.ask("rate(gauge[1m]) + rate(gauge[1m])")
        #expect(found.outcome.infos.count == 2 && found.selections == 2)
    }

    /// What would take more than its share of the limit is evaluated again, and the query does not fail for it.
    @Test func keepsLittleBesideWhatTheQueryHolds() throws {
        let query = "gauge / (gauge + x_total)"
        let least = try #require((1...100_000).first { (try? Self.ask(query, sampleLimit: $0)) != nil })
        let scarce = try Self.ask(query, sampleLimit: least)
        #expect(scarce.selections == 3)
        #expect(scarce.answer == (try Self.ask(query).answer))
    }
}
