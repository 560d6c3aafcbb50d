import LabelMatching
import LinuxSystem
import MetricModel
import Synchronization
import Testing

@testable import SampleStore

/// `store backup`: a copy that was made under load opens, verifies and answers.
@Suite struct BackupTests {
    private final class Progress: Sendable {
        let acknowledged = Atomic<Int>(0)
        let isDone = Atomic<Bool>(false)
    }

    @Test func aBackupUnderLoadHasEverythingAcknowledgedBefore() async throws {
        var settings = TestStore.smallSettings
        settings.finalGraceMilliseconds = -1 << 40
        let test = try TestStore(settings: settings, now: TestStore.base + 3_600_000)
        let store = test.store
        // Its directory goes with it.
        defer { withExtendedLifetime(test) {} }
        try await test.ingest(FinalFormTests.rows(12, 50, from: TestStore.base - 86_400_000))
        try store.sealFinally()
        let requests = (0..<400).map { number in
            test.request([
                .init(
                    labels: ["__name__": "counter", "writer": "\(number % 4)"],
                    samples: [(time: TestStore.base + Int64(number), value: Double(number))])
            ])
        }
        let progress = Progress()
        var backups: [(path: String, count: Int)] = []
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for (request, columns) in requests {
                    _ = try await store.ingest(request, decoded: columns)
                    progress.acknowledged.add(1, ordering: .sequentiallyConsistent)
                }
                progress.isDone.store(true, ordering: .sequentiallyConsistent)
            }
            group.addTask {
                while !progress.isDone.load(ordering: .sequentiallyConsistent) {
                    try store.seal()
                    store.rewriteDays()
                    await Task.yield()
                }
            }
            for number in 0..<4 {
                while progress.acknowledged.load(ordering: .sequentiallyConsistent) < number * 90 + 20 {
                    await Task.yield()
                }
                let path = test.directory + "-backup-\(number)"
                let count = progress.acknowledged.load(ordering: .sequentiallyConsistent)
                try store.backUp(to: path)
                backups.append((path, count))
            }
            try await group.waitForAll()
        }
        for (path, count) in backups {
            defer { TestStore.removeTree(path) }
            #expect(try StoreVerification.check(path).damages.isEmpty)
            let now = test.clock.now
            let copy = try SampleStore(directory: path, settings: settings, now: { now }, decode: TestStore.decode)
            let columns = try copy.select([], from: .min, through: .max, sampleLimit: .max)
            let counters = columns.filter { $0.labels["__name__"] == "counter" }
            let values = counters.flatMap(\.values).sorted()
            // All that were acknowledged before it began, and of later ones the first.
            #expect(values.count >= count && values == (0..<values.count).map(Double.init))
            #expect(columns.reduce(0) { $0 + $1.values.count } - values.count == (11 * 50 + 1))
            try copy.seal()
            #expect(try copy.select([], from: .min, through: .max, sampleLimit: .max).count == columns.count)
            copy.close()
            #expect(try StoreInspection.describe(path).samples == values.count + 11 * 50 + 1)
        }
    }

    /// Before its first record the log has no directory. What an earlier attempt left is taken over.
    @Test func anEmptyStoreIsCopiedToo() throws {
        let test = try TestStore()
        let target = test.directory + "-copy"
        defer { TestStore.removeTree(target) }
        try Files.makeDirectory(target + ".partial")
        try Files.replace(target + ".partial/2026-11-20.db", with: [1])
        try test.store.backUp(to: target)
        #expect(try Files.list(target) == ["hub.db", "log"])
        #expect(try StoreVerification.check(target).damages.isEmpty)
    }

    /// One who reads a day for long keeps its -wal from being folded in. What is in it is in the copy all the same.
    @Test func aBackupBesideALongReaderHasWhatIsInTheJournal() async throws {
        let test = try TestStore()
        let labels: Labels = ["__name__": "node_load1"]
        try await test.ingest([.init(labels: labels, samples: [(TestStore.base, 1)])])
        try test.store.seal()
        let reader = try Database(test.directory + "/2026-11-20.db", .readWrite)
        try reader.execute("BEGIN")
        #expect(try reader.integer("SELECT count(*) FROM chunks") == 1)
        try await test.ingest([.init(labels: labels, samples: [(TestStore.base + 1, 2)])])
        try test.store.seal()
        let target = test.directory + "-beside"
        defer { TestStore.removeTree(target) }
        try test.store.backUp(to: target)
        #expect(try reader.integer("SELECT count(*) FROM chunks") == 1)
        try reader.execute("COMMIT")
        #expect(try StoreVerification.check(target).damages.isEmpty)
        let now = test.clock.now
        let copy = try SampleStore(directory: target, settings: test.settings, now: { now }, decode: TestStore.decode)
        defer { copy.close() }
        #expect(try copy.select([], from: .min, through: .max, sampleLimit: .max).map(\.values) == [[1, 2]])
    }

    @Test func aBackupIsNotMadeIntoWhatIsThere() throws {
        let test = try TestStore()
        try Files.makeDirectory(test.directory + "-there")
        defer { TestStore.removeTree(test.directory + "-there") }
        #expect(throws: StoreError.self) { try test.store.backUp(to: test.directory + "-there") }
    }
}
