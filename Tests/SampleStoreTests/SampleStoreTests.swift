import LabelMatching
import LinuxSystem
import MetricModel
import Testing

@testable import SampleStore

private let base = TestStore.base

private func series(_ name: String, _ labels: (String, String)...) -> Labels {
    Labels([Label("__name__", name)] + labels.map { Label($0.0, $0.1) })
}

private func bits(_ samples: [(Int64, Double)]) -> [Int64: UInt64] {
    Dictionary(uniqueKeysWithValues: samples.map { ($0.0, $0.1.bitPattern) })
}

@Suite struct SampleStoreTests {
    private let load = series("node_load1", ("instance", "gw-1"))

    @Test func whatWasAcknowledgedSurvivesACrash() async throws {
        let test = try TestStore()
        let counts = try await test.ingest([.init(labels: load, samples: [(base, 1), (base + 15_000, .nan)])])
        #expect(counts.stored == 2 && counts.written == 2)
        #expect(try test.select() == [load: bits([(base, 1), (base + 15_000, .nan)])])
        for _ in 0..<3 {
            try test.crash()
            #expect(try test.select() == [load: bits([(base, 1), (base + 15_000, .nan)])])
        }
        #expect(test.store.statistics().replayedSamples == 2)
    }

    @Test func sealedSamplesAreServedFromTheDayFileOnce() async throws {
        let test = try TestStore()
        let samples = (0..<50).map { (base + $0 * 1000, Double($0)) }
        try await test.ingest([.init(labels: load, samples: samples)])
        try test.store.seal()
        #expect(test.store.statistics().headSamples == 0)
        #expect(test.store.statistics().sealedSamples == 50)
        #expect(try test.select() == [load: bits(samples)])
        try test.crash()
        #expect(test.store.statistics().replayedRecords == 0)
        #expect(try test.select() == [load: bits(samples)])
        #expect(try test.select(from: base + 10_000, through: base + 12_000)[load]?.count == 3)
    }

    /// The log's cursor and `hub.db` are lost: everything is replayed onto what is sealed already.
    @Test func replayOntoSealedSamplesDoublesNothing() async throws {
        let test = try TestStore()
        let samples = (0..<20).map { (base + $0 * 1000, Double($0)) }
        try await test.ingest([.init(labels: load, samples: samples)])
        try test.store.seal()
        try test.crash { directory in
            for name in try Files.list(directory) where name.hasPrefix("hub.db") {
                try Files.remove(directory + "/" + name)
            }
            try Files.remove(directory + "/log/cursor")
        }
        #expect(test.store.statistics().replayedSamples == 20)
        #expect(try test.select() == [load: bits(samples)])
        try test.store.seal()
        let day = try StoreInspection.describe(test.directory).days
        #expect(day.map(\.samples) == [20])
        #expect(try test.select() == [load: bits(samples)])
    }

    @Test func lateSamplesAreMergedAndTheFirstOfATimeStays() async throws {
        let test = try TestStore()
        let labels = load
        var counts = try await test.ingest([.init(labels: labels, samples: (1...20).map { (base + $0 * 1000, 1) })])
        #expect(counts.stored == 20 && counts.outOfOrder == 0)
        counts = try await test.ingest([
            .init(labels: labels, samples: [(base + 500, 7), (base + 2000, 1), (base + 3000, 9), (base + 10_500, 7)])
        ])
        #expect(counts.stored == 2 && counts.outOfOrder == 2 && counts.duplicates == 1 && counts.conflicts == 1)
        var expected = bits((1...20).map { (base + $0 * 1000, 1) })
        expected[base + 500] = 7.0.bitPattern
        expected[base + 10_500] = 7.0.bitPattern
        #expect(try test.select() == [labels: expected])
        try test.store.seal()
        #expect(try test.select() == [labels: expected])
        // Against what is sealed the first stays too; it is known when the next seal looks.
        try await test.ingest([.init(labels: labels, samples: [(base + 700, 7), (base + 2000, 5), (base + 3000, 1)])])
        expected[base + 700] = 7.0.bitPattern
        #expect(try test.select() == [labels: expected])
        try test.store.seal()
        #expect(try test.select() == [labels: expected])
        let statistics = test.store.statistics()
        #expect(statistics.conflicts == 2 && statistics.duplicates == 2)
        #expect(statistics.stored == 23)
    }

