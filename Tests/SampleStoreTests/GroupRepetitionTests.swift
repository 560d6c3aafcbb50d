import MetricModel
import Synchronization
import Testing

@testable import SampleStore

private let base = TestStore.base

/// The same request several times in one group of the log: an agent that hears of success forgets its samples, so a
/// repetition may only succeed when the first did.
@Suite struct GroupRepetitionTests {
    private let identity = RequestIdentity(agent: "gw-1", ringHigh: 1, ringLow: 2, first: 1, last: 9, crc: 77)

    private func row(_ number: Int, sampleCount: Int) -> TestStore.Row {
        .init(
            labels: ["__name__": "m"],
            samples: (0..<sampleCount).map { (base + Int64(number * sampleCount + $0), Double(number)) })
    }

    /// Submits three times while the log is held: at least two are then in one group.
    private func submitThrice(_ test: TestStore, _ row: TestStore.Row) -> [Result<IngestCounts, StoreError>] {
        let store = test.store
        // Its directory goes with it.
        defer { withExtendedLifetime(test) {} }
        let results = Mutex<[Result<IngestCounts, StoreError>]>([])
        let (request, columns) = test.request([row], identity: identity)
        store.core.log.withLock { _ in
            for _ in 0..<3 {
                store.submit(request, decoded: columns) { result in results.withLock { $0.append(result) } }
            }
        }
        store.close()
        return results.withLock { $0 }
    }

    @Test func aRepetitionOfWhatAFullLogRefusedIsRefused() async throws {
        var settings = TestStore.smallSettings
        settings.logByteCount = 128 << 10
        settings.logSegmentByteCount = 32 << 10
        settings.sealAtLogFraction = 2
        let test = try TestStore(settings: settings)
        var isFull = false
        for number in 0..<1000 where !isFull {
            do { try await test.ingest([row(number, sampleCount: 200)]) } catch StoreError.busy { isFull = true }
        }
        #expect(isFull)
        let results = submitThrice(test, row(2000, sampleCount: 200))
        let busyCount = results.count { if case .failure(.busy) = $0 { true } else { false } }
        #expect(busyCount == 3, "\(results)")
        let statistics = test.store.statistics()
        #expect(statistics.repeatedRequests == 0 && statistics.logFullRefusals == 4)
        // With room in the log it is taken, and known from then on.
        try test.crash()
        try test.store.seal()
        #expect(try await test.ingest([row(2000, sampleCount: 200)], identity: identity).stored == 200)
        #expect(try await test.ingest([row(2000, sampleCount: 200)], identity: identity).isRepeatedRequest)
    }

    @Test func aRepetitionOfWhatIsTooLargeIsRefused() throws {
        let test = try TestStore()
        let results = submitThrice(test, row(0, sampleCount: 80_000))
        let refusedCount = results.count { if case .failure(.tooLarge) = $0 { true } else { false } }
        #expect(refusedCount == 3, "\(results)")
        #expect(test.store.statistics().repeatedRequests == 0)
    }

    @Test func aRepetitionOfWhatWasWrittenIsAcknowledged() throws {
        let test = try TestStore()
        let results = submitThrice(test, row(0, sampleCount: 5)).map { try? $0.get() }
        #expect(results.map { $0?.stored } == [5, 0, 0])
        #expect(results.map { $0?.isRepeatedRequest } == [false, true, true])
        // Once in the log is enough.
        try test.crash()
        #expect(test.store.statistics().replayedRecords == 1)
    }
}
