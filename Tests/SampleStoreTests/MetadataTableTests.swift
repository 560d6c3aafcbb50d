import MetricModel
import Testing

@testable import SampleStore

/// What is kept of what requests say of metrics is bounded, and what is refused is counted.
@Suite struct MetadataTableTests {
    private func family(_ name: String, help: String = "", unit: String = "") -> SampleColumns.Family {
        SampleColumns.Family(name: name, type: .gauge, help: help, unit: unit)
    }

    @Test func aNameTooLongIsRefusedAndCounted() {
        var table = MetadataTable(limit: 9, nameByteLimit: 5, helpByteLimit: 9)
        // The limit is one of bytes: the last name has three characters.
        for name in ["short", "longer", "\u{e9}\u{e9}\u{e9}"] { table.learn(family(name)) }
        #expect(Array(table.families.keys) == ["short"])
        #expect(table.refusedCount == 2)
    }

    @Test func aNameTooManyIsRefusedAndCounted() {
        var table = MetadataTable(limit: 2, nameByteLimit: 9, helpByteLimit: 9)
        for name in ["a", "b", "c", "a"] { table.learn(family(name)) }
        #expect(table.families.keys.sorted() == ["a", "b"])
        #expect(table.refusedCount == 1)
    }

    @Test func helpAndUnitAreCut() {
        var table = MetadataTable(limit: 2, nameByteLimit: 9, helpByteLimit: 3)
        table.learn(family("a", help: "help", unit: "seconds"))
        #expect(table.families["a"] == family("a", help: "hel", unit: "sec"))
    }

    /// "é" in one piece and in two are two names, and two helps, as they are two metrics.
    @Test func equivalentTextsAreTwo() throws {
        var table = MetadataTable(limit: 9, nameByteLimit: 9, helpByteLimit: 9)
        let forms = ["\u{e9}", "e\u{301}"]
        for form in forms { table.learn(family(form, help: form)) }
        #expect(table.families.count == 2)
        #expect(table.takeUnsaved().count == 2)
        table.learn(family(forms[0], help: forms[1]))
        let unsaved = table.takeUnsaved()
        #expect(unsaved.map { Array($0.name.utf8) } == [Array(forms[0].utf8)])
        #expect(unsaved.map { Array($0.help.utf8) } == [Array(forms[1].utf8)])
    }
}
