import LabelMatching
import MetricModel
import TestValues
import Testing

@testable import SampleStore

/// A store that is written to, deleted from, sealed, rewritten, cleaned, crashed and restored at random, against a plain
/// dictionary.
@Suite struct DeletionModelTests {
    private static let day: Int64 = 86_400_000
    private static let labelSets: [Labels] = (0..<12).map { number in
        ["__name__": ["up", "node_load1", "cpu"][number % 3], "job": number % 4 == 0 ? "" : "node", "n": "\(number)"]
    }

    private typealias Model = [Labels: [Int64: UInt64]]

    @Test(arguments: 0..<4 as Range<UInt64>)
    func storeEqualsDictionary(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        var settings = TestStore.smallSettings
        settings.chunkSampleLimit = 3 + random.below(20)
        settings.finalChunkSampleLimit = 3 + random.below(20)
        settings.openFileLimit = 1 + random.below(3)
        settings.lateMergeFraction = 0.3
        settings.pageByteCount = 4096
        var test = try TestStore(settings: settings, now: TestStore.base + 2 * Self.day + 7_200_000)
        var model: Model = [:]
        var sent: [(RequestIdentity, [TestStore.Row])] = []
        for step in 0..<50 {
            let note: Comment = "seed \(seed) step \(step)"
            switch random.below(13) {
            case 0: try test.store.seal()
            case 1: try test.crash()
            case 2: if random.oneIn(2) { try test.store.sealFinally() } else { test.store.rewriteDays() }
            case 3: try test.store.cleanDeletions()
            case 4 where random.oneIn(3): test = try restored(test)
            case 5, 6, 7: try delete(test, &model, &random)
            case 8 where !sent.isEmpty:
                let (identity, rows) = sent[random.below(sent.count)]
                #expect(try await test.ingest(rows, identity: identity).isRepeatedRequest, note)
            default:
                let rows = makeRows(&random)
                let identity = RequestIdentity(
                    agent: "a", ringHigh: seed, ringLow: 1, first: UInt64(step), last: UInt64(step), crc: 5)
                try await test.ingest(rows, identity: identity)
                sent.append((identity, rows))
                for row in rows {
                    for sample in row.samples where model[row.labels]?[sample.time] == nil {
                        model[row.labels, default: [:]][sample.time] = sample.value.bitPattern
                    }
                }
            }
            try compare(test, model, &random, note)
        }
        try test.store.seal()
        try test.store.cleanDeletions()
        try compare(test, model, &random, "seed \(seed) cleaned")
        // What is deleted is not in the files any more either.
        let inspection = try StoreInspection.describe(test.directory, isThorough: true)
        #expect(inspection.samples == model.values.reduce(0) { $0 + $1.count }, "seed \(seed)")
        #expect(inspection.days.allSatisfy { $0.damage == nil })
        #expect(try StoreVerification.check(test.directory).damages.isEmpty, "seed \(seed)")
        try test.crash()
        try compare(test, model, &random, "seed \(seed) at the end")
    }

    /// A store in a copy of the directory, made while the other one runs.
    private func restored(_ test: TestStore) throws -> TestStore {
        let copy = try TestStore(settings: test.settings, now: test.clock.now)
        try copy.crash { directory in
            TestStore.removeTree(directory)
            let backup = try test.store.backUp(to: directory)
            #expect(backup.isWhole)
        }
        return copy
    }

    private func makeRows(_ random: inout SeededRandom) -> [TestStore.Row] {
        (0...random.below(5)).map { _ in
            var time = TestStore.base + Int64(random.below(3)) * Self.day + Int64(random.below(30)) * 60_000
            let samples = (0..<(1 + random.below(10))).map { _ in
                time += Int64(random.below(3)) * 20_000
                return (time: time, value: Double(random.below(40)) / 10)
            }
            return TestStore.Row(labels: Self.labelSets[random.below(Self.labelSets.count)], samples: samples)
        }
    }

    private func delete(_ test: TestStore, _ model: inout Model, _ random: inout SeededRandom) throws {
        let sets = try (0...random.below(2)).map { _ in try Self.matchers(&random) }
        let (from, through) = Self.range(&random)
        try test.store.delete(sets, from: from, through: through)
        for (labels, samples) in model where sets.contains(where: { $0.match(labels) }) {
            let left = samples.filter { $0.key < from || $0.key > through }
            model[labels] = left.isEmpty ? nil : left
        }
    }

    private static func range(_ random: inout SeededRandom) -> (Int64, Int64) {
        if random.oneIn(4) { return (.min, .max) }
        // On the samples' grid, so that the ends are often samples.
        let from = TestStore.base + Int64(random.below(3)) * day + Int64(random.below(100)) * 20_000
        return (from, from + (random.oneIn(5) ? day : Int64(random.below(40)) * 20_000))
    }

    private func compare(
        _ test: TestStore, _ model: Model, _ random: inout SeededRandom, _ note: Comment
    ) throws {
        #expect(try test.select() == model, note)
        #expect(
            try test.store.series(matching: [], from: .min, through: .max, limit: .max) == model.keys.sorted(), note)
        let matchers = try Self.matchers(&random)
        let (from, through) = Self.range(&random)
        var expected: Model = [:]
        for (labels, samples) in model where matchers.match(labels) {
            let inside = samples.filter { $0.key >= from && $0.key <= through }
            if !inside.isEmpty { expected[labels] = inside }
        }
        #expect(try test.select(matchers, from: from, through: through) == expected, note)
        let names = try test.store.labelNames(matching: [], from: .min, through: .max, limit: 9)
        #expect(names == Set(model.keys.flatMap { $0.map(\.name) }).sorted(), note)
        let values = try test.store.labelValues(of: "n", matching: [], from: .min, through: .max, limit: 99)
        #expect(values == Set(model.keys.compactMap { $0["n"] }).sorted(), note)
    }

    private static func matchers(_ random: inout SeededRandom) throws -> [LabelMatcher] {
        let sets: [[(String, MatchOperation, String)]] = [
            [("__name__", .equal, "up")], [("__name__", .matches, "up|cpu"), ("job", .equal, "")],
            [("n", .matches, "1.*"), ("job", .doesNotMatch, "x.*")], [("n", .equal, "7")], [("n", .equal, "4")],
            [("n", .doesNotMatch, ".*[13579]"), ("__name__", .notEqual, "up")], [("absent", .matches, ".+")],
            [("__name__", .matches, ".+")],
        ]
        return try sets[random.below(sets.count)].map { try LabelMatcher($0.0, $0.1, $0.2) }
    }
}

extension SeededRandom {
    fileprivate mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
