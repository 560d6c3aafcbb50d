import LabelMatching
import MetricModel
import Testing

@testable import SampleStore

/// Unicode calls "é" in one piece and in two equivalent, and so does Swift; labels are bytes, in memory and in files.
@Suite struct LabelBytesTests {
    private static let forms = ["caf\u{e9}", "cafe\u{301}"]

    private func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    @Test(arguments: [false, true])
    func equivalentNamesAndValuesAreTwo(isSealed: Bool) async throws {
        let test = try FinalFormTests.dayThatIsOver()
        let byName = Self.forms.map { Labels([Label("__name__", "named"), Label($0, "a")]) }
        let byValue = Self.forms.map { Labels([Label("__name__", "valued"), Label("v", $0)]) }
        try await test.ingest((byName + byValue).map { .init(labels: $0, samples: [(TestStore.base, 1)]) })
        if isSealed { try test.store.seal() }
        let descending = bytes(Self.forms.reversed())
        for sets in [[], [[try LabelMatcher("__name__", .matches, ".+")]]] {
            let names = try test.store.labelNames(matching: sets, from: .min, through: .max, limit: 9)
            #expect(bytes(names) == bytes(["__name__"]) + descending + bytes(["v"]))
            let values = try test.store.labelValues(of: "v", matching: sets, from: .min, through: .max, limit: 9)
            #expect(bytes(values) == descending)
        }
        for (form, labels) in zip(Self.forms, byName) {
            #expect(try Array(test.select([LabelMatcher(form, .equal, "a")]).keys) == [labels])
            #expect(try Array(test.select([LabelMatcher(form, .matches, "a|b")]).keys) == [labels])
        }
        for (form, labels) in zip(Self.forms, byValue) {
            #expect(try Array(test.select([LabelMatcher("v", .equal, form)]).keys) == [labels])
        }
    }

    @Test func labelsTellThemApart() {
        let both = Labels([Label(Self.forms[0], "a"), Label(Self.forms[1], "b")])
        #expect(Array(both).count == 2)
        #expect(both[Self.forms[0]] == "a" && both[Self.forms[1]] == "b")
        let (one, other) = (Labels([Label("v", Self.forms[0])]), Labels([Label("v", Self.forms[1])]))
        #expect(one != other && other < one && !(one < other))
        #expect(Label("v", Self.forms[0]) != Label("v", Self.forms[1]))
        #expect(LabelMatcher("v", equals: Self.forms[0]) != LabelMatcher("v", equals: Self.forms[1]))
    }
}
