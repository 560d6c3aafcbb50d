import TestValues
import Testing

@testable import SampleCodec

/// The search for the tick of a clock.
@Suite struct TickTests {
    /// The tick of the clock is found, for values of any size, without and with a hint, and saves what it should.
    @Test(arguments: [10.015037, 18.518518518, 41.6666667, 7.3, 125.5]) func ticksAreFound(tick: Double) throws {
        for least in [3.0, 50, 700, 20_000] {
            var random = SeededRandom(seed: UInt64(least))
            var hint = TickHint()
            let values = (0..<1000).map { _ in
                // A spread of a factor of 16.
                let multiple = (least * (1 + Double(random.next() % 1_500_000) / 100_000)).rounded()
                let start = Double(random.next() % 1_000_000) * tick
                return ((start + multiple * tick).rounded(.down) - start.rounded(.down)) / 1e9
            }
            let plain = SampleCodec.encode(values: values[...], effort: .quick, hint: &hint)
            let column = SampleCodec.encode(values: values[...], effort: .final, hint: &hint)
            if tick * least * 4 < 30_000 {
                #expect(SampleCodec.form(ofValues: column).hasPrefix("ticks"), "\(tick) × \(least)")
                #expect(column.count < plain.count - 1000 / 8, "\(tick) × \(least)")
            }
            var known = TickHint()
            known.note(tick * (1 + 1e-7))
            let hinted = SampleCodec.encode(values: values[...], effort: .final, hint: &known)
            #expect(SampleCodec.form(ofValues: hinted).hasPrefix("ticks"), "\(tick) × \(least)")
            var decoded: [Double] = []
            try hinted.withUnsafeBytes { try SampleCodec.decode(values: $0, count: values.count, into: &decoded) }
            #expect(decoded == values)
        }
    }

    /// Values close to each other lie near the multiples of neighbouring ticks too.
    @Test(arguments: [700.0, 2000]) func ticksAreFoundAmongSimilarValues(least: Double) throws {
        var random = SeededRandom(seed: 5)
        let column = Self.durations(tick: 10.015037, &random) { least * (1 + 0.2 * $0) }
        #expect(try Self.finalForm(column).hasPrefix("ticks"))
    }

    /// A coarse tick names the multiples of small values only: it is sharpened on the way to the large ones.
    @Test func ticksAreFoundAmongValuesOfAllSizes() throws {
        var random = SeededRandom(seed: 6)
        let column = Self.durations(tick: 10.015037, &random) { position in
            var multiple = 500.0
            for _ in 0..<Int(position * 90) { multiple *= 1.09 }
            return multiple * (1 + position / 50)
        }
        #expect(try Self.finalForm(column).hasPrefix("ticks"))
    }

    /// Where no column has ticks, fewer and fewer are searched; one that has is still found, and then all.
    @Test func searchesInVainBecomeRare() {
        var hint = TickHint()
        let searched = (0..<1000).filter { _ in hint.takesSearch() }.count
        #expect(searched > 10 && searched < 30)
        hint.note(10.015037)
        let again = (0..<4).filter { _ in hint.takesSearch() }.count
        #expect(again == 4)
    }

    private static func durations(
        tick: Double, _ random: inout SeededRandom, multiple: (Double) -> Double
    ) -> [Double] {
        (0..<1000).map { _ in
            let start = Double(random.next() % 1_000_000) * tick
            let exact = multiple(Double(random.next() >> 11) * 0x1p-53).rounded() * tick
            return ((start + exact).rounded(.down) - start.rounded(.down)) / 1e9
        }
    }

    private static func finalForm(_ values: [Double]) throws -> String {
        var hint = TickHint()
        let column = SampleCodec.encode(values: values[...], effort: .final, hint: &hint)
        var decoded: [Double] = []
        try column.withUnsafeBytes { try SampleCodec.decode(values: $0, count: values.count, into: &decoded) }
        #expect(decoded == values)
        return SampleCodec.form(ofValues: column)
    }
}
