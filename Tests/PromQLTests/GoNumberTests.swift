import PromQL
import Testing

@Suite struct GoNumberTests {
    /// Value, `f` form, API form, `%g` form; computed with Go's strconv.
    static let forms: [(Double, String, String, String)] = [
        (0, "0", "0", "0"), (-0.0, "-0", "-0", "-0"), (1, "1", "1", "1"), (-1.5, "-1.5", "-1.5", "-1.5"),
        (100_000, "100000", "100000", "100000"), (1e6, "1000000", "1000000", "1e+06"),
        (123_456_789, "123456789", "123456789", "1.23456789e+08"), (0.0001, "0.0001", "0.0001", "0.0001"),
        (0.00001, "0.00001", "0.00001", "1e-05"), (1e-6, "0.000001", "0.000001", "1e-06"),
        (9.5e-7, "0.00000095", "9.5e-07", "9.5e-07"), (1e20, "100000000000000000000", "100000000000000000000", "1e+20"),
        (1e21, "1000000000000000000000", "1e+21", "1e+21"),
        (1.0 / 3, "0.3333333333333333", "0.3333333333333333", "0.3333333333333333"),
        (.infinity, "+Inf", "+Inf", "+Inf"), (-.infinity, "-Inf", "-Inf", "-Inf"), (.nan, "NaN", "NaN", "NaN"),
        (1e100, "1" + String(repeating: "0", count: 100), "1e+100", "1e+100"),
        (12345.678, "12345.678", "12345.678", "12345.678"),
    ]

    @Test(arguments: forms)
    func prints(_ value: Double, _ fixed: String, _ api: String, _ general: String) {
        #expect(GoNumber.fixed(value) == fixed)
        #expect(GoNumber.api(value) == api)
        #expect(GoNumber.general(value) == general)
    }

    @Test func printsRoundedForms() {
        #expect(GoNumber.fixed(1.5, decimals: 6) == "1.500000")
        #expect(GoNumber.fixed(-0.0004, decimals: 3) == "-0.000")
        #expect(GoNumber.fixed(12.0006, decimals: 3) == "12.001")
        #expect(GoNumber.openMetrics(1) == "1.0")
        #expect(GoNumber.openMetrics(0.25) == "0.25")
        #expect(GoNumber.twoDigits(5) == "5")
        #expect(GoNumber.twoDigits(0.01234) == "0.012")
        #expect(GoNumber.twoDigits(995) == "1e+03")
        #expect(GoNumber.twoDigits(120) == "1.2e+02")
    }

    /// What is printed reads back as the same number.
    @Test func roundTrips() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            #expect(Double(GoNumber.fixed(value)) == value, "\(value.bitPattern)")
            #expect(Double(GoNumber.api(value)) == value, "\(value.bitPattern)")
        }
    }

    static let times: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (1_709_210_096, "2024-02-29T12:34:56Z"),
        (951_782_400, "2000-02-29T00:00:00Z"), (4_102_444_799, "2099-12-31T23:59:59Z"),
        (-62_135_596_800, "0001-01-01T00:00:00Z"),
    ]

    @Test(arguments: times)
    func printsTimes(_ seconds: Int64, _ text: String) {
        #expect(CalendarTime(unixSeconds: seconds).text == text)
    }
}
