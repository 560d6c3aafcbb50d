import LabelMatching
import MetricModel
import PromQL
import QueryFixtures
import Synchronization
import Testing

/// A query asks often whether to go on, whatever it is at, and holds no more than it says.
@Suite struct InterruptionTests {
    private static let seriesCount = 400
    private static let stepCount = 1000

    /// Reads its series when they are asked for, as files are: until then they take nothing.
    private struct LazySource: SeriesSource {
        struct Selection: SeriesSelection {
            let labels: [Labels]
            let sampleEstimate = 1
            let byteCount = 0

            func read(_ index: Int, into buffer: inout SampleBuffer) {
                buffer.unixMilliseconds = (0..<Int64(stepCount)).map { $0 * 1000 }
                buffer.values = (0..<stepCount).map { Double(($0 * 7 + index * 13) % 101) }
            }
        }

        let labels = (0..<seriesCount).map { number -> Labels in
            ["__name__": "many", "index": "\(number)", "half": "\(number % 2)", "le": "\(number / 2)"]
        }

        func selection(
            _ matchers: [LabelMatcher], from: Int64, through: Int64, sampleLimit: Int, isCancelled: () -> Bool
        ) -> any SeriesSelection {
            Selection(labels: labels.filter(matchers.match))
        }

        func select(_ matchers: [LabelMatcher], from: Int64, through: Int64, sampleLimit: Int) -> [SeriesColumn] { [] }

        func labelNames(
            matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int, isCancelled: () -> Bool
        ) -> [String] { [] }

        func labelValues(
            of name: String, matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int,
            isCancelled: () -> Bool
        ) -> [String] { [] }

        func series(
            matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int, isCancelled: () -> Bool
        ) -> [Labels] { [] }
    }

    /// How often the query asks.
    private static func asks(_ query: String, sampleLimit: Int = 50_000_000) throws -> Int {
        let count = Mutex(0)
        var options = QueryOptions()
        options.sampleLimit = sampleLimit
        options.isExperimental = true
        _ = try QueryEngine(options).range(
            query, from: 0, through: Int64(stepCount - 1) * 1000, stepMilliseconds: 1000, source: LazySource()
        ) {
            count.withLock { $0 += 1 }
            return nil
        }
        return count.withLock { $0 }
    }

    /// Each looks at 400,000 values or more behind those of its operands, in one group and by one node.
    @Test(arguments: [
        ("topk(2, many)", "sum(many)"), ("bottomk(300, many)", "sum(many)"), ("quantile(0.5, many)", "sum(many)"),
        ("-many", "many"), ("many * 2", "many"), ("abs(many)", "many"), ("absent(many)", "sum(many)"),
        ("many and on () vector(1)", "many"), ("many unless on () vector(1)", "many"),
        ("limit_ratio(0.5, many)", "sum(many)"), ("histogram_quantile(0.5, many)", "many"),
    ])
    func asksWithinOneNode(_ query: String, _ operand: String) throws {
        let (whole, part) = (try Self.asks(query), try Self.asks(operand))
        #expect(whole - part >= 4, "\(query) asks \(whole) times, \(operand) \(part)")
    }

    /// A hostile join: every group is looked through at each step for two that meet.
    @Test func asksWhileJoining() throws {
        let join = "(many > 200) * ignoring (index, le) group_left () (many < 0)"
        #expect(try Self.asks("many > bool 200") < Self.asks(join))
        let wide = "many * ignoring (le) group_left () sum without (le) (many)"
        let (whole, part) = (try Self.asks(wide), try Self.asks("sum without (le) (many)"))
        #expect(whole - part >= 6)
    }

    /// Whoever stops a query gets its end, wherever it is.
    @Test(arguments: [
        "topk(2, many)", "quantile(0.5, many)", "sort_desc(many)", "many * on (index) many", "many or many",
    ])
    func stopsWhereverItIs(_ query: String) throws {
        let total = try Self.asks(query)
        for last in stride(from: 1, to: total, by: max(1, total / 3)) {
            let count = Mutex(0)
            #expect {
                _ = try QueryEngine().range(
                    query, from: 0, through: Int64(Self.stepCount - 1) * 1000, stepMilliseconds: 1000,
                    source: LazySource()
                ) {
                    count.withLock { count in
                        count += 1
                        return count >= last ? .timedOut : nil
                    }
                }
            } throws: { error in
                guard case .timedOut = error as? QueryError else { return false }
                return true
            }
        }
    }

    /// What a fleet's dashboard asks: samples pass through memory, a series at a time, and what is left is little.
    @Test(arguments: ["sum(rate(many[1m]))", "count(many)", "max by (half) (max_over_time(many[5m]))"])
    func countsWhatIsHeldAndNotWhatWasRead(_ query: String) throws {
        let values = Self.seriesCount * Self.stepCount
        // The values of all series at each step, and one series' samples and values beside them.
        _ = try Self.asks(query, sampleLimit: values + 4 * Self.stepCount)
        #expect(throws: QueryError.self) { try Self.asks(query, sampleLimit: values / 2) }
        var options = QueryOptions()
        options.sampleLimit = 5 * Self.stepCount
        // At one step there are 400 values of 400,000 samples.
        let outcome = try QueryEngine(options).instant(query, at: 999_000, source: LazySource())
        guard case .vector(_, let samples) = outcome.value else {
            Issue.record("an instant query gives a vector")
            return
        }
        #expect(!samples.isEmpty)
    }
}
