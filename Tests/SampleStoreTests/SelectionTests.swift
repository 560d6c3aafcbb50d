import LabelMatching
import MetricModel
import Synchronization
import Testing

@testable import SampleStore

/// Series that are found first and decoded later, by several threads, while the store goes on.
@Suite struct SelectionTests {
    private static func all(_ store: SampleStore) throws -> any SeriesSelection {
        try store.selection([], from: .min, through: .max, sampleLimit: .max, isCancelled: { false })
    }

    private static func samples(_ selection: any SeriesSelection, _ index: Int) throws -> [Int64: UInt64] {
        var buffer = SampleBuffer()
        try selection.read(index, into: &buffer)
        return Dictionary(uniqueKeysWithValues: zip(buffer.unixMilliseconds, buffer.values.map(\.bitPattern)))
    }

    /// With no memory for what was decoded, too little and enough.
    @Test(arguments: [0, 40_000, 64 << 20])
    func severalThreadsReadOneSelection(_ decodedByteLimit: Int) async throws {
        let test = try FinalFormTests.dayThatIsOver {
            $0.finalChunkSampleLimit = 64
            $0.decodedByteLimit = decodedByteLimit
        }
        for part in FinalFormTests.rows().chunked(9) { try await test.ingest(part) }
        let expected = try test.select()
        try test.store.seal()
        test.store.rewriteDays()
        #expect(test.store.statistics().rewrites == 1)
        for _ in 0..<2 {
            let selection = try Self.all(test.store)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<4 {
                    group.addTask {
                        for turn in selection.labels.indices {
                            let index = (turn + task * 10) % selection.labels.count
                            let found = try Self.samples(selection, index)
                            #expect(found == expected[selection.labels[index]])
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        let decoded = test.store.core.catalog.decoded
        #expect(decoded.times.figures.byteCount + decoded.values.figures.byteCount <= decodedByteLimit)
        #expect((decoded.times.figures.hits > 0) == (decodedByteLimit > 0))
    }

    @Test func aRewriteAfterwardsChangesNothing() async throws {
        let test = try FinalFormTests.dayThatIsOver()
        try await test.ingest(FinalFormTests.rows())
        try test.store.seal()
        let expected = try test.select()
        let selection = try Self.all(test.store)
        test.store.rewriteDays()
        #expect(test.store.statistics().rewrites == 1)
        for (index, labels) in selection.labels.enumerated() {
            let found = try Self.samples(selection, index)
            #expect(found == expected[labels])
        }
        // The new file's columns are not taken for the old one's.
        for _ in 0..<2 { #expect(try test.select() == expected) }
    }

    /// What was found before is what was there then; what is asked afterwards has nothing of it, though its columns were
    /// decoded and kept, and what a seal adds is there.
    @Test(arguments: [false, true])
    func aDeletionIsSeenByLaterSelections(_ isFinal: Bool) async throws {
        let test = try FinalFormTests.dayThatIsOver()
        try await test.ingest(FinalFormTests.rows())
        try test.store.seal()
        if isFinal { test.store.rewriteDays() }
        let before = try test.select()
        let selection = try Self.all(test.store)
        let deleted = (TestStore.base + 500_000)...(TestStore.base + 1_000_000)
        let matchers = [LabelMatcher("__name__", equals: "node_cpu_seconds_total")]
        try test.store.delete([matchers], from: deleted.lowerBound, through: deleted.upperBound)
        for (index, labels) in selection.labels.enumerated() {
            #expect(try Self.samples(selection, index) == before[labels])
        }
        let left = Dictionary(
            uniqueKeysWithValues: before.map { labels, samples in
                (
                    labels,
                    labels.metricName == matchers[0].value ? samples.filter { !deleted.contains($0.key) } : samples
                )
            })
        #expect(left != before)
        for _ in 0..<2 { #expect(try test.select() == left) }
    }

    @Test func stopsWhenToldToAndWhereThereIsTooMuch() async throws {
        let test = try FinalFormTests.dayThatIsOver()
        try await test.ingest(FinalFormTests.rows())
        try test.store.seal()
        test.store.rewriteDays()
        let count = Mutex(0)
        #expect(throws: SourceError.cancelled) {
            _ = try test.store.selection([], from: .min, through: .max, sampleLimit: .max) {
                count.withLock { count in
                    count += 1
                    return count > 5
                }
            }
        }
        #expect(count.withLock { $0 } < 60)
        // It is clear before anything is decoded.
        #expect(throws: SourceError.tooManySamples(limit: 10)) {
            _ = try test.store.selection([], from: .min, through: .max, sampleLimit: 10, isCancelled: { false })
        }
        #expect(test.store.core.catalog.decoded.times.figures.byteCount == 0)
    }
}
