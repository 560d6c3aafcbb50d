import LabelMatching
import MetricModel
import RemoteWrite
import SimulatedSystem
import TestPeers
import Testing

@testable import SampleStore
@testable import WaysideAgent

/// The simulated hub beside a real store with its log, threads and files: the same requests, the same counts.
@Suite struct HubDifferentialTests {
    @Test func `a real store makes of the same requests what the simulated hub made of them`() async throws {
        var repetitions = 0
        for seed in UInt64(1)...4 {
            var plan = SimulationPlan(seed: seed, operationCount: 120)
            plan.receivers = [.hub]
            plan.isDiskHonest = true
            plan.weatherEvery = 8
            let world = try SimulatedWorld(plan)
            guard let hub = world.destinations[0].receiver as? HubReceiver else { continue }
            hub.recorded = []
            for _ in 0..<plan.operationCount { try world.operate() }
            try world.heal()
            #expect(world.failure == nil)
            let recorded = hub.recorded ?? []
            repetitions += recorded.count { $0.counts.isRepeatedRequest }
            try await compare(recorded, storedCount: hub.receipts.storedCount)
        }
        #expect(repetitions > 0)
    }

    private func compare(
        _ recorded: [(request: ReceivedRequest, columns: SampleColumns, counts: IngestCounts)], storedCount: Int
    ) async throws {
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let now = recorded.last?.request.receivedUnixMilliseconds ?? 0
        var settings = StoreSettings()
        settings.logByteCount = 64 << 20
        settings.logSegmentByteCount = 4 << 20
        settings.sealIntervalMilliseconds = 1 << 40
        let store = try SampleStore(directory: directory.path, settings: settings, now: { now }) { _ in SampleColumns()
        }
        defer { withExtendedLifetime(directory) { store.abandon() } }
        for (request, columns, counts) in recorded {
            #expect(try await store.ingest(request, decoded: columns) == counts)
        }
        var found = 0
        for column in try store.select([], from: .min, through: .max, sampleLimit: .max)
        where column.labels.metricName.hasPrefix("sim_") {
            found += column.values.count
        }
        #expect(found == storedCount)
    }
}
