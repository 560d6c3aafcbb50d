import LabelMatching
import LinuxSystem
import MetricModel
import Synchronization
import Testing

@testable import SampleStore

private let base = TestStore.base
private let dayCount: Int64 = 86_400_000

/// Orders that are cut off, overtaken, or cannot be carried out.
@Suite struct DeletionFailureTests {
    private let load: Labels = ["__name__": "node_load1"]
    private let up: Labels = ["__name__": "up"]
    private let loadMatcher = [LabelMatcher("__name__", equals: "node_load1")]
    private let days = [0, 1, 2].map { CalendarDay(containing: base + $0 * dayCount) }

    /// A day in its final form, one with late rows, one that is sealed; and something of each in memory.
    private func threeDays() async throws -> TestStore {
        var settings = TestStore.smallSettings
        // It cleans only when it is told to.
        settings.finalGraceMilliseconds = 1 << 40
        let test = try TestStore(settings: settings, now: base + 3 * dayCount)
        try await test.ingest(rows(0, offset: 0) + rows(1, offset: 0))
        try test.store.sealFinally()
        try await test.ingest(rows(1, offset: 1) + rows(2, offset: 0))
        try test.store.seal()
        for day in 0..<3 { try await test.ingest(rows(day, offset: 2)) }
        return test
    }

    private func rows(_ day: Int, offset: Int64) -> [TestStore.Row] {
        [load, up].map { labels in
            .init(labels: labels, samples: [(base + Int64(day) * dayCount + offset * 1000, Double(offset))])
        }
    }

    private func copy(_ directory: String, to target: String) throws {
        try Files.makeDirectory(target)
        for name in try Files.list(directory) where name != "lock" {
            let (from, to) = (directory + "/" + name, target + "/" + name)
            if Files.isDirectory(from) {
                try copy(from, to: to)
            } else {
                try Files.replace(to, with: try Files.read(from, byteLimit: 64 << 20))
            }
        }
    }

    /// Copies the directory after each step, as a power cut there would leave it, and opens the copies.
    @Test func anOrderThatStopsAnywhereIsThereDayByDay() async throws {
        let test = try await threeDays()
        let before = try test.select()
        var steps: [StoreCore.DeletionStep] = []
        var images: [String] = []
        defer { for image in images { TestStore.removeTree(image) } }
        do {
            try test.store.core.delete([loadMatcher], from: .min, through: .max) { step throws(StoreError) in
                steps.append(step)
                images.append(test.directory + "-step-\(steps.count)")
                do { try copy(test.directory, to: images[steps.count - 1]) } catch {
                    Issue.record("\(error)")
                }
            }
        }
        #expect(steps == [.sealed] + days.map { .ordered($0) } + [.forgotten])
        for (number, image) in images.enumerated() {
            let now = test.clock.now
            let store = try SampleStore(
                directory: image, settings: test.settings, now: { now }, decode: TestStore.decode)
            defer { store.close() }
            // The days that had their order before the power failed.
            let done = Set(days.prefix(number))
            var expected = before
            expected[load] = before[load]?.filter { !done.contains(CalendarDay(containing: $0.key)) }
            if expected[load]?.isEmpty == true { expected[load] = nil }
            let look = { (note: Comment) in
                var found: [Labels: [Int64: UInt64]] = [:]
                for column in try store.select([], from: .min, through: .max, sampleLimit: .max) {
                    found[column.labels] = Dictionary(
                        uniqueKeysWithValues: zip(column.unixMilliseconds, column.values.map(\.bitPattern)))
                }
                #expect(found == expected, note)
            }
            try look("step \(number)")
            try store.seal()
            try store.cleanDeletions()
            try look("step \(number), cleaned")
            #expect(try StoreVerification.check(image).damages.isEmpty)
        }
    }

