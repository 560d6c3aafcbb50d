import LabelMatching
import LinuxSystem
import MetricModel
import Testing

@testable import SampleStore

private let base = TestStore.base
private let dayCount: Int64 = 86_400_000

/// What is deleted is seen no more, nothing else is lost, and what comes later is taken.
@Suite struct DeletionTests {
    private let name = "2026-11-20.db"
    private let load: Labels = ["__name__": "node_load1", "secret": "x"]
    private let up: Labels = ["__name__": "up"]
    private let loadMatcher = [LabelMatcher("__name__", equals: "node_load1")]

    private func row(_ labels: Labels, _ seconds: ClosedRange<Int64>, value: Double = 1) -> TestStore.Row {
        .init(labels: labels, samples: seconds.map { (base + $0 * 1000, value) })
    }

    private func times(_ test: TestStore, _ labels: Labels) throws -> [Int64] {
        (try test.select()[labels] ?? [:]).keys.map { ($0 - base) / 1000 }.sorted()
    }

    /// Where the samples are when the order comes.
    enum Place: CaseIterable { case memory, sealed, final, late }

    /// One that cleans only when it is told to.
    private func patient() throws -> TestStore {
        try FinalFormTests.dayThatIsOver { $0.finalGraceMilliseconds = 1 << 40 }
    }

    private func store(_ place: Place) async throws -> TestStore {
        let test = try patient()
        try await test.ingest([row(up, 0...9), row(load, 0...9)])
        if place == .sealed { try test.store.seal() }
        if place == .final || place == .late { try test.store.sealFinally() }
        if place == .late {
            try await test.ingest([row(load, 10...12)])
            try test.store.seal()
        }
        return test
    }

    @Test(arguments: Place.allCases)
    func whatIsDeletedIsSeenNoMore(place: Place) async throws {
        let test = try await store(place)
        try test.store.delete([loadMatcher], from: .min, through: .max)
        let check = { (note: Comment) in
            #expect(try Array(test.select().keys) == [self.up], note)
            #expect(try self.times(test, self.up) == Array(0...9), note)
            #expect(try test.store.series(matching: [], from: .min, through: .max, limit: 9) == [self.up], note)
            for sets in [[], [[try LabelMatcher("__name__", .matches, ".+")]]] {
                let names = try test.store.labelNames(matching: sets, from: .min, through: .max, limit: 9)
                #expect(names == ["__name__"], note)
                let values = try test.store.labelValues(
                    of: "__name__", matching: sets, from: .min, through: .max, limit: 9)
                #expect(values == ["up"], note)
            }
        }
        try check("at once")
        try test.crash()
        try check("after a crash")
        try test.store.seal()
        try test.store.cleanDeletions()
        try check("cleaned")
        #expect(try StoreInspection.describe(test.directory).samples == 10)
        try test.crash()
        try check("after another crash")
    }

    @Test(arguments: Place.allCases)
    func bothEndsAreInsideAndNothingElseIsLost(place: Place) async throws {
        let test = try await store(place)
        try test.store.delete([loadMatcher], from: base + 2000, through: base + 4000)
        try test.store.delete([loadMatcher], from: base + 4000, through: base + 5000)
        try test.store.delete([loadMatcher], from: base + 9000, through: base + 8000)
        let expected: [Int64] = [0, 1, 6, 7, 8, 9] + (place == .late ? [10, 11, 12] : [])
        #expect(try times(test, load) == expected && times(test, up) == Array(0...9))
        try test.store.cleanDeletions()
        #expect(try times(test, load) == expected && times(test, up) == Array(0...9))
    }

    /// Deletion is no mask: a corrected backfill of the same series and times is taken.
    @Test(arguments: Place.allCases)
    func whatIsSentLaterIsTakenAndStays(place: Place) async throws {
        let test = try await store(place)
        try test.store.delete([loadMatcher], from: base + 2000, through: base + 5000)
        #expect(try await test.ingest([row(load, 3...4, value: 2)]).stored == 2)
        let check = { (note: Comment) in
            let found = try #require(try test.select()[self.load], note)
            #expect(found[base + 3000] == 2.0.bitPattern && found[base + 4000] == 2.0.bitPattern, note)
            #expect(found[base + 2000] == nil && found[base + 5000] == nil, note)
            #expect(found[base + 1000] == 1.0.bitPattern && found[base + 6000] == 1.0.bitPattern, note)
        }
        try check("in memory")
        try test.crash()
        try check("replayed")
        try test.store.seal()
        try check("sealed")
        try test.crash()
        // A second deletion of the same times, and a correction of the correction.
        try test.store.delete([loadMatcher], from: base + 4000, through: base + 4000)
        #expect(try test.select()[load]?[base + 4000] == nil)
        try await test.ingest([row(load, 4...4, value: 2)])
        try test.store.seal()
        try check("sealed again")
        try test.store.cleanDeletions()
        try check("cleaned")
        #expect(try DayDeletions(Database(test.directory + "/" + name, .readOnly)).isEmpty)
    }

