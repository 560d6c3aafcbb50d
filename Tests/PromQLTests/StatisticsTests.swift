import LabelMatching
import MetricModel
import PromQL
import QueryFixtures
import Synchronization
import Testing

/// What a query says of itself. What is wanted was counted by hand from the times of the samples, as Prometheus's engine
/// counts; `QueryStatisticsTests` asks Prometheus itself.
@Suite struct StatisticsTests {
    /// `a` every 10 s from 1 s through 51 s; `b` the same, but that it ends at 21 s and is back at 41 s.
    private static let source: MemorySource = {
        var source = MemorySource()
        source.append(["__name__": "g", "i": "a"], [1, 11, 21, 31, 41, 51].map { ($0 * 1000, Double($0)) })
        source.append(
            ["__name__": "g", "i": "b"],
            [(1000, 1), (11_000, 2), (21_000, StaleMarker.value), (41_000, 4), (51_000, 5)])
        source.append(["__name__": "up", "instance": "x", "job": "j"], [(19_000, 1), (59_000, 1)])
        source.append(["__name__": "target_info", "instance": "x", "job": "j", "d": "1"], [(18_000, 1)])
        source.append(["__name__": "target_info", "instance": "y", "job": "j", "d": "2"], [(18_000, 1)])
        return source
    }()

    private static let engine: QueryEngine = {
        var options = QueryOptions()
        options.lookbackMilliseconds = 15_000
        options.isExperimental = true
        return QueryEngine(options)
    }()

    private static let metering = QueryMetering(countsSteps: true) { 0 }

    struct Case: CustomTestStringConvertible {
        let query: String
        /// At 0, 20, 40 and 60 s.
        let counts: [Int]
        var testDescription: String { query }

        init(_ query: String, _ counts: [Int]) {
            self.query = query
            self.counts = counts
        }
    }

    /// Instant selectors give a sample for each series that has a value then.
    private static let instantSelectors = [
        Case("g", [0, 2, 1, 2]), Case("sum(g)", [0, 2, 1, 2]), Case("-(g)", [0, 2, 1, 2]),
        Case("g + g", [0, 4, 2, 4]), Case("(g + 1) * (g + 1) + g", [0, 6, 3, 6]), Case("g > 100", [0, 2, 1, 2]),
        Case("g{i=\"b\"} or g", [0, 3, 1, 3]),
        Case("nothing and g", [0, 2, 1, 2]), Case("topk(1, g)", [0, 2, 1, 2]),
        Case("clamp_max(g, scalar(g))", [0, 4, 2, 4]),
        Case("absent(g)", [0, 2, 1, 2]), Case("scalar(g)", [0, 2, 1, 2]), Case("histogram_count(g)", [0, 2, 1, 2]),
        Case("timestamp(g)", [0, 2, 1, 2]), Case("timestamp(-g)", [0, 2, 1, 2]), Case("g offset 20s", [0, 0, 2, 1]),
        Case("label_replace(g, \"x\", \"$1\", \"i\", \"(.)\")", [0, 2, 1, 2]), Case("g smoothed", [0, 2, 1, 2]),
        Case("1 + 1", [0, 0, 0, 0]), Case("vector(time())", [0, 0, 0, 0]), Case("hour()", [0, 0, 0, 0]),
    ]

    /// Range selectors give the samples in the window, whether or not a function makes anything of them.
    private static let rangeSelectors = [
        Case("count_over_time(g[25s])", [0, 4, 2, 4]), Case("rate(g[25s])", [0, 4, 2, 4]),
        Case("rate(g[9500ms])", [0, 2, 1, 2]), Case("absent_over_time(g[25s])", [0, 4, 2, 4]),
        Case("sum(delta(g[25s] offset 20s))", [0, 0, 4, 2]), Case("changes(g[5s])", [0, 0, 0, 0]),
        Case("quantile_over_time(scalar(g), g[25s])", [0, 6, 3, 6]),
        Case("sum_over_time(g[25s]) / g", [0, 6, 3, 6]), Case("increase(g[25s] anchored)", [0, 4, 6, 6]),
    ]

