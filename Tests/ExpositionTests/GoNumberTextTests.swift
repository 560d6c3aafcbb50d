import Exposition
import TestValues
import Testing

/// The expected texts are what Go 1.22's strconv prints; node_exporter's output has the same forms.
@Suite struct GoNumberTextTests {
    @Test(
        arguments: [
            (0, "0"), (1, "1"), (-1, "-1"), (0.5, "0.5"), (123_456, "123456"), (1_234_567, "1.234567e+06"),
            (1_000_000, "1e+06"), (999_999, "999999"), (999_999.5, "999999.5"), (1_795_222_476, "1.795222476e+09"),
            (12_345_678.25, "1.234567825e+07"), (0.0001, "0.0001"), (0.00001, "1e-05"), (0.000_123_4, "0.0001234"),
            (1e100, "1e+100"), (1.5e-300, "1.5e-300"), (.leastNonzeroMagnitude, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
            (0.1 + 0.2, "0.30000000000000004"), (100_000.125, "100000.125"), (834.21, "834.21"),
            (1.0 / 3, "0.3333333333333333"),
            (9_007_199_254_740_992, "9.007199254740992e+15"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
            (-0.0, "-0"),
        ] as [(Double, String)])
    func general(_ value: Double, _ text: String) {
        #expect(GoNumberText.general(value) == text)
    }

    @Test(
        arguments: [
            (0, "0"), (1, "1"), (1_234_567, "1234567"), (1e20, "100000000000000000000"), (1e21, "1e+21"),
            (0.000001, "0.000001"), (0.000_000_9, "9e-07"), (1_795_222_476.123, "1795222476.123"), (.infinity, "+Inf"),
            (-.infinity, "-Inf"), (.nan, "NaN"), (-0.0, "-0"), (1.5e22, "1.5e+22"), (-2.5, "-2.5"),
        ] as [(Double, String)])
    func queryValue(_ value: Double, _ text: String) {
        #expect(GoNumberText.queryValue(value) == text)
    }

    @Test(
        arguments: [
            (0, "0.0"), (1, "1.0"), (1_234_567, "1.234567e+06"), (0.25, "0.25"), (.infinity, "+Inf"), (.nan, "NaN"),
        ] as [(Double, String)])
    func openMetrics(_ value: Double, _ text: String) {
        #expect(GoNumberText.openMetrics(value) == text)
    }

    /// Whatever is written is read back bit for bit, in no more digits than the standard library needs.
    @Test func shortestAndExact() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        for round in 0..<20_000 {
            let value: Double =
                switch round % 4 {
                case 0: Double(bitPattern: random.next())
                case 1: Double(random.next() >> 40) / 100
                case 2: Double(Int64(bitPattern: random.next())) / 1000
                default: Double(random.next() >> UInt64(round % 60))
                }
            guard value.isFinite else { continue }
            for text in [GoNumberText.general(value), GoNumberText.queryValue(value), GoNumberText.openMetrics(value)] {
                #expect(Double(text)?.bitPattern == value.bitPattern, "seed \(seed): \(text) for \(value)")
            }
            #expect(
                digits(GoNumberText.general(value)) == digits(value.description), "seed \(seed): digits of \(value)")
        }
    }

    /// The significant digits of a number's text.
    private func digits(_ text: String) -> String {
        let mantissa = text.prefix { $0 != "e" }.filter(\.isNumber).drop { $0 == "0" }
        return String(String(mantissa.reversed()).drop { $0 == "0" })
    }
}