    /// The agent that has not heard the answer sends it again.
    @Test func aRetryOfAnAcknowledgedRequestBringsNothingBack() async throws {
        let test = try patient()
        let identity = RequestIdentity(agent: "gw-1", ringHigh: 1, ringLow: 2, first: 1, last: 9, crc: 77)
        try await test.ingest([row(load, 0...9)], identity: identity)
        try test.store.delete([loadMatcher], from: .min, through: .max)
        #expect(try await test.ingest([row(load, 0...9)], identity: identity).isRepeatedRequest)
        try test.crash()
        #expect(try await test.ingest([row(load, 0...9)], identity: identity).isRepeatedRequest)
        #expect(try test.select().isEmpty)
    }

    /// Neither the log nor a copy of `hub.db` that knows nothing brings the samples back.
    @Test func aLostHubDatabaseBringsNothingBack() async throws {
        let test = try await store(.memory)
        try test.store.delete([loadMatcher], from: .min, through: .max)
        try test.crash { directory in
            for suffix in ["", "-wal", "-shm"] where Files.exists(directory + "/hub.db" + suffix) {
                try Files.remove(directory + "/hub.db" + suffix)
            }
        }
        #expect(try Array(test.select().keys) == [up])
    }

    /// Samples that were refused must not come in by the log's replay after they were deleted.
    @Test func theLogGoesEvenWhereItHadNothingToWrite() async throws {
        var settings = TestStore.smallSettings
        settings.seriesLimit = 1
        let test = try TestStore(settings: settings, now: base + 3_600_000)
        try await test.ingest([row(up, 0...9)])
        try test.store.seal()
        try await test.ingest([row(load, 0...9)])
        try test.store.delete([loadMatcher], from: .min, through: .max)
        test.settings.seriesLimit = 10
        try test.crash()
        #expect(try Array(test.select().keys) == [up])
    }

    @Test func aBackupHasTheOrders() async throws {
        let test = try await store(.final)
        try test.store.delete([loadMatcher], from: .min, through: .max)
        let target = test.directory + "-copy"
        defer { TestStore.removeTree(target) }
        #expect(try test.store.backUp(to: target).isWhole)
        let now = test.clock.now
        let copy = try SampleStore(directory: target, settings: test.settings, now: { now }, decode: TestStore.decode)
        defer { copy.close() }
        #expect(try copy.select([], from: .min, through: .max, sampleLimit: .max).map(\.labels) == [up])
    }

    /// The files after cleaning are those of a store that never had the samples.
    @Test func cleaningLeavesNoTraceInTheFile() async throws {
        var files: [[UInt8]] = []
        for isDeleting in [false, true] {
            let test = try FinalFormTests.dayThatIsOver()
            try await test.ingest(FinalFormTests.rows())
            if isDeleting {
                try await test.ingest([row(load, 0...99), row(["__name__": "a", "cpu": "zzz"], 0...9)])
                try test.store.seal()
                try test.store.delete(
                    [[LabelMatcher("secret", equals: "x")], [LabelMatcher("cpu", equals: "zzz")]], from: .min,
                    through: .max)
            }
            try test.store.sealFinally()
            files.append(try Files.read(test.directory + "/" + name))
        }
        let areEqual = files[0] == files[1]
        #expect(areEqual)
    }

    @Test func aDayWithNothingLeftLosesItsFile() async throws {
        let test = try await store(.final)
        try await test.ingest([row(load, 10...12)])
        try test.store.delete([try [LabelMatcher("__name__", .matches, ".+")]], from: .min, through: .max)
        #expect(Files.exists(test.directory + "/" + name))
        try test.store.cleanDeletions()
        #expect(try Files.list(test.directory).filter { $0.hasPrefix("2026") }.isEmpty)
        #expect(test.store.statistics().dayFiles == 0 && test.store.statistics().rewriteProblem == "")
        #expect(try test.select().isEmpty)
        #expect(try test.store.labelNames(matching: [], from: .min, through: .max, limit: 9).isEmpty)
        try await test.ingest([row(load, 0...3)])
        try test.store.seal()
        try test.crash()
        #expect(try times(test, load) == [0, 1, 2, 3])
    }

