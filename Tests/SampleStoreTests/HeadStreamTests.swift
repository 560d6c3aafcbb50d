import Testing

@testable import SampleStore

/// The head's streams give back what was put in, bit by bit, whatever it is.
@Suite struct HeadStreamTests {
    private struct Random {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }

        mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
    }

    private func roundTrip(_ samples: [(Int64, UInt64)], _ seed: UInt64 = 0) {
        var blocks = HeadBlocks()
        // Others in between take blocks too.
        var other = HeadStream()
        var stream = HeadStream()
        for (index, sample) in samples.enumerated() {
            stream.append(sample.0, sample.1, to: &blocks)
            if index % 7 == 0 { other.append(sample.0, sample.1 ^ 1, to: &blocks) }
        }
        var back: [(Int64, UInt64)] = []
        stream.samples(blocks).forEach { back.append(($0, $1)) }
        #expect(back.elementsEqual(samples, by: ==), "seed \(seed)")
        #expect(stream.latest == samples.map(\.0).max() ?? .min)
        var moved = HeadBlocks()
        let copy = stream.moved(from: blocks, to: &moved)
        back.removeAll()
        copy.samples(moved).forEach { back.append(($0, $1)) }
        #expect(back.elementsEqual(samples, by: ==), "moved, seed \(seed)")
        let frozen = stream.freeze()
        blocks.release(first: frozen.first, last: frozen.last)
        let rest = other.freeze()
        blocks.release(first: rest.first, last: rest.last)
        #expect(blocks.usedCount == 0)
    }

    @Test func everyKindOfSeriesComesBack() {
        for seed in UInt64(0)..<300 {
            var random = Random(state: seed)
            var time = Int64(1_795_203_000_000) + Int64(random.below(1000))
            var bits = Double(random.below(1000)).bitPattern
            let (kind, jitter) = (random.below(8), [0, 0, 3, 100, 70_000][random.below(5)])
            var samples: [(Int64, UInt64)] = []
            for _ in 0..<random.below(600) {
                time += 15_000 + Int64(jitter == 0 ? 0 : random.below(jitter) - jitter / 2)
                switch kind {
                case 0: break
                case 1: bits = (Double(bitPattern: bits) + Double(random.below(5000))).bitPattern
                case 2: bits = (Double(random.below(100_000)) / 100).bitPattern
                case 3: bits = random.next()
                case 4: bits = random.below(10) == 0 ? random.next() : bits
                case 5: bits = (Double(random.below(1 << 20)) / Double(1 + random.below(999))).bitPattern
                case 6: bits = (Double(random.below(1000)) / [1, 10, 1e3, 1e6, 1e7][random.below(5)]).bitPattern
                default: bits = (Double(Int64(bitPattern: random.next()) >> random.below(60))).bitPattern
                }
                // Some come late.
                let late = random.below(20) == 0 ? Int64(random.below(1 << 30)) : 0
                samples.append((time - late, bits))
            }
            roundTrip(samples, seed)
        }
    }

    @Test func theEdgesOfTimesAndValuesComeBack() {
        let values: [UInt64] = [
            0, 1, .max, 0x8000_0000_0000_0000, 0x7ff0_0000_0000_0000, 0xfff0_0000_0000_0000, 0x7ff0_0000_0000_0002,
            0x7ff8_0000_0000_0000, 9_007_199_254_740_991.0.bitPattern, (-9_007_199_254_740_992.0).bitPattern,
            9_007_199_254_740_993.0.bitPattern, 4_503_599_627_370_497.0.bitPattern, 0.1.bitPattern, 1e-6.bitPattern,
            1e-7.bitPattern, 1e300.bitPattern, Double.leastNonzeroMagnitude.bitPattern,
        ]
        let times: [Int64] = [0, 1, -1, .max, .min, 15_000, 32_767, 65_535, -32_768, 2_147_483_648, 4_294_967_296]
        for first in values {
            for second in values { roundTrip([(0, first), (15_000, second), (30_000, first), (45_000, second)]) }
        }
        for first in times {
            for second in times { roundTrip([(first, 0), (second, 1), (first, 1), (second, 1), (second, 1)]) }
        }
    }

    @Test func aRunIsLongerThanItsCount() {
        roundTrip((0..<2000).map { (Int64($0) * 15_000, 7.0.bitPattern) })
        var blocks = HeadBlocks()
        var stream = HeadStream()
        for turn in 0..<240 { stream.append(Int64(turn) * 15_000, 7.0.bitPattern, to: &blocks) }
        #expect(stream.samples(blocks).bytes.count < 32)
    }
}
