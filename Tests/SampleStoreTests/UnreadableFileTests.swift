import Glibc
import LabelMatching
import LinuxSystem
import MetricModel
import Synchronization
import TestValues
import Testing

@testable import SampleStore

private let base = TestStore.base
private let load: Labels = ["__name__": "node_load1"]

/// A bad sector under a file: what passes by itself is waited for, what does not costs that file and stops nothing.
@Suite struct UnreadableFileTests {
    private static let name = "2026-11-20.db"
    private static let everything: Range<Int64> = 0..<(1 << 40)

    /// A day with a seal, and the day after. Attempts need not be apart.
    private func twoDays() async throws -> TestStore {
        var settings = TestStore.smallSettings
        settings.readAttemptSpacingMilliseconds = 0
        settings.readAttemptLimit = 3
        let test = try TestStore(settings: settings, now: base + 86_400_000)
        for day in 0..<2 {
            let start = base + Int64(day) * 86_400_000
            try await test.ingest([.init(labels: load, samples: (0..<100).map { (start + $0 * 1000, Double($0)) })])
        }
        try test.store.seal()
        // What SQLite has in memory of the file it need not read.
        try test.crash()
        return test
    }

    private func ingestLate(_ test: TestStore, _ value: Double) async throws {
        try await test.ingest([.init(labels: load, samples: [(base + 200_000 + Int64(value), value)])])
    }

    @Test func aBadSectorUnderADayCostsThatFileAndNotTheStore() async throws {
        let test = try await twoDays()
        let path = test.directory + "/" + Self.name
        try BadSectors.add(Self.everything, of: path)
        try await ingestLate(test, 1)
        for attempt in 1...2 {
            #expect(throws: StoreError.self) { try test.store.seal() }
            let statistics = test.store.statistics()
            #expect(statistics.sealProblem.contains(Self.name) && statistics.isDegraded)
            #expect(statistics.sealProblem.contains("kernel's log"))
            #expect(statistics.readProblem.contains(Self.name))
            #expect(statistics.readProblem.contains("attempt \(attempt) of 3"), "\(statistics.readProblem)")
            #expect(statistics.damagedFiles == 0 && statistics.setAsideFiles == 0)
            #expect(try !Files.list(test.directory).contains { $0.contains("damaged") })
        }
        try test.store.seal()
        let statistics = test.store.statistics()
        #expect(!statistics.isDegraded && statistics.sealProblem.isEmpty && statistics.sealFailures == 2)
        #expect(statistics.setAsideFiles == 1 && statistics.damagedFiles == 1 && statistics.readFailures == 3)
        #expect(statistics.lastDamage.contains("kept as \(Self.name).damaged-1"), "\(statistics.lastDamage)")
        #expect(statistics.lastDamage.contains("store export"))
        #expect(statistics.logUsedByteCount == 0)
        #expect(statistics.readProblem.isEmpty)
        // The day goes on in a new file, the other day was never concerned, and nothing is lost of what was put aside.
        #expect(try test.select()[load]?.count == 101)
        try await ingestLate(test, 2)
        try test.store.seal()
        #expect(try test.select()[load]?.count == 102)
        try BadSectors.mend(path + ".damaged-1")
        try test.crash { directory in
            for suffix in ["", "-wal"] where Files.exists(path + ".damaged-1" + suffix) {
                try Files.rename(path + ".damaged-1" + suffix, to: path + suffix)
            }
        }
        #expect(try test.select()[load]?.count == 200)
    }

