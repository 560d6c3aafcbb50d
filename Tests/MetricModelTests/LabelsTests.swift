import MetricModel
import Testing

@Suite struct LabelsTests {
    /// Wherever two texts of any length differ it is seen, and only there.
    @Test func textsAreEqualWhereTheirBytesAre() {
        #expect("\u{e9}" == "e\u{301}" && !"\u{e9}".hasEqualBytes("e\u{301}"))
        #expect("\u{212a}" == "K" && !"\u{212a}".hasEqualBytes("K"))
        for count in 0..<40 {
            let text = String(repeating: "a", count: count)
            #expect(text.hasEqualBytes(String(decoding: Array(text.utf8), as: UTF8.self)))
            #expect(!text.hasEqualBytes(text + "a") && !(text + "a").hasEqualBytes(text))
            for place in 0..<count {
                var bytes = Array(text.utf8)
                bytes[place] = UInt8(ascii: "b")
                #expect(!text.hasEqualBytes(String(decoding: bytes, as: UTF8.self)), "\(place) of \(count)")
            }
        }
    }

    @Test func packsInNameOrderWhateverTheOrderGiven() {
        let labels = Labels([Label("job", "node"), Label("__name__", "up"), Label("instance", "gw-7")])
        #expect(labels.map(\.name) == ["__name__", "instance", "job"])
        #expect(labels == ["instance": "gw-7", "job": "node", "__name__": "up"])
        let start: [UInt8] = [8] + Array("__name__".utf8) + [2] + Array("up".utf8)
        #expect(labels.packed.starts(with: start))
    }

    @Test func leavesOutEmptyValuesAndLetsTheLastOfTwoNamesWin() {
        #expect(Labels([Label("a", "1"), Label("b", ""), Label("a", "2")]) == Labels([Label("a", "2")]))
        #expect(Labels([Label("a", "1"), Label("a", "")]).isEmpty)
    }

    @Test func printsAsPrometheusDoes() {
        #expect(Labels.empty.description == "{}")
        let up: Labels = ["__name__": "up"]
        let escaped: Labels = ["__name__": "m", "path": "a\\b\"c\nd"]
        #expect(up.description == "up")
        #expect(escaped.description == #"m{path="a\\b\"c\nd"}"#)
    }

    @Test func ordersLabelByLabel() {
        let sorted: [Labels] = [[:], ["a": "1"], ["a": "1", "b": "1"], ["a": "2"], ["b": "0"]]
        #expect(sorted.reversed().sorted() == sorted)
    }

    @Test func longLengthsTakeTwoBytes() {
        let value = String(repeating: "x", count: 300)
        let labels: Labels = ["n": value]
        #expect(labels["n"] == value)
    }

    @Test(
        arguments: [
            [5, 0x61], [1, 0x61, 9, 0x62], [0x80], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], [1, 0x61],
        ] as [[UInt8]])
    func walkEndsAtDamage(_ bytes: [UInt8]) {
        var walk = PackedLabelWalk()
        let label = bytes.withUnsafeBytes { walk.next(in: $0) }
        #expect(label == nil)
        #expect(walk.isDamaged)
    }
}
