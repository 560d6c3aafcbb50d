import LabelMatching
import MetricModel
import PromQL
import QueryFixtures
import Synchronization
import TestValues
import Testing

/// Queries over enough series that several threads work on them.
@Suite struct SharedWorkTests {
    static let source: MemorySource = {
        var source = MemorySource()
        var random = SeededRandom(seed: 7)
        for index in 0..<150 {
            var value = 0.0
            let samples = (0..<400).map { step -> (Int64, Double) in
                value = random.oneIn(50) ? 0 : value + Double.random(in: 0..<3, using: &random)
                return (Int64(step) * 1000 + Int64(index), random.oneIn(90) ? StaleMarker.value : value)
            }
            source.append(["__name__": "many_total", "index": "\(index)", "group": "\(index % 7)"], samples)
        }
        return source
    }()

    private static func engine(_ threadCount: Int, sampleLimit: Int = 50_000_000) -> QueryEngine {
        var options = QueryOptions()
        options.sampleLimit = sampleLimit
        if threadCount > 1 { options.sharing = ThreadedWork(threadCount: threadCount) }
        return QueryEngine(options)
    }

    private static func answer(_ engine: QueryEngine, _ query: String) throws -> [[UInt64]] {
        let outcome = try engine.range(
            query, from: 0, through: 399_000, stepMilliseconds: 1000, source: source)
        guard case .matrix(let columns) = outcome.value else { return [] }
        return columns.map { column in
            column.labels.packed.map(UInt64.init) + column.unixMilliseconds.map { UInt64(bitPattern: $0) }
                + column.values.map(\.bitPattern)
        }
    }

    @Test(arguments: [
        "many_total", "rate(many_total[30s])", "sum by (group) (rate(many_total[1m]))", "delta(many_total[20s])",
        "topk(3, many_total)", "many_total / on (index) rate(many_total[40s] offset 5s)", "stddev(many_total)",
        "max_over_time(sum by (group) (many_total)[20s:3s])", "timestamp(many_total)", "resets(many_total[2m])",
    ])
    func theSameBitsOnHoweverManyThreads(_ query: String) throws {
        let alone = try Self.answer(Self.engine(1), query)
        #expect(!alone.isEmpty)
        for threadCount in [2, 5] { #expect(try Self.answer(Self.engine(threadCount), query) == alone) }
    }

    /// Each limit is less than what the query holds, all series together, and more than any one has.
    @Test(arguments: ["many_total", "rate(many_total[1m])", "sum(rate(many_total[1m]))"])
    func samplesAreCountedOverAllThreads(_ query: String) {
        #expect {
            _ = try Self.answer(Self.engine(4, sampleLimit: 70_000), query)
        } throws: { error in
            guard case .tooManySamples(limit: 70_000) = error as? QueryError else { return false }
            return true
        }
    }

    @Test func allThreadsStopWhenToldTo() {
        let count = Mutex(0)
        #expect {
            _ = try Self.engine(4).range(
                "rate(many_total[1m])", from: 0, through: 399_000, stepMilliseconds: 1000, source: Self.source
            ) {
                count.withLock { count in
                    count += 1
                    return count > 20 ? .cancelled : nil
                }
            }
        } throws: { error in
            guard case .cancelled = error as? QueryError else { return false }
            return true
        }
        // Of 150 series each asks at least twice; a thread may ask once more before it sees that another has stopped.
        #expect(count.withLock { $0 } <= 24)
    }
}