    /// What is the same at each step is counted at each.
    private static let fixedTimes = [
        Case("g @ 20", [2, 2, 2, 2]), Case("sum(g @ 20) + g", [2, 4, 3, 4]), Case("g @ end()", [2, 2, 2, 2]),
        Case("count_over_time(g[25s] @ 20)", [4, 4, 4, 4]), Case("predict_linear(g[25s] @ 20, 1)", [4, 4, 4, 4]),
        Case("timestamp(g @ 20)", [2, 2, 2, 2]), Case("g{i=\"b\"} @ 40", [0, 0, 0, 0]),
        Case("rate(g[25s] @ 20) > scalar(sum(g @ 40))", [5, 5, 5, 5]), Case("g @ 20 + g @ 20", [4, 4, 4, 4]),
        Case("sum(g @ 20) + sum(g @ 20) * g", [4, 6, 5, 6]),
    ]

    /// Of a subquery the points in the window count, and nothing of what they were made from.
    private static let subqueries = [
        Case("count_over_time(g[25s:7s])", [0, 4, 3, 6]), Case("rate(sum(g)[25s:7s])", [0, 2, 3, 3]),
        Case("max_over_time(count_over_time(g[9500ms])[25s:7s])", [0, 4, 3, 6]),
        Case("sum_over_time(g[25s:7s] @ 20)", [4, 4, 4, 4]), Case("max_over_time((g @ 20)[25s:7s])", [8, 6, 6, 6]),
        Case("max_over_time((g + g)[25s:7s]) - g", [0, 6, 4, 8]),
        Case("count_over_time(g[10s:20s]) + g", [0, 4, 2, 4]),
        Case("max_over_time(vector(1)[25s:7s])", [4, 3, 3, 3]),
    ]

    /// Info series count with those that they belong to.
    private static let infos = [Case("info(up)", [0, 2, 0, 1]), Case("info(g)", [0, 2, 1, 2])]