    @Test func refusedSamplesAreCountedByReason() async throws {
        var settings = TestStore.smallSettings
        settings.seriesLimit = 3
        settings.seriesPerSenderLimit = 2
        settings.retentionMilliseconds = 1_000_000
        let test = try TestStore(settings: settings)
        var counts = try await test.ingest([
            .init(labels: load, samples: [(base - 1_000_001, 1), (base - 1_000_000, 1), (base + 600_001, 1)]),
            .init(labels: .empty, samples: [(base, 1), (base + 1, 1)]),
            .init(labels: series("a"), samples: [(base, 1)]),
            .init(labels: series("b"), samples: [(base, 1), (base + 1, 1)]),
        ])
        #expect(counts.tooOld == 1 && counts.tooFarAhead == 1 && counts.invalidLabels == 2)
        #expect(counts.overSeriesLimit == 2 && counts.stored == 2 && counts.refused == 6)
        counts = try await test.ingest(
            [.init(labels: series("b"), samples: [(base, 1)]), .init(labels: series("c"), samples: [(base, 1)])],
            sender: "gw-2")
        #expect(counts.stored == 1 && counts.overSeriesLimit == 1)
    }

    /// A few series with long labels take as much memory as many with short ones.
    @Test func labelBytesAreBoundedInAllAndBySender() async throws {
        var settings = TestStore.smallSettings
        settings.labelByteLimit = 3000
        settings.labelBytesPerSenderLimit = 2000
        settings.idleSeriesMilliseconds = 1000
        let test = try TestStore(settings: settings)
        func row(_ name: String, at time: Int64) -> TestStore.Row {
            .init(labels: series(name, ("l", String(repeating: "x", count: 900))), samples: [(time, 1)])
        }
        var counts = try await test.ingest(["a", "b", "c"].map { row($0, at: base) })
        #expect(counts.stored == 2 && counts.overLabelByteLimit == 1 && counts.overSeriesLimit == 0)
        counts = try await test.ingest(["d", "e"].map { row($0, at: base) }, sender: "gw-2")
        #expect(counts.stored == 1 && counts.overLabelByteLimit == 1)
        // What is known is taken, and so is a short one.
        counts = try await test.ingest([
            row("a", at: base + 1), row("c", at: base + 1), .init(labels: load, samples: [(base, 1)]),
        ])
        #expect(counts.stored == 2 && counts.overLabelByteLimit == 1)
        let statistics = test.store.statistics()
        #expect(statistics.overLabelByteLimit == 3 && statistics.overSeriesLimit == 0)
        #expect(statistics.offenders.map(\.sender) == ["gw-1", "gw-2"])
        // Series that leave memory give their bytes back, those that stay keep theirs.
        test.clock.now = base + 10_000
        try await test.ingest([row("a", at: base + 10_000)])
        try test.store.seal()
        #expect(test.store.statistics().activeSeries == 1)
        counts = try await test.ingest(["c", "e"].map { row($0, at: base + 10_000) })
        #expect(counts.stored == 1 && counts.overLabelByteLimit == 1)
    }

    @Test func aRequestSentAgainIsAcknowledgedAndNotWritten() async throws {
        let test = try TestStore()
        let identity = RequestIdentity(agent: "gw-1", ringHigh: 1, ringLow: 2, first: 1, last: 9, crc: 77)
        let rows = [TestStore.Row(labels: load, samples: [(base, 1)])]
        #expect(try await test.ingest(rows, identity: identity).stored == 1)
        for reopen in [false, true, true] {
            if reopen { try test.crash() }
            let again = try await test.ingest(rows, identity: identity)
            #expect(again.isRepeatedRequest && again.duplicates == 1 && again.stored == 0)
        }
        // Also when the log has let the record go.
        try test.store.seal()
        try test.crash()
        #expect(try await test.ingest(rows, identity: identity).isRepeatedRequest)
        // The same range with another checksum is other data: taken, and marked.
        let other = RequestIdentity(agent: "gw-1", ringHigh: 1, ringLow: 2, first: 1, last: 9, crc: 78)
        let counts = try await test.ingest([.init(labels: load, samples: [(base + 1, 2)])], identity: other)
        #expect(counts.isConflictingRequest && counts.stored == 1)
        let part = RequestIdentity(agent: "gw-2", ringHigh: 1, ringLow: 2, first: 1, last: 9, crc: 77)
        #expect(try await !test.ingest(rows, identity: part).isRepeatedRequest)
        #expect(test.store.statistics().conflictingRequests == 1)
    }

