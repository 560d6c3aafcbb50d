import Glibc
import LabelMatching
import LinuxSystem
import MetricModel
import Testing

@testable import SampleStore

private let base = TestStore.base
private let load: Labels = ["__name__": "node_load1"]

/// A day's file that the disk gives back and that takes no writes: what passes by itself is waited for; what does not costs
/// no sample, and does not fill the log for ever.
@Suite struct UnwritableFileTests {
    private static let name = "2026-11-20.db"

    /// What of the day's file takes no writes: the file, which is in its final form, so that late samples change it, or the
    /// -wal file, which a reader keeps beside it.
    enum Place: String, CaseIterable {
        case file, journal
    }

    private struct Rig {
        let test: TestStore
        let path: String
        let hard: BadSectors.Hard
        let reader: Database?
    }

    /// A day of which something takes no writes, and a sample for it in memory.
    private func rig(_ place: Place) async throws -> Rig {
        var settings = TestStore.smallSettings
        settings.readAttemptSpacingMilliseconds = 0
        settings.readAttemptLimit = 3
        let test = try TestStore(settings: settings, now: base + 86_400_000)
        try await test.ingest([.init(labels: load, samples: (0..<100).map { (base + $0 * 1000, Double($0)) })])
        let path = test.directory + "/" + Self.name
        var reader: Database?
        switch place {
        case .file: try test.store.sealFinally()
        case .journal:
            try test.store.seal()
            reader = try Database(path, .readWrite)
            try reader?.execute("BEGIN")
            #expect(try reader?.integer("SELECT count(*) FROM seals") == 1)
            try await test.ingest([.init(labels: load, samples: [(base + 150_000, 150)])])
            try test.store.seal()
        }
        let hard = try BadSectors.harden(path + (place == .file ? "" : "-wal"))
        try await late(test, 1)
        return Rig(test: test, path: path, hard: hard, reader: reader)
    }

    private func late(_ test: TestStore, _ number: Int64) async throws {
        try await test.ingest([.init(labels: load, samples: [(base + 200_000 + number, Double(number))])])
    }

    @Test(arguments: Place.allCases) func aCopyTakesItsPlace(place: Place) async throws {
        let rig = try await rig(place)
        defer { BadSectors.soften(rig.hard) }
        let store = rig.test.store
        let before = place == .file ? 100 : 101
        for _ in 1...2 {
            #expect(throws: StoreError.self) { try store.seal() }
            #expect(store.statistics().sealProblem.contains(Self.name) && store.statistics().isDegraded)
            #expect(try !Files.list(rig.test.directory).contains { $0.contains("damaged") })
        }
        try store.seal()
        let statistics = store.statistics()
        #expect(!statistics.isDegraded && statistics.sealFailures == 2 && statistics.logUsedByteCount == 0)
        #expect(statistics.setAsideFiles == 1 && statistics.damagedFiles == 0 && statistics.readProblem.isEmpty)
        #expect(statistics.lastDamage.contains("takes no writes"), "\(statistics.lastDamage)")
        #expect(statistics.lastDamage.contains("kept as \(Self.name).damaged-1"), "\(statistics.lastDamage)")
        // Nothing of the day is missing, and it goes on.
        #expect(try rig.test.select()[load]?.count == before + 1)
        try await late(rig.test, 2)
        try store.seal()
        #expect(try rig.test.select()[load]?.count == before + 2)
        #expect(try !Files.list(rig.test.directory).contains { $0.hasSuffix(".copy") })
        try rig.test.crash()
        #expect(try rig.test.select()[load]?.count == before + 2)
        #expect(try StoreVerification.check(rig.test.directory).damages.isEmpty)
    }

    @Test(arguments: Place.allCases) func whatPassesByItselfChangesNothing(place: Place) async throws {
        let rig = try await rig(place)
        for _ in 0..<2 { #expect(throws: StoreError.self) { try rig.test.store.seal() } }
        BadSectors.soften(rig.hard)
        try rig.test.store.seal()
        #expect(rig.test.store.statistics().setAsideFiles == 0)
        #expect(try rig.test.select()[load]?.count == (place == .file ? 101 : 102))
        #expect(try !Files.list(rig.test.directory).contains { $0.contains("damaged") })
    }

    /// Where the directory takes no file nothing is learnt of a single one.
    @Test func aDiskThatTakesNothingLeavesTheFileInItsPlace() async throws {
        let rig = try await rig(.file)
        defer { BadSectors.soften(rig.hard) }
        let check = rig.test.directory + "/" + UnreadableFiles.checkFileName
        try Files.makeDirectory(check)
        for _ in 0..<6 { #expect(throws: StoreError.self) { try rig.test.store.seal() } }
        #expect(rig.test.store.statistics().setAsideFiles == 0)
        rmdir(check)
        for _ in 0..<2 { #expect(throws: StoreError.self) { try rig.test.store.seal() } }
        try rig.test.store.seal()
        #expect(rig.test.store.statistics().setAsideFiles == 1)
        #expect(try rig.test.select()[load]?.count == 101)
    }

    /// A copy that was begun and not ended is of no use to anybody.
    @Test func whatACrashLeavesOfACopyIsRemoved() async throws {
        let test = try TestStore()
        try await test.ingest([.init(labels: load, samples: [(base, 1)])])
        try test.store.seal()
        try test.crash { directory in
            for suffix in [".copy", "-wal.copy"] { try Files.replace(directory + "/" + Self.name + suffix, with: [1]) }
        }
        #expect(try !Files.list(test.directory).contains { $0.hasSuffix(".copy") })
        #expect(try test.select()[load]?.count == 1)
    }

    /// `hub.db` says nothing that the log and the day files do not, so one that takes no writes is begun anew.
    @Test func hubDatabaseIsBegunAnew() async throws {
        var settings = TestStore.smallSettings
        settings.readAttemptSpacingMilliseconds = 0
        settings.readAttemptLimit = 3
        let test = try TestStore(settings: settings)
        let identity = RequestIdentity(
            agent: "gw-1", ringHigh: 1, ringLow: 2, first: 1, last: 9, part: 1, parts: 1, crc: 7)
        let rows = [TestStore.Row(labels: load, samples: [(base, 1)])]
        try await test.ingest(rows, identity: identity)
        try test.store.seal()
        let path = test.directory + "/hub.db"
        let hard = try BadSectors.harden(path + "-wal")
        defer { BadSectors.soften(hard) }
        try await test.ingest([.init(labels: load, samples: [(base + 1, 2)])])
        for _ in 0..<2 { #expect(throws: StoreError.self) { try test.store.seal() } }
        try test.store.seal()
        #expect(test.store.statistics().setAsideFiles == 1)
        try test.crash()
        #expect(try await test.ingest(rows, identity: identity).isRepeatedRequest)
        #expect(try test.select()[load]?.count == 2)
    }
}
