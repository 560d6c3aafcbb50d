import RemoteWrite
import Testing

@Suite struct RecordsHeaderTests {
    static let text =
        "ring=0123abcd-0000-00ff-8899-aabbccddeeff;first=17;last=18446744073709551615;part=2/4;crc=00c0ffee"

    @Test func printsAndReadsTheDocumentedForm() throws {
        let made = RecordsHeader(
            ringHigh: 0x0123_abcd_0000_00ff, ringLow: 0x8899_aabb_ccdd_eeff, first: 17, last: .max, part: 2,
            partCount: 4, checksum: 0xc0ffee)
        let header = try #require(made)
        #expect(header.description == Self.text)
        #expect(RecordsHeader(parsing: Self.text) == header)
    }

    @Test func readsAnyOrderAndPassesOverWhatItDoesNotKnow() {
        let other =
            "crc=00C0FFEE; part=2/4;last=18446744073709551615;new=x;first=17;ring=0123ABCD-0000-00FF-8899-AABBCCDDEEFF"
        #expect(RecordsHeader(parsing: other) == RecordsHeader(parsing: Self.text))
        #expect(RecordsHeader(parsing: other) != nil)
    }

    @Test(arguments: [
        ("first=17", "first=-17"), ("first=17", "first=017x"), ("first=17", "first="), ("first=17", "last=17"),
        ("first=17;", ""), ("first=17", "first=18446744073709551616"), ("last=18446744073709551615", "last=16"),
        ("part=2/4", "part=0/4"), ("part=2/4", "part=5/4"), ("part=2/4", "part=2"), ("part=2/4", "part=2/4/8"),
        ("part=2/4", "part=2/4294967296"), ("crc=00c0ffee", "crc=c0ffee"), ("crc=00c0ffee", "crc=+0c0ffee"),
        ("ring=0123abcd-", "ring=0123abcd"), ("ring=0123", "ring=012g"), ("crc=00c0ffee", "crc=00c0ffee;"),
        ("crc=00c0ffee", "crc=00c0ffee;" + String(repeating: "x", count: 200) + "=1"),
    ]) func refusesWhatIsNotTheForm(old: String, new: String) throws {
        let range = try #require(Self.text.firstRange(of: old))
        #expect(RecordsHeader(parsing: Self.text.replacingCharacters(in: range, with: new)) == nil)
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with new: String) -> String {
        String(self[..<range.lowerBound]) + new + String(self[range.upperBound...])
    }
}