    @Test func midnightDividesTheFiles() async throws {
        let midnight = CalendarDay(containing: base).lastUnixMilliseconds + 1
        let test = try TestStore(now: midnight)
        let samples = (-5..<5).map { (midnight + $0, Double($0)) }
        try await test.ingest([.init(labels: load, samples: samples)])
        try test.store.seal()
        let days = try StoreInspection.describe(test.directory, isThorough: true).days
        #expect(days.map(\.name) == ["2026-11-20.db", "2026-11-21.db"])
        #expect(days.map(\.samples) == [5, 5] && days.allSatisfy { $0.damage == nil })
        #expect(days[0].lastUnixMilliseconds == midnight - 1 && days[1].firstUnixMilliseconds == midnight)
        #expect(try test.select() == [load: bits(samples)])
        // A day that was sealed past its end takes late samples as such.
        try await test.ingest([.init(labels: load, samples: [(midnight - 100, 3)])])
        try test.store.seal()
        #expect(try StoreInspection.describe(test.directory).days.map(\.lateSamples) == [1, 0])
    }

    @Test func retentionDeletesWholeDays() async throws {
        var settings = TestStore.smallSettings
        settings.retentionMilliseconds = 2 * 86_400_000
        let test = try TestStore(settings: settings)
        for day in 0..<5 {
            test.clock.now = base + Int64(day) * 86_400_000
            try await test.ingest([.init(labels: load, samples: [(test.clock.now, Double(day))])])
        }
        try test.store.seal()
        test.store.removeExpired()
        #expect(try StoreInspection.describe(test.directory).days.count == 3)
        #expect(test.store.statistics().removedDays == 2)
        #expect(try test.select()[load]?.count == 3)
        // A clock that has run ahead is no reason to delete.
        test.clock.now = base + 1000 * 86_400_000
        test.store.removeExpired()
        #expect(try test.select()[load]?.count == 3)
    }

    @Test func theOldestDaysGoWhenTheDirectoryTakesTooMuch() async throws {
        let test = try TestStore()
        for day in 0..<5 {
            test.clock.now = base + Int64(day) * 86_400_000
            try await test.ingest([.init(labels: load, samples: [(test.clock.now, Double(day))])])
        }
        try test.store.seal()
        let found = try StoreInspection.describe(test.directory)
        // Room for two of the five days and half of another.
        let each = found.days[0].byteCount
        let hub = try Int64(Files.read(test.directory + "/hub.db").count)
        test.settings.retentionByteCount = found.logByteCount + hub + each * 5 / 2
        try test.crash()
        test.store.removeExpired()
        #expect(try StoreInspection.describe(test.directory).days.map(\.name) == ["2026-11-23.db", "2026-11-24.db"])
        var statistics = test.store.statistics()
        #expect(statistics.removedDaysForSpace == 3 && statistics.byteCountOverLimit == 0 && statistics.dayFiles == 2)
        #expect(try test.select()[load]?.count == 2)
        // The newest day stays whatever the bound is, and the statistics say so.
        test.settings.retentionByteCount = 1
        try test.crash()
        test.store.removeExpired()
        statistics = test.store.statistics()
        #expect(statistics.removedDaysForSpace == 1 && statistics.byteCountOverLimit > 0)
        #expect(try test.select()[load]?.count == 1)
    }

