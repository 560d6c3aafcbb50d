import LabelMatching
import MetricModel
import TestValues
import Testing

@testable import SampleStore

/// The store against a plain dictionary, through random ingests, seals, failures of power and closings.
@Suite struct ModelTests {
    private static let labelSets: [Labels] = (0..<24).map { number in
        ["__name__": ["up", "node_load1", "cpu"][number % 3], "job": number % 4 == 0 ? "" : "node", "n": "\(number)"]
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func storeEqualsDictionary(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        var settings = TestStore.smallSettings
        settings.chunkSampleLimit = 3 + random.below(40)
        settings.openFileLimit = 1
        settings.idleSeriesMilliseconds = 100_000
        settings.pageByteCount = 4096
        let test = try TestStore(settings: settings)
        var model: [Labels: [Int64: UInt64]] = [:]
        var sent: [(RequestIdentity, [TestStore.Row])] = []
        var clock = TestStore.base
        for step in 0..<90 {
            clock += Int64(random.below(2_000_000))
            test.clock.now = clock
            switch random.below(10) {
            case 0: try test.store.seal()
            case 1: try test.crash()
            case 2 where random.below(4) == 0: try test.store.sealFinally()
            case 2 where !sent.isEmpty:
                let (identity, rows) = sent[random.below(sent.count)]
                let counts = try await test.ingest(rows, identity: identity)
                #expect(counts.isRepeatedRequest, "seed \(seed) step \(step)")
            default:
                let rows = makeRows(&random, clock)
                let identity = RequestIdentity(
                    agent: "a\(random.below(3))", ringHigh: seed, ringLow: 1, first: UInt64(step), last: UInt64(step),
                    crc: 5)
                try await test.ingest(rows, identity: identity)
                sent.append((identity, rows))
                for row in rows {
                    for sample in row.samples {
                        let before = model[row.labels, default: [:]][sample.time]
                        model[row.labels, default: [:]][sample.time] = before ?? sample.value.bitPattern
                    }
                }
            }
            if random.below(6) == 0 { try compare(test, model, &random, "seed \(seed) step \(step)") }
        }
        try test.store.seal()
        try test.crash()
        try compare(test, model, &random, "seed \(seed) at the end")
        // And nothing is in the files twice.
        let inspection = try StoreInspection.describe(test.directory, isThorough: true)
        #expect(inspection.samples == model.values.reduce(0) { $0 + $1.count }, "seed \(seed)")
        #expect(inspection.days.allSatisfy { $0.damage == nil })
    }

    private func makeRows(_ random: inout SeededRandom, _ clock: Int64) -> [TestStore.Row] {
        (0...random.below(6)).map { _ in
            let isLate = random.below(4) == 0
            var time = clock - (isLate ? Int64(random.below(200_000_000)) : 0)
            let samples = (0..<(1 + random.below(12))).map { _ in
                time += Int64(random.below(3)) * 5000
                let value = random.below(5) == 0 ? Double(bitPattern: random.next()) : Double(random.below(40)) / 10
                // Times on a grid of a quarter second, so that some meet.
                return (time: time / 250 * 250, value: value)
            }
            return TestStore.Row(labels: Self.labelSets[random.below(Self.labelSets.count)], samples: samples)
        }
    }

    private func compare(
        _ test: TestStore, _ model: [Labels: [Int64: UInt64]], _ random: inout SeededRandom, _ note: Comment
    ) throws {
        #expect(try test.select() == model, note)
        let matchers = try Self.matcherSets[random.below(Self.matcherSets.count)].map {
            try LabelMatcher($0.0, $0.1, $0.2)
        }
        let from = TestStore.base + Int64(random.below(300_000_000)) - 100_000_000
        let through = from + Int64(random.below(100_000_000))
        var expected: [Labels: [Int64: UInt64]] = [:]
        for (labels, samples) in model where matchers.match(labels) {
            let inside = samples.filter { $0.key >= from && $0.key <= through }
            if !inside.isEmpty { expected[labels] = inside }
        }
        #expect(try test.select(matchers, from: from, through: through) == expected, note)
        // Labels: exact over all time, and at least those with samples in a range.
        let matching = Set(model.keys.filter { matchers.match($0) })
        let everything = try test.store.series(matching: [matchers], from: .min, through: .max, limit: .max)
        #expect(Set(everything) == matching && everything == everything.sorted(), note)
        let inRange = try test.store.series(matching: [matchers], from: from, through: through, limit: .max)
        #expect(Set(inRange).isSuperset(of: expected.keys) && Set(inRange).isSubset(of: matching), note)
        let values = try test.store.labelValues(of: "n", matching: [matchers], from: .min, through: .max, limit: .max)
        #expect(values == Set(matching.compactMap { $0["n"] }).sorted(), note)
        #expect(
            try test.store.labelValues(of: "job", matching: [], from: .min, through: .max, limit: 9)
                == Set(model.keys.compactMap { $0["job"] }).sorted(), note)
        #expect(
            try test.store.labelNames(matching: [], from: .min, through: .max, limit: 9)
                == Set(model.keys.flatMap { $0.map(\.name) }).sorted(), note)
    }

    private static let matcherSets: [[(String, MatchOperation, String)]] = [
        [], [("__name__", .equal, "up")], [("__name__", .matches, "up|cpu"), ("job", .equal, "")],
        [("job", .notEqual, "node")], [("n", .matches, "1.*"), ("job", .doesNotMatch, "x.*")],
        [("n", .doesNotMatch, ".*[13579]"), ("__name__", .notEqual, "up")], [("absent", .equal, "")],
        [("absent", .matches, ".+")], [("n", .matches, ".*")], [("n", .equal, "7"), ("job", .matches, "no(de|ne)")],
    ]
}

extension SeededRandom {
    fileprivate mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
