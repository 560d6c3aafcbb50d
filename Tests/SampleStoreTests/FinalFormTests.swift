import LabelMatching
import LinuxSystem
import MetricModel
import Testing

@testable import SampleStore

private let base = TestStore.base
private let hour: Int64 = 3_600_000

/// A day that is over, in its final form.
@Suite struct FinalFormTests {
    /// A store whose clock is past the day of `base` and its grace.
    static func dayThatIsOver(_ change: (inout StoreSettings) -> Void = { _ in }) throws -> TestStore {
        var settings = TestStore.smallSettings
        change(&settings)
        return try TestStore(settings: settings, now: CalendarDay(containing: base).lastUnixMilliseconds + 2 * hour)
    }

    /// Series of several kinds: equal constants, counters, noise; with equal times, others, and one sample alone.
    static func rows(_ seriesCount: Int = 40, _ sampleCount: Int64 = 200, from start: Int64 = base) -> [TestStore.Row] {
        (0..<seriesCount).map { number in
            let labels: Labels = [
                "__name__": ["up", "node_load1", "node_cpu_seconds_total"][number % 3], "instance": "gw-\(number % 5)",
                "cpu": number % 2 == 0 ? "\(number)" : "", "job": number < 30 ? "node" : "devices",
            ]
            let step: Int64 = number % 7 == 6 ? 14_500 : 15_000
            let samples = (0..<(number == 11 ? 1 : sampleCount)).map { index in
                let value =
                    switch number % 3 {
                    case 0: 1.0
                    case 1: Double(index * 37 % 11) / 10 + Double(number)
                    default: Double(index) * 14.75
                    }
                return (time: start + index * step, value: value)
            }
            return TestStore.Row(labels: labels, samples: samples)
        }
    }