    /// Memory has other samples, and its index would list the deleted series' labels with theirs.
    @Test func labelsOfDeletedSeriesAreNotListedBesideLiveOnes() async throws {
        let test = try await store(.memory)
        try test.store.delete([loadMatcher], from: .min, through: .max)
        try await test.ingest([row(up, 10...10)])
        let names = try test.store.labelNames(matching: [], from: .min, through: .max, limit: 9)
        #expect(names == ["__name__"])
        let values = try test.store.labelValues(of: "__name__", matching: [], from: .min, through: .max, limit: 9)
        #expect(values == ["up"])
        #expect(test.store.statistics().activeSeries == 1)
    }

    /// The thread that seals may have cleaned it before whoever was told to.
    @Test func aDayThatIsGoneMeanwhileNeedsNoCleaning() async throws {
        let test = try await store(.final)
        try test.store.delete([try [LabelMatcher("__name__", .matches, ".+")]], from: .min, through: .max)
        try test.store.cleanDeletions()
        try test.store.core.rewriteFinally(CalendarDay(containing: base))
        #expect(test.store.statistics().rewriteFailures == 0)
    }

    /// It does not wait for the next seal.
    @Test func theThreadThatSealsCleansDaysThatAreOver() async throws {
        let test = try FinalFormTests.dayThatIsOver()
        try await test.ingest([row(up, 0...9), row(load, 0...9)])
        try test.store.sealFinally()
        try test.store.delete([loadMatcher], from: .min, through: .max)
        while test.store.statistics().rewrites < 2 { await Task.yield() }
        #expect(try StoreInspection.describe(test.directory).samples == 10)
    }

    /// What is not concerned is not touched.
    /// Files hold what is hidden until they are cleaned, and both commands say how much.
    @Test(arguments: Place.allCases) func whatIsHiddenIsCountedUntilItIsCleaned(place: Place) async throws {
        let test = try await store(place)
        let stored = place == .late ? 23 : 20
        let figures = {
            let days = try StoreInspection.describe(test.directory).days
            let found = try StoreVerification.check(test.directory)
            #expect(found.damages.isEmpty)
            #expect(found.samples == days.reduce(0) { $0 + $1.samples })
            #expect(found.hiddenSamples == days.reduce(0) { $0 + $1.hiddenSamples })
            return [found.samples, found.hiddenSamples]
        }
        #expect(try figures()[1] == 0)
        // Two orders that mean the same series, and overlap.
        let anything = [try LabelMatcher("secret", .matches, "x|y")]
        try test.store.delete([loadMatcher], from: base + 2000, through: base + 5000)
        #expect(try figures() == [stored, 4])
        try test.store.delete([anything], from: base + 4000, through: base + 7000)
        #expect(try figures() == [stored, 6])
        // What comes after an order is not hidden by it.
        try await test.ingest([row(load, 3...3)])
        try test.store.seal()
        #expect(try figures() == [stored + 1, 6])
        #expect(try times(test, load).count == stored - 10 - 6 + 1)
        try test.store.cleanDeletions()
        #expect(try figures() == [stored + 1 - 6, 0])
    }

    @Test func aDayWithoutSuchSamplesGetsNoOrder() async throws {
        let test = try TestStore(now: base + 3 * dayCount)
        for day in 0..<3 as Range<Int64> {
            try await test.ingest([row(day == 1 ? load : up, day * 86_400...day * 86_400 + 5)])
        }
        try test.store.sealFinally()
        let before = try [0, 2].map { try Files.read(test.directory + "/2026-11-2\($0).db") }
        try test.store.delete([loadMatcher], from: .min, through: .max)
        #expect(try [0, 2].map { try Files.read(test.directory + "/2026-11-2\($0).db") } == before)
        #expect(try Array(test.select().keys) == [up])
    }

    @Test func exemplarsGoToo() {
        var table = ExemplarTable(limit: 10, byteLimit: 1 << 20)
        let make = { (series: Labels, time: Int64) in
            SampleColumns.Exemplar(series: series, labels: ["trace": "\(time)"], unixMilliseconds: time, value: 1)
        }
        let all = (0..<6 as Range<Int64>).map { make($0 % 2 == 0 ? load : up, $0) }
        let bounds = SampleBounds(oldest: .min, newest: .max)
        #expect(table.add(all, bounds) == 6)
        table.remove([loadMatcher], from: 1, through: 4)
        let left = table.select([[]], from: .min, through: .max).flatMap(\.exemplars).map(\.unixMilliseconds)
        #expect(left.sorted() == [0, 1, 3, 5] && table.count == 4)
        var same = ExemplarTable(limit: 10, byteLimit: 1 << 20)
        _ = same.add([all[0], all[1], all[3], all[5]], bounds)
        #expect(table.byteCount == same.byteCount)
        // And one that comes again is taken again.
        #expect(table.add([all[2]], bounds) == 1 && table.count == 5)
    }
}