    @Test func whatPassesByItselfPutsNothingAside() async throws {
        let test = try await twoDays()
        let path = test.directory + "/" + Self.name
        try BadSectors.add(Self.everything, of: path)
        try await ingestLate(test, 1)
        for _ in 0..<2 { #expect(throws: StoreError.self) { try test.store.seal() } }
        try BadSectors.mend(path)
        try test.store.seal()
        #expect(try test.select()[load]?.count == 201)
        #expect(test.store.statistics().setAsideFiles == 0)
        #expect(try !Files.list(test.directory).contains { $0.contains("damaged") })
    }

    /// What cannot be read under values costs those, its other values stay, and a seal that looks among them goes on: for
    /// damage at once, for a bad sector where the file is given up.
    @Test(arguments: ["unreadable", "damaged"]) func aBadPlaceUnderValuesKeepsTheFile(kind: String) async throws {
        let test = try await twoDays()
        let noise: Labels = ["__name__": "noise"]
        var random = SeededRandom(seed: 6)
        let values = (0..<8000).map { (base + Int64($0) * 1000, Double(bitPattern: random.next() >> 2)) }
        try await test.ingest([.init(labels: noise, samples: values)])
        try test.store.seal()
        let path = test.directory + "/" + Self.name
        try test.crash()
        let place = try chunkPage(path)
        try test.crash { _ in
            if kind == "unreadable" { return try BadSectors.add(place, of: path) }
            var bytes = try Files.read(path, byteLimit: 64 << 20)
            bytes[Int(place.upperBound) - 1000] ^= 1
            try Files.replace(path, with: bytes)
        }
        // Not newer than what is sealed, so that the seal looks for it among the day's values.
        try await test.ingest([.init(labels: noise, samples: [(base + 500, 1)])])
        if kind == "unreadable" {
            for _ in 0..<2 { #expect(throws: StoreError.self) { try test.store.seal() } }
        }
        try test.store.seal()
        #expect(test.store.statistics().setAsideFiles == 0, "\(test.store.statistics().lastDamage)")
        let found = try test.select()
        let kept = try #require(found[noise]?.count)
        #expect(kept > 1000 && kept < 8000, "\(kept)")
        #expect(found[noise]?[base + 500] != nil && found[load]?.count == 200)
        #expect(test.store.statistics().damagedChunks > 0)
        guard kind == "unreadable" else { return }
        try BadSectors.mend(path)
        #expect(try test.select()[noise]?.count == 8001)
    }

    /// The bytes of the first page with nothing but chunks of noise.
    private func chunkPage(_ path: String) throws -> Range<Int64> {
        let database = try Database(path, .readWrite)
        let page = try #require(
            try database.integer(
                "SELECT pageno FROM dbstat WHERE name = 'chunks' AND pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET 1"))
        let byteCount = try #require(try database.integer("PRAGMA page_size"))
        return ((page - 1) * byteCount)..<(page * byteCount)
    }

    /// An answer without the day would say that there is nothing; other days are never concerned.
    @Test func aQueryNamesTheFileUntilItIsGivenUp() async throws {
        let test = try await twoDays()
        let path = test.directory + "/" + Self.name
        try BadSectors.add(Self.everything, of: path)
        let failure = #expect(throws: SourceError.self) { try test.select() }
        #expect("\(try #require(failure))".contains(Self.name))
        let other = #expect(throws: SourceError.self) {
            try test.store.labelNames(matching: [], from: .min, through: .max, limit: 10)
        }
        #expect("\(try #require(other))".contains(Self.name))
        #expect(try test.select(from: base + 80_000_000)[load]?.count == 100)
        #expect(test.store.statistics().damagedFiles == 0)
        #expect(try test.select()[load]?.count == 100)
        let statistics = test.store.statistics()
        #expect(statistics.damagedFiles == 1 && statistics.lastDamage.contains(Self.name))
        #expect(statistics.readProblem.contains("given up after 3 attempts"), "\(statistics.readProblem)")
        try BadSectors.mend(path)
        #expect(try test.select()[load]?.count == 200)
    }