    @Test(arguments: instantSelectors + rangeSelectors + fixedTimes + subqueries + infos)
    func samplesOfEachStep(_ test: Case) throws {
        let outcome = try Self.engine.range(
            test.query, from: 0, through: 60_000, stepMilliseconds: 20_000, source: Self.source,
            metering: Self.metering)
        let statistics = try #require(outcome.statistics)
        #expect(statistics.queryableSamplesOfSteps?.map(\.count) == test.counts)
        #expect(statistics.queryableSamplesOfSteps?.map(\.unixMilliseconds) == [0, 20_000, 40_000, 60_000])
        #expect(statistics.queryableSamples == test.counts.reduce(0, +))
        // A step counts as the only one would; what fixes a time by the query's end is another query then.
        for (step, count) in test.counts.enumerated() where !test.query.contains("end()") {
            let time = Int64(step) * 20_000
            let alone = try Self.engine.instant(test.query, at: time, source: Self.source, metering: Self.metering)
            #expect(
                alone.statistics?.queryableSamplesOfSteps
                    == [QueryStatistics.StepCount(unixMilliseconds: time, count: count)], "at \(time)")
        }
    }

    /// At 60 s; a subquery that is the whole query counts what is inside it.
    @Test(arguments: [
        Case("g[25s]", [4]), Case("((g[25s]))", [4]), Case("g[25s] @ 20", [4]), Case("g[40s] anchored", [10]),
        Case("g[25s:7s]", [6]), Case("sum(g)[25s:7s]", [6]), Case("(g[25s:7s] @ 20)", [4]),
        Case("count_over_time(g[25s])[25s:7s]", [11]), Case("max_over_time(g[9s:3s])[25s:7s]", [16]),
        Case("\"text\"", [0]), Case("(g @ 20)[25s:7s]", [6]),
    ])
    func samplesOfWholeRanges(_ test: Case) throws {
        for countsSteps in [true, false] {
            let outcome = try Self.engine.instant(
                test.query, at: 60_000, source: Self.source, metering: QueryMetering(countsSteps: countsSteps) { 0 })
            #expect(outcome.statistics?.queryableSamples == test.counts[0])
            let steps = outcome.statistics?.queryableSamplesOfSteps
            #expect(steps?.map(\.count) == (countsSteps ? test.counts : nil))
        }
    }

    @Test(arguments: [
        "topk(3, many_total) + on (index) increase(many_total[40s] offset 5s)",
        "max_over_time(sum by (group) (many_total)[20s:3s])",
    ])
    func theSameOnHoweverManyThreads(_ query: String) throws {
        func statistics(_ threadCount: Int) throws -> QueryStatistics? {
            var options = QueryOptions()
            if threadCount > 1 { options.sharing = ThreadedWork(threadCount: threadCount) }
            return try QueryEngine(options).range(
                query, from: 0, through: 399_000, stepMilliseconds: 1000, source: SharedWorkTests.source,
                metering: Self.metering
            ).statistics
        }
        let alone = try #require(try statistics(1))
        #expect(alone.queryableSamples > 15_000)
        let shared = try statistics(3)
        #expect(shared?.queryableSamples == alone.queryableSamples)
        #expect(shared?.queryableSamplesOfSteps == alone.queryableSamplesOfSteps)
        // Each thread has a series at hand: at most 400 samples and 400 values.
        let peak = try #require(shared?.peakSamples)
        #expect(peak >= alone.peakSamples && peak <= alone.peakSamples + 2 * 800)
    }

    /// The peak is what the limit is held against: with so much a query passes, with one less it does not.
    @Test(arguments: [
        "g", "rate(g[25s])", "sum(g) + sum(g offset 1s)", "max_over_time(g[25s:7s])", "g @ 20", "1 + 1",
        "topk(1, g) * 2",
    ])
    func thePeakIsTheLimits(_ query: String) throws {
        func peak(limit: Int) throws -> Int? {
            var options = Self.engine.options
            options.sampleLimit = limit
            return try QueryEngine(options).range(
                query, from: 0, through: 60_000, stepMilliseconds: 20_000, source: Self.source, metering: Self.metering
            ).statistics?.peakSamples
        }
        let needed = try #require(try peak(limit: 1000))
        #expect(needed > 0)
        #expect(try peak(limit: needed) == needed)
        #expect(throws: QueryError.self) { try peak(limit: needed - 1) }
    }

    @Test func timesOfThePhases() throws {
        // Begin, text read, selector begun and found, twice, evaluated, end.
        let times: [Int64] = [5, 15, 45, 145, 245, 445, 1445, 11_445]
        let next = Mutex(0)
        let metering = QueryMetering(countsSteps: false) {
            next.withLock { next in
                next += 1
                return next <= times.count ? times[next - 1] : .max
            }
        }
        let outcome = try Self.engine.range(
            "g + rate(g[25s])", from: 0, through: 60_000, stepMilliseconds: 20_000, source: Self.source,
            metering: metering)
        let statistics = try #require(outcome.statistics)
        #expect(next.withLock { $0 } == times.count)
        #expect(statistics.preparationNanoseconds == 10 + 100 + 200)
        #expect(statistics.evaluationNanoseconds == 1445 - 15 - 300)
        #expect(statistics.orderingNanoseconds == 10_000)
        #expect(statistics.totalNanoseconds == 11_440)
    }

    @Test func nothingIsMeasuredUnlessAskedFor() throws {
        #expect(try Self.engine.instant("g", at: 60_000, source: Self.source).statistics == nil)
        let empty = try Self.engine.range(
            "g", from: 1, through: 0, stepMilliseconds: 1, source: Self.source, metering: Self.metering)
        #expect(empty.statistics?.queryableSamplesOfSteps == [])
    }
}
