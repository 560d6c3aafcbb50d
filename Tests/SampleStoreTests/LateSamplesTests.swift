import MetricModel
import TestValues
import Testing

@testable import SampleStore

/// Samples that are not their series' newest: what each costs, and that the first of a time stays.
@Suite struct LateSamplesTests {
    private static let bounds = SampleBounds(oldest: 0, newest: .max)

    private static func labels(_ number: Int) -> Labels { ["__name__": "late", "n": "\(number)"] }

    private func apply(_ columns: SampleColumns, to head: inout SampleHead) -> IngestCounts {
        var sayings: [Int] = []
        return head.apply(columns, sender: "gw", Self.bounds, sayings: [], newSayings: &sayings)
    }

    /// Compared with each other, samples of this row would take hours.
    @Test func aRowThatDescendsTakesTimeInProportion() {
        let count = 300_000
        var head = SampleHead(settings: StoreSettings(), sealedThrough: .min)
        var columns = SampleColumns()
        columns.beginRow(packedLabels: Self.labels(0).packed)
        for number in 0..<count {
            columns.append(unixMilliseconds: TestStore.base - Int64(number), value: Double(number % 7))
        }
        for number in 1..<1001 { columns.append(unixMilliseconds: TestStore.base - Int64(number), value: -1) }
        let counts = apply(columns, to: &head)
        #expect(counts.stored == count && counts.outOfOrder == count - 1 && counts.conflicts == 1000)
        #expect(head.lateLookUps == 1 && head.activeSamples == count)
        var (position, wrong) = (Int64(0), 0)
        head.activeSamples(of: 0).forEach { time, bits in
            if time != TestStore.base - position || bits != Double(position % 7).bitPattern { wrong += 1 }
            position += 1
        }
        #expect(position == Int64(count) && wrong == 0)
    }

    /// However its rows lie among others, a series' samples are read back once a request.
    @Test func rowsOfOneSeriesShareALookUp() {
        var head = SampleHead(settings: StoreSettings(), sealedThrough: .min)
        var columns = SampleColumns()
        for row in 0..<3000 {
            columns.beginRow(packedLabels: Self.labels(row % 3).packed)
            columns.append(unixMilliseconds: TestStore.base - Int64(row), value: Double(row))
        }
        var counts = apply(columns, to: &head)
        #expect(counts.stored == 3000 && counts.outOfOrder == 2997)
        #expect(head.lateLookUps == 3)
        counts = apply(columns, to: &head)
        #expect(counts.duplicates == 3000 && counts.stored == 0)
        #expect(head.lateLookUps == 6)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func theFirstOfATimeStaysWhateverTheOrder(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var head = SampleHead(settings: StoreSettings(), sealedThrough: .min)
        var model = [[Int64: UInt64]](repeating: [:], count: 4)
        for turn in 0..<6 {
            var columns = SampleColumns()
            var expected = IngestCounts()
            for _ in 0..<Int.random(in: 0..<60, using: &random) {
                let number = Int.random(in: 0..<4, using: &random)
                columns.beginRow(packedLabels: Self.labels(number).packed)
                for _ in 0...Int.random(in: 0..<5, using: &random) {
                    let time = TestStore.base + Int64(turn * 10 + Int.random(in: 0..<40, using: &random))
                    let bits = Double(Int.random(in: 0..<3, using: &random)).bitPattern
                    columns.append(unixMilliseconds: time, value: Double(bitPattern: bits))
                    if let there = model[number][time] {
                        if there == bits { expected.duplicates += 1 } else { expected.conflicts += 1 }
                    } else {
                        if model[number].keys.contains(where: { $0 > time }) { expected.outOfOrder += 1 }
                        model[number][time] = bits
                        expected.stored += 1
                    }
                }
            }
            #expect(apply(columns, to: &head) == expected, "seed \(seed) turn \(turn)")
            if turn == 2 { head.freeze() }
        }
        for number in 0..<head.series.count {
            var found: [Int64: UInt64] = [:]
            for samples in [head.frozenSamples(of: number), head.activeSamples(of: number)] {
                samples.forEach { time, bits in
                    #expect(found.updateValue(bits, forKey: time) == nil, "seed \(seed): a time came twice")
                }
            }
            let index = (0..<4).first { Self.labels($0).packed == head.labels(of: number) }
            #expect(index.map { model[$0] } == found, "seed \(seed)")
        }
    }
}