    @Test func aDayThatIsOverIsRewrittenAndAnswersTheSame() async throws {
        let test = try Self.dayThatIsOver { $0.finalChunkSampleLimit = 64 }
        for part in Self.rows().chunked(9) { try await test.ingest(part) }
        // Until it is in the day's file there is nothing to rewrite.
        test.store.rewriteDays()
        #expect(test.store.statistics().rewrites == 0)
        try test.store.seal()
        let before = try test.select()
        let size = try StoreInspection.describe(test.directory).days[0].byteCount
        test.store.rewriteDays()
        #expect(test.store.statistics().rewrites == 1)
        #expect(try test.select() == before && before.count == 40)
        let day = try StoreInspection.describe(test.directory, isThorough: true).days[0]
        #expect(
            day.isFinal && day.damage == nil && day.series == 40
                && day.samples == before.values.reduce(0) { $0 + $1.count })
        #expect(day.byteCount < size)
        #expect(try Files.list(test.directory).filter { $0.hasPrefix("2026") } == ["2026-11-20.db"])
        // Nothing is left to do, and a restart finds it so.
        try test.crash()
        test.store.rewriteDays()
        #expect(test.store.statistics().rewrites == 0)
        #expect(try test.select() == before)
        try Self.compareMatchers(test, before)
    }

    /// Every kind of matcher answers as the labels themselves do.
    static func compareMatchers(_ test: TestStore, _ all: [Labels: [Int64: UInt64]]) throws {
        for set: [(String, MatchOperation, String)] in [
            [("__name__", .equal, "up")], [("__name__", .equal, "absent")], [("__name__", .matches, "node.*")],
            [("__name__", .notEqual, "up"), ("instance", .equal, "gw-3")], [("cpu", .equal, "")],
            [("cpu", .matches, "1.|2")], [("instance", .doesNotMatch, "gw-[12]"), ("cpu", .notEqual, "")],
            [("absent", .equal, "")], [("instance", .equal, "gw-9")],
            [("__name__", .equal, ""), ("job", .equal, "node")],
        ] {
            let matchers = try set.map { try LabelMatcher($0.0, $0.1, $0.2) }
            let expected = all.filter { matchers.match($0.key) }
            #expect(try test.select(matchers) == expected, "\(matchers)")
            let series = try test.store.series(matching: [matchers], from: .min, through: .max, limit: .max)
            #expect(series == expected.keys.sorted(), "\(matchers)")
        }
        #expect(
            try test.store.labelNames(matching: [], from: .min, through: .max, limit: 9)
                == ["__name__", "cpu", "instance", "job"])
        #expect(
            try test.store.labelValues(of: "__name__", matching: [], from: .min, through: .max, limit: 9)
                == ["node_cpu_seconds_total", "node_load1", "up"])
        #expect(
            try test.store.labelValues(of: "job", matching: [], from: .min, through: .max, limit: 9) == [
                "devices", "node",
            ])
    }

    /// Unicode calls the two names equivalent; labels are bytes.
    /// Series of a later metric that are the same as those of an earlier one have no values of their own, so the stream
    /// ends before them.
    @Test(arguments: [1, 4]) func whatEndsWithSharedValuesIsReadBack(seriesCount: Int) async throws {
        let test = try Self.dayThatIsOver()
        let rows = ["first", "second", "third"].flatMap { metric in
            (0..<seriesCount).map { number in
                let labels: Labels = ["__name__": metric, "series": "\(number)"]
                let samples = (0..<Int64(100)).map { index in
                    (time: base + index * 15_000, value: Double((index * 37 + Int64(number)) % 11) / 10)
                }
                return TestStore.Row(labels: labels, samples: samples)
            }
        }
        try await test.ingest(rows)
        try test.store.seal()
        let before = try test.select()
        test.store.rewriteDays()
        #expect(test.store.statistics().rewrites == 1 && test.store.statistics().rewriteProblem.isEmpty)
        #expect(try test.select() == before && before.count == 3 * seriesCount)
        #expect(try StoreVerification.check(test.directory).damages.isEmpty)
    }

    @Test func labelNamesAreComparedByteForByte() async throws {
        let test = try Self.dayThatIsOver()
        let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
        let labels: [Labels] = [["__name__": "m", composed: "a"], ["__name__": "m", decomposed: "a"]]
        try await test.ingest(labels.map { .init(labels: $0, samples: [(base, 1)]) })
        try test.store.sealFinally()
        for (name, own) in zip([composed, decomposed], labels) {
            #expect(Array(try test.select([LabelMatcher(name, .equal, "a")]).keys) == [own])
            let values = try test.store.labelValues(of: name, matching: [], from: .min, through: .max, limit: 9)
            #expect(values == ["a"])
        }
    }

    @Test func lateRowsOverflowAndAreMergedWhenTheyPassTheirShare() async throws {
        let test = try Self.dayThatIsOver()
        try await test.ingest(Self.rows())
        try test.store.sealFinally()
        // One late sample, one that is there already, and one whose time has another value.
        let labels = Self.rows()[0].labels
        try await test.ingest([
            .init(labels: labels, samples: [(base + 7, 5), (base + 15_000, 1), (base + 30_000, 2)]),
            .init(labels: ["__name__": "new"], samples: [(base + 9, 3)]),
        ])
        try test.store.seal()
        var expected = try test.select()
        #expect(expected[labels]?[base + 7] == 5.0.bitPattern && expected[labels]?[base + 30_000] == 1.0.bitPattern)
        #expect(expected[labels]?.count == 201 && expected.count == 41)
        let statistics = test.store.statistics()
        #expect(statistics.duplicates == 1 && statistics.conflicts == 1 && statistics.lateSamples == 2)
        // Two rows of 7,800 are not worth a rewrite.
        test.store.rewriteDays()
        #expect(try StoreInspection.describe(test.directory).days[0].lateSamples == 2)
        try test.crash()
        #expect(try test.select() == expected)
        // Five in a hundred are.
        let late = (0..<500).map { (time: base + 1 + $0 * 15_000, value: Double($0)) }
        try await test.ingest([.init(labels: labels, samples: late)])
        try test.store.seal()
        expected = try test.select()
        #expect(expected[labels]?.count == 701)
        test.store.rewriteDays()
        let day = try StoreInspection.describe(test.directory, isThorough: true).days[0]
        #expect(day.isFinal && day.lateSamples == 0 && day.seals == 0)
        #expect(try test.select() == expected)
        #expect(try Files.list(test.directory).filter { $0.hasPrefix("2026") } == ["2026-11-20.db"])
    }

    /// Equal samples make equal files, whatever the order in which they came.
    @Test func theFinalFormDependsOnTheSamplesAlone() async throws {
        var files: [[UInt8]] = []
        for isReversed in [false, true] {
            let test = try Self.dayThatIsOver()
            for part in (isReversed ? Self.rows().reversed() : Self.rows()).chunked(7) {
                try await test.ingest(Array(part))
                if isReversed { try test.store.seal() }
            }
            try test.store.sealFinally()
            files.append(try Files.read(test.directory + "/2026-11-20.db"))
        }
        let areEqual = files[0] == files[1]
        #expect(areEqual)
    }

    /// Whatever of the replacement has happened when the power fails, the day is there.
    @Test(arguments: DayRewrite.Step.allCases, [false, true])
    func aRewriteThatStopsAnywhereLosesNothing(step: DayRewrite.Step, hasLateRows: Bool) async throws {
        let test = try Self.dayThatIsOver()
        try await test.ingest(Self.rows())
        if hasLateRows {
            try test.store.sealFinally()
            try await test.ingest(Self.rows(3, 20, from: base + 7))
        }
        try test.store.seal()
        let before = try test.select()
        try test.crash { directory in
            let rewrite = try DayRewrite(
                day: CalendarDay(containing: base), directory: directory, settings: test.settings)
            #expect(try rewrite.write { true })
            #expect(throws: StoreError.closed) {
                try rewrite.install { done throws(StoreError) in if done == step { throw .closed } }
            }
        }
        #expect(try test.select() == before)
        #expect(try Files.list(test.directory).allSatisfy { !$0.hasSuffix(".tmp") })
        #expect(try StoreInspection.describe(test.directory).days[0].isFinal == (hasLateRows || step == .renamed))
        try test.store.sealFinally()
        #expect(try test.select() == before)
    }

    @Test func aRewriteThatIsBrokenOffOrOvertakenLeavesTheDayAsItWas() async throws {
        let test = try Self.dayThatIsOver()
        try await test.ingest(Self.rows())
        try test.store.seal()
        let day = CalendarDay(containing: base)
        let path = test.directory + "/" + day.fileName
        let rewrite = try DayRewrite(day: day, directory: test.directory, settings: test.settings)
        #expect(try !rewrite.write { false })
        #expect(!Files.exists(path + ".tmp"))
        #expect(try rewrite.write { true })
        try await test.ingest(Self.rows(3, 20, from: base + 7))
        try test.store.seal()
        let before = try test.select()
        #expect(try !rewrite.install())
        #expect(!Files.exists(path + ".tmp"))
        #expect(try test.select() == before)
        try test.store.sealFinally()
        #expect(try test.select() == before)
    }
}

extension Array {
    func chunked(_ count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}
