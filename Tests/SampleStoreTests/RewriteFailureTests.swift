import LinuxSystem
import MetricModel
import Synchronization
import Testing

@testable import SampleStore

private let base = TestStore.base

/// Rewrites that cannot be done: the day stays as it is, nothing is left lying, and the other days go on.
@Suite struct RewriteFailureTests {
    private let name = "2026-11-20.db"

    @Test func aRewriteThatCannotBeInstalledLeavesNothingAndIsTriedAgain() async throws {
        let test = try FinalFormTests.dayThatIsOver()
        try await test.ingest(FinalFormTests.rows())
        try test.store.seal()
        let before = try test.select()
        var reader: Database? = try Database(test.directory + "/" + name, .readWrite)
        #expect(try reader?.integer("SELECT count(*) FROM chunks") == 40)
        test.store.rewriteDays()
        #expect(test.store.statistics().rewrites == 0 && test.store.statistics().rewriteFailures == 1)
        #expect(!Files.exists(test.directory + "/" + name + ".tmp"))
        reader = nil
        test.store.rewriteDays()
        #expect(test.store.statistics().rewrites == 1)
        #expect(try test.select() == before)
    }

    @Test func aDamagedDayDoesNotKeepTheOthersFromTheirFinalForm() async throws {
        let test = try TestStore(now: base + 2 * 86_400_000)
        for day in 0..<3 {
            try await test.ingest(FinalFormTests.rows(6, 50, from: base + Int64(day) * 86_400_000))
        }
        try test.store.seal()
        try test.crash { directory in
            var bytes = try Files.read(directory + "/" + name, byteLimit: 64 << 20)
            for index in stride(from: 65_536 + 200, to: bytes.count, by: 512) { bytes[index] ^= 1 }
            try Files.replace(directory + "/" + name, with: bytes)
        }
        let error = #expect(throws: StoreError.self) { try test.store.sealFinally() }
        #expect(error?.description.contains(name) == true)
        #expect(try StoreInspection.describe(test.directory).days.map(\.isFinal) == [false, true, true])
    }

    /// The thread that seals must not wait for somebody else's rewrite.
    @Test func rewritingDaysGivesWayToARewriteUnderWay() async throws {
        let test = try FinalFormTests.dayThatIsOver()
        try await test.ingest(FinalFormTests.rows())
        try test.store.seal()
        test.store.core.rewriting.withLock { _ in test.store.rewriteDays() }
        #expect(test.store.statistics().rewrites == 0 && test.store.statistics().rewriteFailures == 0)
        test.store.rewriteDays()
        #expect(test.store.statistics().rewrites == 1)
    }
}
