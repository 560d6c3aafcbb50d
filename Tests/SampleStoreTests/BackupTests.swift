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
                #expect(try store.backUp(to: path).isWhole)
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
        #expect(try test.store.backUp(to: target) == StoreBackup(path: target, omissions: []))
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
        #expect(try test.store.backUp(to: target).isWhole)
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

    // MARK: What cannot be read

    private static let labels: Labels = ["__name__": "node_load1"]

    /// Two days in files, and a sample in the log alone.
    private func twoDays() async throws -> TestStore {
        let test = try TestStore(now: TestStore.base + 86_400_000)
        for day in 0..<2 {
            let start = TestStore.base + Int64(day) * 86_400_000
            let samples = (0..<100).map { (start + Int64($0) * 1000, Double($0)) }
            try await test.ingest([.init(labels: Self.labels, samples: samples)])
        }
        try test.store.seal()
        try test.crash()
        try await test.ingest([.init(labels: Self.labels, samples: [(TestStore.base + 86_400_000 + 500, 7)])])
        return test
    }

    private func sampleCount(_ directory: String, _ test: TestStore) throws -> Int {
        let now = test.clock.now
        let copy = try SampleStore(
            directory: directory, settings: test.settings, now: { now }, decode: TestStore.decode)
        defer { copy.close() }
        return try copy.select([], from: .min, through: .max, sampleLimit: .max).reduce(0) { $0 + $1.values.count }
    }

    /// A bad sector costs the backup that file, and the copy never looks like a whole one.
    @Test(arguments: ["2026-11-20.db", "hub.db"], [0..<(Int64(1) << 40), 4096..<4097])
    func whatTheDiskDoesNotGiveBackIsLeftOutAndSaid(name: String, place: Range<Int64>) async throws {
        let test = try await twoDays()
        let path = test.directory + "/" + name
        let target = test.directory + "-part"
        defer { for suffix in ["", ".incomplete", "-again"] { TestStore.removeTree(target + suffix) } }
        try test.store.core.hub.withLock { hub in
            try hub.fold()
            try hub.database.execute("PRAGMA shrink_memory")
        }
        try BadSectors.add(place, of: path)
        let backup = try test.store.backUp(to: target)
        #expect(backup.omissions.map(\.name) == [name] && backup.path == target + ".incomplete")
        #expect("\(backup)".contains("incomplete") && "\(backup)".contains(name))
        #expect(!Files.exists(target) && !Files.exists(target + ".partial"))
        let all = ["2026-11-20.db", "2026-11-21.db", "hub.db", "log", "missing.txt"]
        #expect(try Files.list(backup.path).sorted() == all.filter { $0 != name })
        let list = try Files.readText(backup.path + "/missing.txt")
        #expect(list.hasPrefix(name + ": ") && list.contains("kernel's log"), "\(list)")
        #expect(test.store.statistics().readProblem.contains(name))
        #expect(try !Files.list(test.directory).contains { $0.contains("damaged") })
        // It is not overwritten: some of it may be all there is by now.
        #expect(throws: StoreError.self) { try test.store.backUp(to: target) }
        #expect(try sampleCount(backup.path, test) == (name == "hub.db" ? 201 : 101))
        #expect(try StoreVerification.check(backup.path).damages.isEmpty)
        try BadSectors.mend(path)
        #expect(try test.store.backUp(to: target + "-again").isWhole)
        #expect(try sampleCount(target + "-again", test) == 201)
    }

    /// Where the copy itself cannot be written there is none.
    @Test func aTargetThatTakesNothingIsNoMissingFile() async throws {
        let test = try await twoDays()
        defer { withExtendedLifetime(test) {} }
        #expect(throws: StoreError.self) { try test.store.backUp(to: "/proc/wayside-backup") }
    }

    @Test func manyMissingFilesAreNamedInOneLine() {
        let omissions = (1...5).map { StoreBackup.Omission(name: "\($0).db", reason: "bad") }
        let text = StoreBackup(path: "/a.incomplete", omissions: omissions).description
        #expect(
            text == "the copy is incomplete: /a.incomplete has all but 1.db (bad), 2.db (bad), 3.db (bad) and 2 more; "
                + "missing.txt in it lists what it lacks")
    }
}
