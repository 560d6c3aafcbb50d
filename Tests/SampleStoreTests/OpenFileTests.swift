import LinuxSystem
import MetricModel
import TestValues
import Testing

@testable import SampleStore

/// However many days a store has, few of their files are open, each with a small cache.
@Suite struct OpenFileTests {
    private static let day: Int64 = 86_400_000

    @Test(arguments: [1, 2, 3]) func noMoreDayFilesAreOpenThanMayBe(limit: Int) async throws {
        var settings = TestStore.smallSettings
        settings.openFileLimit = limit
        let test = try TestStore(settings: settings, now: TestStore.base + 5 * Self.day)
        try await test.ingest([
            .init(labels: ["__name__": "up"], samples: (0..<5).map { (TestStore.base + $0 * Self.day, 1) })
        ])
        try test.store.seal()
        for days in [[0, 1, 2, 3, 4], [4, 0], [2], [1, 3, 0]] as [[Int64]] {
            for number in days {
                let time = TestStore.base + number * Self.day
                #expect(try test.select([], from: time, through: time).count == 1)
                #expect(try openDayFiles(test.directory).count <= limit)
            }
        }
        // The last ones stay open: not opening any would keep the limit too.
        #expect(try openDayFiles(test.directory).count == limit)
    }

    /// The day files that this process has open.
    private func openDayFiles(_ directory: String) throws -> Set<String> {
        var names: Set<String> = []
        for number in try Files.list("/proc/self/fd") {
            // Others may close theirs meanwhile.
            guard let target = try? Files.linkTarget("/proc/self/fd/" + number) else { continue }
            guard target.hasPrefix(directory + "/"), target.hasSuffix(".db"), !target.hasSuffix("hub.db") else {
                continue
            }
            names.insert(target)
        }
        return names
    }

    @Test(arguments: [false, true]) func aFilesCacheIsBounded(isFinal: Bool) async throws {
        // The rewrite has no more, so its own pages go to the new file and come back before that is whole.
        let test = try FinalFormTests.dayThatIsOver {
            $0.fileCacheByteCount = 32 << 10
            $0.chunkSampleLimit = 64
        }
        var random = SeededRandom(seed: 7)
        for number in 0..<40 {
            let samples = (0..<400).map { index in
                (time: TestStore.base + Int64(index) * 1000, value: Double(bitPattern: random.next() >> 2))
            }
            try await test.ingest([.init(labels: ["__name__": "noise", "n": "\(number)"], samples: samples)])
        }
        if isFinal { try test.store.sealFinally() } else { try test.store.seal() }
        #expect(try StoreInspection.describe(test.directory).byteCount > 3 * (32 << 10))
        #expect(try test.select().count == 40)
        let day = CalendarDay(containing: TestStore.base)
        let used = try test.store.core.catalog.read(day) { contents throws(StoreError) in contents.cacheByteCount }
        // SQLite counts with each page what it needs for it itself.
        #expect(try #require(used) > 0)
        #expect(try #require(used) <= 2 * (32 << 10))
    }
}
