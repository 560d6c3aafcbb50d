import Daemon
import Testing

@Suite struct HumanTextTests {
    @Test(
        arguments: [
            (0, "0 ms"), (999, "999 ms"), (1000, "1.0 s"), (9999, "10.0 s"), (10_000, "10 s"), (65_000, "1 min 5 s"),
            (3_600_000, "1 h 0 min"), (90_061_000, "1 d 1 h"), (-1500, "-1.5 s"),
        ] as [(Int64, String)])
    func spansOfTime(_ milliseconds: Int64, _ text: String) {
        #expect(HumanText.age(milliseconds) == text)
    }

    @Test(arguments: [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (64 << 20, "64.0 MiB")] as [(Int64, String)])
    func byteCounts(_ count: Int64, _ text: String) {
        #expect(HumanText.bytes(count) == text)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] as [(UInt64, String)])
    func counts(_ count: UInt64, _ text: String) {
        #expect(HumanText.count(count) == text)
    }

    @Test(
        arguments: [
            (0.0, 2, "0.00"), (-0.004, 2, "0.00"), (-1.005, 1, "-1.0"), (2.5, 0, "3"), (1e300, 1, "1e+300"),
        ] as [(Double, Int, String)])
    func fixedPlaces(_ value: Double, _ places: Int, _ text: String) {
        #expect(HumanText.fixed(value, places) == text)
    }
}
