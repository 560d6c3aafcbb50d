import Foundation
import Testing

@testable import DeviceIntake

@Suite struct MappingSyntaxTests {
    static let paths: [(String, [MappingPath.Step])] = [
        ("$", []), ("$.a", [.member(Array("a".utf8))]), ("a", [.member(Array("a".utf8))]),
        ("$.a.b-c:0", [.member(Array("a".utf8)), .member(Array("b-c:0".utf8))]),
        ("$['a b'][\"c.d\"]", [.member(Array("a b".utf8)), .member(Array("c.d".utf8))]),
        ("$[0][*].x", [.element(0), .elements, .member(Array("x".utf8))]),
        ("$.*", [.members(prefix: [])]), ("$.sw*", [.members(prefix: Array("sw".utf8))]),
        ("$['switch:*']", [.members(prefix: Array("switch:".utf8))]), ("$['']", [.member([])]),
        ("$.é", [.member(Array("é".utf8))]),
    ]

    @Test(arguments: paths) func `a path is read`(text: String, steps: [MappingPath.Step]) throws {
        #expect(try MappingPath(text).steps == steps)
    }

    @Test(arguments: [
        "", "$.", "$..a", "$a", "$.a b", "$[", "$[]", "$[-1]", "$[1", "$['a]", "$['a'", "$.a*b", "$[10000]", "$.a]",
        "$[99999999999999999999]", "$.1.2.3.4.5.6.7.8.9",
    ]) func `what is no path is refused`(text: String) {
        #expect(throws: MappingError.self) { try MappingPath(text) }
    }

    @Test func `a topic has levels, names and a filter`() throws {
        let topic = try MappingTopic("a/{x}/+/b/{y_2}")
        #expect(topic.filter == "a/+/+/b/+")
        #expect(topic.level(named: "x") == 1 && topic.level(named: "y_2") == 4 && topic.level(named: "z") == nil)
        #expect(throws: MappingError.self) { try MappingText("{z}", of: topic) }
        #expect(throws: MappingError.self) { try MappingText("{1}", of: topic) }
        #expect(throws: MappingError.self) { try MappingText("{x", of: topic) }
        #expect(try MappingText("p-{x}.{1}", of: topic, starCount: 1).parts.count == 4)
    }

    @Test(arguments: [
        "", "#", "a/#", "a/b+", "a/{}", "a/{1}", "a/{x}y", "a/{x}/{x}", "$SYS/{x}", "a/{x y}",
        String(repeating: "a/", count: 16),
    ]) func `what is no topic is refused`(text: String) {
        #expect(throws: MappingError.self) { try MappingTopic(text) }
    }

    @Test func `stars that multiply are bounded`() throws {
        // Each name but one is covered by the star beside it, so that every level doubles the paths that are under way.
        var readings: [(channel: String, path: String)] = []
        for bits in 0..<128 {
            let steps = (0..<8).map { bits >> ($0 % 7) & 1 == 0 ? "*" : "n\(bits)" }
            readings.append((channel: "", path: "$." + steps.joined(separator: ".")))
        }
        let mapping = try Mappings.make(readings: readings)
        let problem = try #require(DeviceMapping.problem([mapping]))
        #expect(problem.text.contains("overlap"))
    }

    /// Foundation's reading of the same times.
    @Test(arguments: [
        "2025-08-10T12:00:00Z", "2000-02-29T23:59:59Z", "1970-01-01T00:00:00Z", "2026-11-20T12:00:00+01:00",
        "2026-11-20T00:10:00-11:30", "2400-02-29T00:00:00Z", "1999-12-31T23:59:59Z", "2100-03-01T00:00:00Z",
        "9999-12-31T23:59:59Z", "1972-06-30T00:00:00Z",
    ]) func `times are those of Foundation`(text: String) throws {
        let expected = try #require(ISO8601DateFormatter().date(from: text)).timeIntervalSince1970 * 1000
        #expect(InternetTimeTests.parse(text) == UInt64(expected))
    }
}

@Suite struct InternetTimeTests {
    static func parse(_ text: String, utc: Bool = false) -> UInt64? {
        Array(text.utf8).withUnsafeBytes { InternetTime.unixMilliseconds($0, isUTCWithoutOffset: utc) }
    }

    @Test func `fractions, spaces and missing offsets`() {
        let noon: UInt64 = 1_754_827_200_000
        #expect(Self.parse("2025-08-10T12:00:00.123456Z") == noon + 123)
        #expect(Self.parse("2025-08-10 12:00:00,5z") == noon + 500)
        #expect(Self.parse("2025-08-10T12:00:00") == nil)
        #expect(Self.parse("2025-08-10T12:00:00", utc: true) == noon)
        #expect(Self.parse("2025-08-10T14:00:00+0200") == noon)
        #expect(Self.parse("2025-08-10T11:59:60Z") == noon)
    }

    @Test(arguments: [
        "", "2025", "2025-13-01T00:00:00Z", "2025-02-29T00:00:00Z", "2025-01-01T24:00:00Z", "2025-01-01T00:60:00Z",
        "2025-01-01T00:00:61Z", "2025-01-01T00:00:00.Z", "2025-01-01T00:00:00Zx", "2025-1-01T00:00:00Z",
        "1969-12-31T23:59:59Z", "2025-01-01T00:00:00+25:00", "0000-01-01T00:00:00Z", "2025-01-00T00:00:00Z",
    ]) func `what is no time is refused`(text: String) {
        #expect(Self.parse(text) == nil)
    }
}