    /// Whatever of the cleaning has happened when the power fails, nothing is back and nothing else is lost.
    @Test(arguments: DayRewrite.Step.allCases, [false, true])
    func aCleaningThatStopsAnywhere(step: DayRewrite.Step, isAll: Bool) async throws {
        let test = try await threeDays()
        let sets = isAll ? [loadMatcher, [LabelMatcher("__name__", equals: "up")]] : [loadMatcher]
        try test.store.delete(sets, from: .min, through: .max)
        let before = try test.select()
        #expect(before.count == (isAll ? 0 : 1))
        for day in days {
            try test.crash { directory in
                let rewrite = try DayRewrite(day: day, directory: directory, settings: test.settings)
                #expect(try rewrite.isWorthIt(isForced: false))
                #expect(try rewrite.write { true })
                #expect(rewrite.isEmptied == isAll)
                #expect(throws: StoreError.closed) {
                    try rewrite.install { done throws(StoreError) in if done == step { throw .closed } }
                }
            }
            #expect(try test.select() == before)
            let isGone = isAll && step == .renamed
            #expect(Files.exists(test.directory + "/" + day.fileName) != isGone)
        }
        try test.store.cleanDeletions()
        #expect(try test.select() == before)
        #expect(try StoreInspection.describe(test.directory).samples == (isAll ? 0 : 7))
    }

    @Test func anOrderOvertakesARewriteUnderWay() async throws {
        let test = try await threeDays()
        try test.store.seal()
        let rewrite = try DayRewrite(day: days[2], directory: test.directory, settings: test.settings)
        #expect(try rewrite.write { true })
        try test.store.delete([loadMatcher], from: .min, through: .max)
        #expect(try !rewrite.install())
        #expect(try Array(test.select().keys) == [up])
        try test.store.cleanDeletions()
        #expect(try Array(test.select().keys) == [up])
    }

    /// What a failed seal left goes alone, and then what has come since: the order covers both.
    @Test func anOrderAfterAFailedSealCoversWhatItLeft() async throws {
        let test = try TestStore(now: base + 3 * dayCount)
        // SQLite cannot make its journal, and the file itself is not what is wrong.
        let path = test.directory + "/" + days[0].fileName + "-wal"
        try await test.ingest(rows(0, offset: 0))
        try Files.makeDirectory(path)
        #expect(throws: StoreError.self) { try test.store.seal() }
        try await test.ingest(rows(0, offset: 1))
        #expect(throws: StoreError.self) { try test.store.delete([loadMatcher], from: .min, through: .max) }
        #expect(try test.select().count == 2 && test.store.statistics().deletionFailures == 1)
        TestStore.removeTree(path)
        try test.store.delete([loadMatcher], from: .min, through: .max)
        #expect(try test.select() == [up: [base: 0.0.bitPattern, base + 1000: 1.0.bitPattern]])
        try test.crash()
        #expect(try test.select() == [up: [base: 0.0.bitPattern, base + 1000: 1.0.bitPattern]])
    }

    @Test func aDayThatCannotBeReadIsNamedAndTheOthersGetTheOrder() async throws {
        let test = try await threeDays()
        try test.store.seal()
        try test.crash { directory in
            var bytes = try Files.read(directory + "/" + days[1].fileName, byteLimit: 64 << 20)
            for index in 0..<100 { bytes[index] ^= 1 }
            try Files.replace(directory + "/" + days[1].fileName, with: bytes)
        }
        let error = #expect(throws: StoreError.self) {
            try test.store.delete([loadMatcher], from: .min, through: .max)
        }
        #expect(error?.description.contains(days[1].fileName) == true)
        #expect(try Array(test.select().keys) == [up])
        #expect(test.store.statistics().deletionFailures == 1 && test.store.statistics().deletions == 0)
        let cleaning = #expect(throws: StoreError.self) { try test.store.cleanDeletions() }
        #expect(cleaning?.description.contains(days[1].fileName) == true)
        #expect(try StoreInspection.describe(test.directory).days.map(\.isFinal) == [true, false, true])
        // Without that day all is well.
        try test.store.delete([loadMatcher], from: .min, through: days[0].lastUnixMilliseconds)
    }

    @Test func aFullListOfOrdersIsCleanedFirstAndRefusedWhereThatFails() async throws {
        let test = try await threeDays()
        try test.store.seal()
        let path = test.directory + "/" + days[2].fileName
        let fill = {
            let database = try Database(path, .readWrite)
            let count = DayDeletions.orderLimit - (try DayDeletions(database).orders.count)
            try database.execute("BEGIN")
            try DayDeletions.append(
                Array(repeating: [LabelMatcher("__name__", equals: "none")], count: count), 0...1, throughSeal: 1,
                now: 1,
                to: database)
            try database.execute("COMMIT")
            test.store.core.catalog.close(self.days[2])
        }
        try fill()
        try test.store.delete([loadMatcher], from: base + 2 * dayCount, through: base + 2 * dayCount)
        #expect(test.store.statistics().rewrites == 3)
        #expect(try DayDeletions(Database(path, .readWrite)).orders.count == 1)
        try fill()
        // What is in the way of the new file is in the way of the rewrite.
        try Files.makeDirectory(path + ".tmp/x")
        let error = #expect(throws: StoreError.self) {
            try test.store.delete([loadMatcher], from: .min, through: .max)
        }
        #expect(error == .tooManyDeletions(path: path, limit: DayDeletions.orderLimit))
        TestStore.removeTree(path + ".tmp")
        #expect(try test.select()[load]?.keys.sorted() == [base + 2 * dayCount + 2000])
    }

    /// A forged or torn list of orders is damage: without it the file would show what is deleted, or hide everything.
    @Test(arguments: [
        "DELETE FROM deletion_matchers", "UPDATE deletion_matchers SET operation = '~'",
        "UPDATE deletions SET first_unix_ms = 5, last_unix_ms = 4",
        """
        WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
        INSERT INTO deletions SELECT i, 1, 1, 1, 1 FROM n;
        INSERT INTO deletion_matchers SELECT id, 0, 'a', '=', 'b' FROM deletions WHERE id > 1
        """,
    ])
    func aForgedListOfOrdersIsDamage(change: String) async throws {
        let test = try await threeDays()
        try test.store.delete([loadMatcher], from: .min, through: .max)
        try test.crash { directory in
            try Database(directory + "/" + days[0].fileName, .readWrite).execute(change)
        }
        #expect(try test.select()[up]?.count == 5 && test.select()[load] == nil)
        #expect(test.store.statistics().damagedFiles == 1)
    }
}