    /// The directory entry, or the inode, is what cannot be read.
    @Test func aFileThatCannotBeOpenedIsTriedAsOften() async throws {
        let test = try await twoDays()
        let path = try Files.realPath(test.directory) + "/" + Self.name
        BadSectors.close(path)
        defer { BadSectors.reopen(path) }
        try await ingestLate(test, 1)
        for _ in 0..<2 { #expect(throws: StoreError.self) { try test.store.seal() } }
        #expect(throws: Never.self) {
            BadSectors.reopen(path)
            try test.store.seal()
        }
        #expect(test.store.statistics().setAsideFiles == 0 && test.store.statistics().readFailures == 2)
        #expect(try test.select()[load]?.count == 201)
    }

    /// What is sealed and not folded in yet lies in the -wal file alone.
    @Test func aJournalThatCannotBeReadIsTriedAsOftenAndKeptWithItsFile() async throws {
        let test = try await twoDays()
        let path = test.directory + "/" + Self.name
        // A reader keeps the next seal from folding its journal in.
        let reader = try Database(path, .readWrite)
        try reader.execute("BEGIN")
        #expect(try reader.integer("SELECT count(*) FROM seals") == 1)
        try await ingestLate(test, 1)
        try test.store.seal()
        try BadSectors.add(Self.everything, of: path + "-wal")
        try await ingestLate(test, 2)
        for _ in 0..<2 { #expect(throws: StoreError.self) { try test.store.seal() } }
        #expect(test.store.statistics().readProblem.contains(Self.name))
        #expect(try !Files.list(test.directory).contains { $0.contains("damaged") })
        try test.store.seal()
        #expect(try Files.list(test.directory).contains(Self.name + ".damaged-1-wal"))
        #expect(try test.select()[load]?.count == 101)
        try BadSectors.mend(path + ".damaged-1-wal")
    }

    @Test func theNewestDayUnreadableAtTheStartIsSaidAndStopsNothing() async throws {
        let test = try await twoDays()
        let path = test.directory + "/2026-11-21.db"
        try test.crash { _ in try BadSectors.add(Self.everything, of: path) }
        var statistics = test.store.statistics()
        #expect(statistics.readProblem.contains("2026-11-21.db") && statistics.damagedFiles == 0)
        #expect(try test.select(through: base + 10_000_000)[load]?.count == 100)
        try BadSectors.mend(path)
        // What is there already is found, though the start could not see how far it goes.
        try await test.ingest([.init(labels: load, samples: [(base + 86_400_000, 0), (base + 86_500_000, 7)])])
        try test.store.seal()
        statistics = test.store.statistics()
        #expect(try test.select()[load]?.count == 201)
        #expect(statistics.duplicates == 1 && statistics.setAsideFiles == 0)
    }

    // MARK: The disk as a whole

    /// Where the directory takes no file nothing is learnt of a single one, however often it fails.
    @Test func aDiskThatTakesNothingGivesNoFileUp() async throws {
        let test = try await twoDays()
        let path = test.directory + "/" + Self.name
        try BadSectors.add(Self.everything, of: path)
        let check = test.directory + "/" + UnreadableFiles.checkFileName
        try Files.makeDirectory(check)
        try await ingestLate(test, 1)
        for _ in 0..<6 { #expect(throws: StoreError.self) { try test.store.seal() } }
        #expect(test.store.statistics().setAsideFiles == 0)
        #expect(test.store.statistics().readProblem.contains("attempt 0 of 3"))
        rmdir(check)
        for _ in 0..<2 { #expect(throws: StoreError.self) { try test.store.seal() } }
        try test.store.seal()
        #expect(test.store.statistics().setAsideFiles == 1)
        #expect(try !Files.list(test.directory).contains(UnreadableFiles.checkFileName))
        try BadSectors.mend(path + ".damaged-1")
    }

    /// Attempts count when they are apart, and are forgotten when it has been well for long.
    @Test func attemptsAreApartAndForgotten() throws {
        let directory = "/tmp/wayside-unreadable-\(String(Machine.randomWord(), radix: 16))"
        try Files.makeDirectory(directory)
        defer { TestStore.removeTree(directory) }
        let clock = TestStore.Clock(1_000_000)
        let files = UnreadableFiles(directory: directory, settings: StoreSettings(), now: { clock.now })
        for _ in 0..<20 { #expect(!files.note("a.db", "bad")) }
        for attempt in 2...5 {
            clock.now += 5000
            #expect(files.note("a.db", "bad") == (attempt == 5))
        }
        #expect(files.isGivenUp("a.db") && !files.isGivenUp("b.db"))
        // It stays given up as long as it is no better.
        for _ in 0..<3 {
            clock.now += 500_000
            files.noteDamage(of: "a.db")
            #expect(files.isGivenUp("a.db"))
        }
        clock.now += 600_000
        #expect(!files.isGivenUp("a.db"))
        var statistics = StoreStatistics()
        files.fill(&statistics)
        #expect(statistics.readProblem.isEmpty && statistics.readFailures == 24)
        #expect(!files.note("a.db", "bad"))
    }

    // MARK: hub.db

    /// It says nothing that the log and the day files do not; without it a store begins anew and stores nothing twice.
    @Test(arguments: ["unreadable", "damaged"]) func hubDatabaseIsBegunAnewBySeals(kind: String) async throws {
        let test = try await twoDays()
        let identity = RequestIdentity(
            agent: "gw-1", ringHigh: 1, ringLow: 2, first: 1, last: 9, part: 1, parts: 1, crc: 7)
        let rows = [TestStore.Row(labels: load, samples: [(base + 250_000, 1)])]
        try await test.ingest(rows, identity: identity)
        try test.store.seal()
        let path = test.directory + "/hub.db"
        try test.crash()
        // SQLite is to have it neither in the -wal nor in memory.
        try test.store.core.hub.withLock { hub in
            try hub.fold()
            try hub.database.execute("PRAGMA shrink_memory")
        }
        if kind == "unreadable" {
            try BadSectors.add(4096..<(1 << 40), of: path)
        } else {
            let file = try FileDescriptor(opening: path, O_RDWR)
            let count = try #require(try Files.byteCount(path))
            try [UInt8](repeating: 0xa5, count: Int(count) - 4096).withUnsafeBytes { try file.write($0, at: 4096) }
        }
        try await ingestLate(test, 1)
        if kind == "unreadable" {
            for _ in 0..<2 { #expect(throws: StoreError.self) { try test.store.seal() } }
        }
        try test.store.seal()
        let statistics = test.store.statistics()
        #expect(statistics.setAsideFiles == 1 && statistics.lastDamage.contains("hub.db"), "\(statistics.lastDamage)")
        #expect(statistics.logUsedByteCount == 0)
        #expect(Files.exists(path + ".damaged-1"))
        // The new one knows what memory knew.
        try test.crash()
        #expect(try await test.ingest(rows, identity: identity).isRepeatedRequest)
        #expect(try test.select()[load]?.count == 202)
        if kind == "unreadable" { try BadSectors.mend(path + ".damaged-1") }
    }

    @Test(arguments: ["unreadable", "damaged"]) func aStartWithoutHubDatabaseBeginsItAnew(kind: String) async throws {
        let test = try await twoDays()
        let path = test.directory + "/hub.db"
        try test.store.core.hub.withLock { hub in try hub.fold() }
        try test.crash { _ in
            if kind == "unreadable" { return try BadSectors.add(4096..<(1 << 40), of: path) }
            var bytes = try Files.read(path, byteLimit: 64 << 20)
            for index in 4096..<bytes.count { bytes[index] = 0xa5 }
            try Files.replace(path, with: bytes)
        }
        #expect(try test.select()[load]?.count == 200)
        #expect(Files.exists(path + ".damaged-1"))
        #expect(test.store.statistics().lastDamage.contains("hub.db"))
        if kind == "unreadable" { try BadSectors.mend(path + ".damaged-1") }
    }
}