    @Test func concurrentCallersShareCommits() async throws {
        let test = try TestStore()
        let (store, clock) = (test.store, test.clock)
        try await withThrowingTaskGroup(of: IngestCounts.self) { group in
            for number in 0..<200 {
                let (request, columns) = test.request(
                    [.init(labels: series("m", ("n", "\(number)")), samples: [(clock.now, Double(number))])])
                group.addTask { try await store.ingest(request, decoded: columns) }
            }
            for try await counts in group { #expect(counts.stored == 1) }
        }
        #expect(try test.select().count == 200)
        let commits = test.store.statistics().commits
        #expect(commits >= 1 && commits <= 200)
        try test.crash()
        #expect(try test.select().count == 200)
    }

    @Test func aFullLogRefusesAndASealMakesRoom() async throws {
        var settings = TestStore.smallSettings
        settings.logByteCount = 128 << 10
        settings.logSegmentByteCount = 32 << 10
        settings.sealAtLogFraction = 2
        let test = try TestStore(settings: settings)
        var stored: [Int64: UInt64] = [:]
        var refusal: StoreError?
        for number in 0..<1000 where refusal == nil {
            let samples = (0..<200).map { (base + Int64(number) * 200 + $0, Double(number)) }
            do {
                try await test.ingest([.init(labels: load, samples: samples)])
                stored.merge(bits(samples)) { first, _ in first }
            } catch let error as StoreError { refusal = error }
        }
        guard case .busy(let seconds) = refusal else {
            Issue.record("not refused: \(String(describing: refusal))")
            return
        }
        #expect(seconds >= 1 && test.store.statistics().logFullRefusals == 1)
        #expect(try test.select() == [load: stored])
        try test.store.seal()
        try await test.ingest([.init(labels: load, samples: [(base + 500_000, 1)])])
        stored[base + 500_000] = 1.0.bitPattern
        try test.crash()
        #expect(try test.select() == [load: stored])
    }

    @Test func oversizeRequestsAndHeadersAreRefused() async throws {
        let test = try TestStore()
        let samples = (0..<80_000).map { (base + $0, 1.0) }
        await #expect {
            try await test.ingest([.init(labels: load, samples: samples)])
        } throws: { error in
            if case StoreError.tooLarge = error { true } else { false }
        }
        await #expect(throws: StoreError.headerTooLong(name: "sender", byteLimit: 65_535)) {
            try await test.ingest([], sender: String(repeating: "x", count: 65_536))
        }
        test.store.close()
        await #expect(throws: StoreError.closed) { try await test.ingest([]) }
    }

    @Test func aSecondStoreIsKeptOut() throws {
        let test = try TestStore()
        #expect(throws: StoreError.locked(path: test.directory)) {
            try SampleStore(directory: test.directory, decode: TestStore.decode)
        }
    }

    @Test func metadataSurvivesSealAndCrash() async throws {
        let test = try TestStore()
        var (request, columns) = test.request([.init(labels: load, samples: [(base, 1)])])
        columns.families = [
            .init(name: "", type: .gauge, help: "Load.", unit: ""),
            .init(name: "x", type: .counter, help: "", unit: "s"),
        ]
        columns.rows[0].family = 0
        // Rows of several metrics may share what is said of them.
        columns.beginRow(packedLabels: series("node_load5").packed, family: 0)
        columns.append(unixMilliseconds: base, value: 1)
        _ = try await test.store.ingest(request, decoded: columns)
        columns.families[0].help = ""
        request = test.request([.init(labels: load, samples: [(base + 1, 1)])]).0
        _ = try await test.store.ingest(request, decoded: columns)
        let expected: [SampleColumns.Family] = [
            .init(name: "node_load1", type: .gauge, help: "Load.", unit: ""),
            .init(name: "node_load5", type: .gauge, help: "Load.", unit: ""),
            .init(name: "x", type: .counter, help: "", unit: "s"),
        ]
        #expect(test.store.metadata() == expected)
        try test.store.seal()
        try test.crash()
        #expect(test.store.metadata() == expected)
        #expect(test.store.metadata(name: "x") == [expected[2]] && test.store.metadata(limit: 1) == [expected[0]])
    }

    @Test func idleSeriesLeaveMemoryAndStayInTheFiles() async throws {
        var settings = TestStore.smallSettings
        settings.idleSeriesMilliseconds = 1000
        let test = try TestStore(settings: settings)
        for number in 0..<10 {
            try await test.ingest([.init(labels: series("m", ("n", "\(number)")), samples: [(base, Double(number))])])
        }
        test.clock.now = base + 10_000
        try await test.ingest([.init(labels: load, samples: [(base + 10_000, 1)])])
        try test.store.seal()
        #expect(test.store.statistics().activeSeries == 1)
        #expect(try test.select().count == 11)
        try await test.ingest([.init(labels: series("m", ("n", "3")), samples: [(base, 8), (base + 9000, 4)])])
        try test.store.seal()
        #expect(try test.select()[series("m", ("n", "3"))] == bits([(base, 3), (base + 9000, 4)]))
    }
}
