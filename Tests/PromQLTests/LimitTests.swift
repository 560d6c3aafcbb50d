import LabelMatching
import MetricModel
import PromQL
import QueryFixtures
import Synchronization
import Testing

@Suite struct LimitTests {
    static let source: MemorySource = {
        var source = MemorySource()
        for index in 0..<100 {
            source.append(
                ["__name__": "many", "index": "\(index)"], (0..<100).map { (Int64($0) * 1000, Double($0)) })
        }
        return source
    }()

    /// 100 series of 100 samples: each of these needs more than 5,000 at once somewhere.
    @Test(arguments: [
        "many", "many[2m]", "sum(many)", "rate(many[1m])", "many + many", "topk(1, many)", "vector(1)[1d:1s]",
        "sum_over_time(vector(1)[1d:1s])", "count_over_time(many[30s:1s])", "-many", "many or many",
    ])
    func boundsSamples(_ query: String) {
        var options = QueryOptions()
        options.sampleLimit = 5000
        let engine = QueryEngine(options)
        let isRange = query != "many[2m]" && query != "vector(1)[1d:1s]"
        #expect {
            if isRange {
                _ = try engine.range(query, from: 0, through: 99_000, stepMilliseconds: 1000, source: Self.source)
            } else {
                _ = try engine.instant(query, at: 99_000, source: Self.source)
            }
        } throws: { error in
            guard case .tooManySamples(limit: 5000) = error as? QueryError else { return false }
            return true
        }
    }

    /// Memory is taken a mebibyte at a time, which is 65,536 samples; each of these needs one to two of them.
    @Test(arguments: ["vector(1)[1d:1s]", "sum_over_time(vector(1)[1d:1s])", "max(vector(1) + vector(time()))"])
    func boundsMemoryOfAllQueries(_ query: String) throws {
        func ask(_ memory: QueryMemory) throws {
            var options = QueryOptions()
            options.memory = memory
            let engine = QueryEngine(options)
            if query.hasPrefix("max") {
                _ = try engine.range(
                    query, from: 0, through: 40_000_000, stepMilliseconds: 1000, source: Self.source)
            } else {
                _ = try engine.instant(query, at: 99_000, source: Self.source)
            }
        }
        let (enough, little) = (QueryMemory(byteLimit: 6 << 20), QueryMemory(byteLimit: 1 << 20))
        for _ in 0..<3 {
            try ask(enough)
            #expect {
                try ask(little)
            } throws: { error in
                guard case .tooMuchMemory(byteLimit: 1_048_576) = error as? QueryError else { return false }
                return true
            }
        }
        #expect(enough.takenByteCount == 0 && little.takenByteCount == 0)
        #expect(enough.takeLargestGivenBack() >= 2 << 20 && enough.takeLargestGivenBack() == 0)
    }

    @Test func releasesWhatIsNoLongerHeld() throws {
        var options = QueryOptions()
        options.sampleLimit = 50_000
        // Each term needs 20,000 for a moment and leaves 100.
        let terms = Array(repeating: "sum(many)", count: 30).joined(separator: " + ")
        let outcome = try QueryEngine(options).range(
            terms, from: 0, through: 99_000, stepMilliseconds: 1000, source: Self.source)
        guard case .matrix(let columns) = outcome.value else {
            Issue.record("a range query gives a matrix")
            return
        }
        #expect(columns.map(\.values.last) == [99 * 100 * 30])
    }

    /// A query asks often enough that one long window function ends soon after it is told to.
    @Test func asksWhetherToGoOn() {
        let count = Mutex(0)
        var source = MemorySource()
        source.append(["__name__": "long"], (0..<20_000).map { (Int64($0) * 1000, Double($0)) })
        #expect {
            _ = try QueryEngine().range(
                "quantile_over_time(0.5, long[5h])", from: 0, through: 20_000_000, stepMilliseconds: 2000,
                source: source
            ) {
                count.withLock { count in
                    count += 1
                    return count > 10 ? .timedOut : nil
                }
            }
        } throws: { error in
            guard case .timedOut = error as? QueryError else { return false }
            return true
        }
        #expect(count.withLock { $0 } == 11)
    }

    /// The deepest trees that parse are evaluated without running out of stack.
    @Test func evaluatesTheDeepestTrees() throws {
        let depth = 190
        let queries = [
            "1" + String(repeating: " + 1", count: 380),
            String(repeating: "(", count: depth) + "1" + String(repeating: ")", count: depth),
            String(repeating: "abs(", count: depth) + "vector(1)" + String(repeating: ")", count: depth),
            String(repeating: "sum(", count: depth) + "vector(1)" + String(repeating: ")", count: depth),
        ]
        for query in queries { _ = try QueryEngine().instant(query, at: 0, source: Self.source) }
    }

    /// Times at the ends of what can be written do not overflow.
    @Test(arguments: [
        "many @ 3.9e15", "many @ -3.9e15 offset 200y", "many @ 3.9e15 offset -200y", "rate(many[290y] offset 290y)",
        "sum_over_time(many[5m:1m] @ -3.9e15)", "many offset 290y offset 1s", "many @ 4e15", "many[300y]",
        "max_over_time(many[290y:290y])", "timestamp(many @ 3.9e15)", "year(vector(1e300))", "year(vector(NaN))",
        "hour(vector(-9e18))", "year(vector(-9223372036854775808))", "day_of_year(vector(9.2e18))", "topk(1e18, many)",
        "round(many, 0)",
        "label_replace(many, \"x\", \"$9\", \"index\", \".*\")",
    ])
    func survivesExtremes(_ query: String) {
        for time in [Int64(0), 4_000_000_000_000_000_000, -4_000_000_000_000_000_000] {
            _ = try? QueryEngine().instant(query, at: time, source: Self.source)
            _ = try? QueryEngine().range(
                query, from: time, through: time + 10, stepMilliseconds: 5, source: Self.source)
        }
    }
}
