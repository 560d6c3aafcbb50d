import Glibc
import LabelMatching
import LinuxSystem
import MetricModel
import Testing

@testable import SampleStore

private let base = TestStore.base
private let load: Labels = ["__name__": "node_load1"]

/// Files that are broken: what is whole is served, what is new is taken, nothing is deleted.
@Suite struct DamageTests {
    /// Three sealed days, newest last.
    private func threeDays() async throws -> TestStore {
        let test = try TestStore(now: base + 2 * 86_400_000)
        for day in 0..<3 {
            let start = base + Int64(day) * 86_400_000
            try await test.ingest([.init(labels: load, samples: (0..<100).map { (start + $0 * 1000, Double($0)) })])
        }
        try test.store.seal()
        return test
    }

    private func overwrite(_ path: String, _ change: (inout [UInt8]) -> Void) throws {
        var bytes = try Files.read(path, byteLimit: 64 << 20)
        change(&bytes)
        try Files.replace(path, with: bytes)
    }

    @Test(arguments: ["garbage", "empty", "cut", "foreign", "a directory"])
    func aDamagedDayNeverStopsTheOthers(kind: String) async throws {
        let test = try await threeDays()
        let path = test.directory + "/2026-11-21.db"
        try test.crash { _ in
            if kind == "a directory" {
                try Files.remove(path)
                return try Files.makeDirectory(path)
            }
            try overwrite(path) { bytes in
                switch kind {
                case "garbage": for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* 37) }
                case "empty": bytes = []
                case "cut": bytes.removeLast(bytes.count - 70_000)
                default: bytes[68..<72] = [1, 2, 3, 4]
                }
            }
        }
        let found = try test.select()[load] ?? [:]
        #expect(found.count == 200)
        let statistics = test.store.statistics()
        #expect(statistics.damagedFiles == 1 && statistics.lastDamage.contains("2026-11-21.db"))
        #expect(try StoreInspection.describe(test.directory).days.count { $0.damage != nil } == 1)
        // The day goes on in a new file; the broken one is kept.
        try await test.ingest([.init(labels: load, samples: [(base + 86_400_000 + 77, 5)])])
        try test.store.seal()
        #expect(try test.select()[load]?.count == 201)
        #expect(try Files.list(test.directory).contains("2026-11-21.db.damaged-1") == (kind != "empty"))
        try test.crash()
        #expect(try test.select()[load]?.count == 201)
    }

    @Test func damagedNewestDayAndHubDatabaseDoNotStopTheStart() async throws {
        let test = try await threeDays()
        try test.crash { directory in
            for name in ["hub.db", "2026-11-22.db"] {
                for suffix in ["-wal", "-shm"] where Files.exists(directory + "/" + name + suffix) {
                    try Files.remove(directory + "/" + name + suffix)
                }
                try overwrite(directory + "/" + name) { bytes in for index in 0..<200 { bytes[index] = 0xa5 } }
            }
        }
        #expect(try test.select()[load]?.count == 200)
        #expect(try Files.list(test.directory).contains("hub.db.damaged-1"))
        try await test.ingest([.init(labels: load, samples: [(base + 2 * 86_400_000, 9)])])
        try test.store.seal()
        #expect(try test.select()[load]?.count == 201)
    }

    /// What stops the store from writing is said beside what is damaged, and no longer than it lasts.
    @Test func ownProblemsAreToldApartFromDamage() async throws {
        let test = try await threeDays()
        try test.crash { try overwrite($0 + "/2026-11-20.db") { $0[0] = 0xa5 } }
        _ = try test.select()
        #expect(test.store.statistics().lastDamage.contains("2026-11-20.db"))
        // Without its journal a day cannot be written.
        let next = test.directory + "/2026-11-23.db-wal"
        try Files.makeDirectory(next)
        test.clock.now = base + 3 * 86_400_000
        try await test.ingest([.init(labels: load, samples: [(base + 3 * 86_400_000, 1)])])
        #expect(throws: StoreError.self) { try test.store.seal() }
        var statistics = test.store.statistics()
        #expect(statistics.sealProblem.contains("2026-11-23.db") && statistics.sealFailures == 1)
        #expect(statistics.isDegraded)
        #expect(statistics.lastDamage.contains("2026-11-20.db"))
        rmdir(next)
        try test.store.seal()
        statistics = test.store.statistics()
        #expect(statistics.sealProblem.isEmpty && statistics.lastDamage.contains("2026-11-20.db"))
        #expect(!statistics.isDegraded)
    }

    @Test func aFailedRewriteIsToldUntilOneSucceeds() async throws {
        let test = try await threeDays()
        let place = test.directory + "/2026-11-22.db" + DayRewrite.suffix
        try Files.makeDirectory(place)
        #expect(throws: StoreError.self) { try test.store.sealFinally() }
        var statistics = test.store.statistics()
        #expect(!statistics.rewriteProblem.isEmpty && statistics.rewriteFailures == 1)
        #expect(statistics.lastDamage.isEmpty && statistics.sealProblem.isEmpty)
        rmdir(place)
        try test.store.sealFinally()
        statistics = test.store.statistics()
        #expect(statistics.rewriteProblem.isEmpty && statistics.rewriteFailures == 1)
    }

    @Test func aDayThatCannotBeDeletedIsToldUntilItCan() async throws {
        let test = try await threeDays()
        test.settings.retentionMilliseconds = 86_400_000
        let path = test.directory + "/2026-11-20.db"
        try test.crash { _ in
            try Files.remove(path)
            try Files.makeDirectory(path)
        }
        test.store.removeExpired()
        var statistics = test.store.statistics()
        #expect(statistics.retentionProblem.contains("2026-11-20.db") && statistics.lastDamage.isEmpty)
        rmdir(path)
        test.store.removeExpired()
        statistics = test.store.statistics()
        #expect(statistics.retentionProblem.isEmpty && statistics.removedDays == 1)
    }

    /// Any single damaged chunk or page costs what is in it and stops nothing: a seeded sweep over a file.
    @Test func flippedBytesNeverTrap() async throws {
        let test = try await threeDays()
        let path = test.directory + "/2026-11-20.db"
        let whole = try Files.read(path, byteLimit: 64 << 20)
        var state: UInt64 = 42
        for _ in 0..<60 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let offset = Int(state >> 33) % whole.count
            try test.crash { _ in
                var bytes = whole
                bytes[offset] ^= UInt8(truncatingIfNeeded: state >> 20) | 1
                try Files.replace(path, with: bytes)
            }
            let found = try test.select(from: base + 86_400_000)
            #expect(found[load]?.count == 200, "offset \(offset)")
            do { _ = try test.select() } catch { Issue.record("offset \(offset): \(error)") }
        }
    }

    @Test func undecodableRecordsAreCountedAndLeftBehind() async throws {
        let test = try TestStore()
        try await test.ingest([.init(labels: load, samples: [(base, 1)])])
        let request = ReceivedRequest(
            contentType: "test", sender: "x", receivedUnixMilliseconds: base, body: [0xee])
        _ = try await test.store.ingest(request, decoded: SampleColumns())
        try await test.ingest([.init(labels: load, samples: [(base + 1, 1)])])
        try test.crash()
        #expect(test.store.statistics().replayFailures == 1 && test.store.statistics().replayedSamples == 2)
    }

    @Test func aDamagedLogRecordCostsThatRecord() async throws {
        let test = try TestStore()
        for number in 0..<10 {
            try await test.ingest([.init(labels: load, samples: [(base + Int64(number), Double(number))])])
        }
        try test.crash { directory in
            for name in try Files.list(directory + "/log") where name != "cursor" {
                let path = directory + "/log/" + name
                let bytes = try Files.read(path, byteLimit: 64 << 20)
                // The value 5.0 of the record with that number.
                let pattern: [UInt8] = [0, 0, 0, 0, 0, 0, 0x14, 0x40]
                guard let offset = bytes.indices.dropLast(8).first(where: { Array(bytes[$0..<($0 + 8)]) == pattern })
                else { continue }
                try overwrite(path) { $0[offset + 6] ^= 1 }
            }
        }
        let found = try test.select()[load] ?? [:]
        #expect(found.count == 9 && found[base + 5] == nil)
        #expect(test.store.statistics().replayFailures >= 1)
    }
}
