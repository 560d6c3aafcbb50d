import TestValues
import Testing

@testable import JSONText

@Suite struct JSONNumberTests {
    static let whole: [(String, UInt64?, Int64?)] = [
        ("0", 0, 0), ("-0", 0, 0), ("1", 1, 1), ("-1", nil, -1), ("1.0", 1, 1), ("1.5", nil, nil), ("10e-1", 1, 1),
        ("1e3", 1000, 1000), ("9223372036854775807", 9_223_372_036_854_775_807, .max),
        ("9223372036854775808", 9_223_372_036_854_775_808, nil), ("-9223372036854775808", nil, .min),
        ("-9223372036854775809", nil, nil), ("18446744073709551615", .max, nil), ("18446744073709551616", nil, nil),
        ("1e19", 10_000_000_000_000_000_000, nil), ("1e20", nil, nil), ("1e999999999999", nil, nil), ("0e99", 0, 0),
        ("184467440737095516150e-1", .max, nil), ("184467440737095516160e-1", nil, nil),
    ]

    @Test(arguments: whole) func `keeps whole numbers exactly`(text: String, unsigned: UInt64?, signed: Int64?) throws {
        let (number, _) = try read(text)
        #expect(number.unsigned == unsigned)
        #expect(number.signed == signed)
    }

    /// Hard cases: ties, the edges of the subnormals, the largest double, long digit strings.
    static let hard = [
        "9007199254740993", "9007199254740992.5", "0.1", "1.7976931348623157e308", "1.7976931348623158e308",
        "1.7976931348623159e308", "4.9e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "2.5e-324",
        "2.2250738585072011e-308", "2.2250738585072014e-308", "1e23", "8.5e22", "1e-22",
        "123456789012345678901234567890",
        "0.000000000000000000000000000000000000001e39", "6631235871469758276785396630275967242379600", "5e-325",
        "1e400", "1e-400", "-1.5e-45", "3.4028234664e38", "0.5000000000000000000000000000000000000000000000000000001",
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124",
        "1.00000000000000011102230246251565404236316680908203126", "179769313486231580793728971405301e276",
    ]

    @Test(arguments: hard) func `rounds hard cases as the standard library does`(text: String) throws {
        let (_, value) = try read(text)
        let expected = try #require(Double(text))
        #expect(value.bitPattern == expected.bitPattern)
    }

    @Test func `rounds random numbers as the standard library does`() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<4_000 {
            let text = JSONNumberTests.randomNumber(&random)
            let (_, value) = try read(text)
            let expected = try #require(Double(text))
            #expect(value.bitPattern == expected.bitPattern, "seed \(seed): \(text)")
        }
    }

    @Test func `reads back every double it is given`() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<3_000 {
            let given = Double(bitPattern: random.next())
            guard given.isFinite else { continue }
            let (_, value) = try read(given.description)
            #expect(value.bitPattern == given.bitPattern, "seed \(seed): \(given)")
        }
    }

    private static func randomNumber(_ random: inout SeededRandom) -> String {
        func digits(_ count: UInt64) -> String {
            (0..<count).map { _ in String(random.next() % 10) }.joined()
        }
        var text = random.next() % 2 == 0 ? "-" : ""
        text += String(random.next() % 9 + 1) + digits(random.next() % 22)
        if random.next() % 2 == 0 { text += "." + digits(1 + random.next() % 20) }
        if random.next() % 2 == 0 { text += "e\(Int(random.next() % 680) - 350)" }
        return text
    }

    private func read(_ text: String) throws -> (JSONNumber, Double) {
        try Array(text.utf8).withUnsafeBytes { bytes in
            var reader = JSONReader(bytes, limits: standardLimits)
            guard case .number(let number) = try reader.next() else { throw Unexpected() }
            return (number, reader.double(number))
        }
    }
}
