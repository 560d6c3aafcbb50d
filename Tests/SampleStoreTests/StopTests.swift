import LabelMatching
import LinuxSystem
import MetricModel
import Testing

@testable import SampleStore

/// A clean stop: the directory is as a copy of it may be, whoever still holds a part of the store.
@Suite struct StopTests {
    private static let labels: Labels = ["__name__": "node_load1"]

    /// What SQLite keeps beside databases that somebody has open.
    private func besides(_ directory: String) throws -> [String] {
        try Files.list(directory).filter { $0.hasSuffix("-wal") || $0.hasSuffix("-shm") }
    }

    @Test func aCleanStopLeavesNothingBesideTheDatabases() async throws {
        let test = try TestStore()
        defer { withExtendedLifetime(test) {} }
        try await test.ingest([.init(labels: Self.labels, samples: [(TestStore.base, 1)])])
        try test.store.seal()
        #expect(try test.select().count == 1)
        try await test.ingest([.init(labels: Self.labels, samples: [(TestStore.base + 1, 2)])])
        #expect(try !besides(test.directory).isEmpty)
        // As somebody has it who is late: a query, an order, a thread that ends in a moment.
        let core = test.store.core
        test.store.close()
        #expect(try besides(test.directory) == [])
        // Nor does whoever comes late open anything again, or write into a directory that may be another's by now.
        #expect(throws: StoreError.closed) { try core.seal() }
        #expect(throws: StoreError.closed) { try core.sealFinally() }
        #expect(throws: StoreError.closed) { try core.rewriteFinally(CalendarDay(containing: TestStore.base)) }
        #expect(throws: StoreError.closed) {
            try core.delete([[LabelMatcher("__name__", equals: "node_load1")]], from: .min, through: .max)
        }
        #expect(throws: StoreError.closed) { try test.store.backUp(to: test.directory + "-late") }
        #expect(!Files.exists(test.directory + "-late") && !Files.exists(test.directory + "-late.partial"))
        #expect(throws: (any Error).self) { try test.select() }
        core.rewriteDays { true }
        #expect(try besides(test.directory) == [])
        #expect(test.store.statistics().damagedFiles == 0)
    }
}
