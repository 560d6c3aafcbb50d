import Testing

@testable import DeviceProtocol

/// The edges of the table of well-formed UTF-8 (Unicode, table 3-7).
@Suite struct UTF8Tests {
    private func accepts(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { isUTF8($0) } }

    /// The bytes that may begin a character, and what may follow each at once.
    private static let rows: [(leads: ClosedRange<UInt8>, second: ClosedRange<UInt8>, byteCount: Int)] = [
        (0xc2...0xdf, 0x80...0xbf, 2), (0xe0...0xe0, 0xa0...0xbf, 3), (0xe1...0xec, 0x80...0xbf, 3),
        (0xed...0xed, 0x80...0x9f, 3), (0xee...0xef, 0x80...0xbf, 3), (0xf0...0xf0, 0x90...0xbf, 4),
        (0xf1...0xf3, 0x80...0xbf, 4), (0xf4...0xf4, 0x80...0x8f, 4),
    ]

    @Test func `a text ends where a character ends`() {
        #expect(accepts([]))
        #expect(accepts(Array("Öl 40 °C, 漏れ 🛠".utf8)))
        for byte in UInt8.min ... .max { #expect(accepts([0x61, byte]) == (byte < 0x80), "\(byte)") }
        for row in UTF8Tests.rows {
            for length in 2..<row.byteCount {
                let cut = [row.leads.lowerBound, row.second.lowerBound] + Array(repeating: 0x80, count: length - 2)
                #expect(!accepts(cut), "\(cut)")
            }
        }
    }

    @Test func `no overlong forms, no surrogates, nothing past the last character`() {
        for lead in 0x80...UInt8.max {
            let row = UTF8Tests.rows.first { $0.leads.contains(lead) }
            for second in UInt8.min ... .max {
                let rest = Array(repeating: UInt8(0xbf), count: (row?.byteCount ?? 2) - 2)
                let allowed = row?.second.contains(second) ?? false
                #expect(accepts([lead, second] + rest + [0x7a]) == allowed, "\(lead) \(second)")
            }
        }
    }

    @Test func `what follows the second byte continues`() {
        for row in UTF8Tests.rows where row.byteCount > 2 {
            for place in 2..<row.byteCount {
                for byte in UInt8.min ... .max {
                    var bytes = [row.leads.upperBound, row.second.upperBound, 0x80, 0x80]
                    bytes.removeLast(4 - row.byteCount)
                    bytes[place] = byte
                    #expect(accepts(bytes) == (0x80...0xbf).contains(byte), "\(bytes)")
                }
            }
        }
    }
}
