import LabelMatching
import MetricModel
import Synchronization
import Testing

@testable import SampleStore

/// Everything at once: what was acknowledged is in every answer that is asked for later, once.
@Suite struct ConcurrencyTests {
    private final class Progress: Sendable {
        let acknowledged = (0..<8).map { _ in Acknowledged() }
        final class Acknowledged: Sendable {
            let through = Atomic<Int>(-1)
        }
    }

    private static func labels(_ writer: Int) -> Labels { ["__name__": "counter", "writer": "\(writer)"] }

    @Test func readersMissNothingWhileSealsRun() async throws {
        let test = try TestStore(now: CalendarDay(containing: TestStore.base).lastUnixMilliseconds - 500)
        let (store, start) = (test.store, test.clock.now)
        let progress = Progress()
        let roundCount = 120
        let requests = (0..<8).map { writer in
            (0..<roundCount).map { round in Self.makeRequest(test, writer, round, start) }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                let mine = requests[writer]
                group.addTask {
                    for (round, (request, columns)) in mine.enumerated() {
                        let counts = try await store.ingest(request, decoded: columns)
                        #expect(counts.stored == 10)
                        progress.acknowledged[writer].through.store(round * 10 + 9, ordering: .sequentiallyConsistent)
                    }
                }
            }
            group.addTask {
                while !Self.isDone(progress, roundCount) {
                    try store.seal()
                    await Task.yield()
                }
            }
            group.addTask {
                while !Self.isDone(progress, roundCount) {
                    try Self.check(store, progress, start)
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
        try Self.check(store, progress, start)
        try store.seal()
        try test.crash()
        try Self.check(test.store, progress, start)
        #expect(try StoreInspection.describe(test.directory).samples == 8 * roundCount * 10)
    }

    private static func makeRequest(
        _ test: TestStore, _ writer: Int, _ round: Int, _ start: Int64
    ) -> (ReceivedRequest, SampleColumns) {
        let samples = (round * 10..<round * 10 + 10).map { (time: start + Int64($0), value: Double($0)) }
        return test.request([TestStore.Row(labels: labels(writer), samples: samples)], sender: "gw-\(writer)")
    }

    private static func isDone(_ progress: Progress, _ roundCount: Int) -> Bool {
        progress.acknowledged.allSatisfy { $0.through.load(ordering: .sequentiallyConsistent) == roundCount * 10 - 1 }
    }

    private static func check(_ store: SampleStore, _ progress: Progress, _ start: Int64) throws {
        let before = progress.acknowledged.map { $0.through.load(ordering: .sequentiallyConsistent) }
        let found = try store.select(
            [LabelMatcher("__name__", equals: "counter")], from: .min, through: .max, sampleLimit: .max)
        for (writer, through) in before.enumerated() where through >= 0 {
            let column = found.first { $0.labels == labels(writer) }
            let count = column?.values.count ?? 0
            #expect(count > through, "writer \(writer): \(count) samples after \(through + 1) were acknowledged")
            #expect(column?.unixMilliseconds == (0..<Int64(count)).map { start + $0 })
            #expect(column?.values == (0..<count).map(Double.init))
        }
    }

    @Test func aBacklogBeyondItsLimitIsRefused() async throws {
        var settings = TestStore.smallSettings
        settings.backlogByteLimit = 1000
        let test = try TestStore(settings: settings)
        let store = test.store
        // Its directory goes with it.
        defer { withExtendedLifetime(test) {} }
        // While the log is held, requests wait; the second that does not fit is told to come again.
        let results = Mutex<[Result<IngestCounts, StoreError>]>([])
        let (request, columns) = test.request([
            .init(labels: Self.labels(0), samples: (0..<20).map { (TestStore.base + $0, 1) })
        ])
        store.core.log.withLock { _ in
            for _ in 0..<20 {
                store.submit(request, decoded: columns) { result in results.withLock { $0.append(result) } }
            }
        }
        store.close()
        let outcomes = results.withLock { $0 }
        #expect(outcomes.count == 20)
        let refused = outcomes.count { if case .failure(.busy(let seconds)) = $0 { seconds >= 1 } else { false } }
        #expect(refused >= 16 && refused < 20)
        #expect(store.statistics().busyRefusals == UInt64(refused) && store.statistics().backlogByteCount == 0)
    }
}
