import Glibc
import LinuxSystem
import Testing

@Suite struct LinesTests {
    private static func lines(_ text: String, byteLimit: Int = 1 << 20, lineByteLimit: Int = 8) throws -> [String] {
        let path = "/tmp/wayside-lines-\(Machine.processID())-\(Machine.randomWord())"
        try Files.replace(path, with: Array(text.utf8))
        defer { unlink(path) }
        var lines: [String] = []
        try Files.forEachLine(path, byteLimit: byteLimit, lineByteLimit: lineByteLimit) { line in
            lines.append(String(decoding: line, as: UTF8.self))
        }
        return lines
    }

    @Test(
        arguments: [
            ("", []), ("\n", [""]), ("a", ["a"]), ("a\n\nb", ["a", "", "b"]), ("a\nb\n", ["a", "b"]),
            ("12345678\n12345678", ["12345678", "12345678"]), ("123456789\nb\n", ["b"]), ("a\n123456789", ["a"]),
            ("a\n1234567890123456789012345678901234567890\nb\n123456789\nc", ["a", "b", "c"]),
            ("1234567\n12345678\n1234567\n12345678\n", ["1234567", "12345678", "1234567", "12345678"]),
        ] as [(String, [String])])
    func eachLineThatFits(_ text: String, _ expected: [String]) throws {
        #expect(try Self.lines(text) == expected)
    }

    /// Against the plain way to part lines, at every length around the limit and the buffer's end.
    @Test func longTexts() throws {
        for length in 0...20 {
            let text = (0..<40).map { String(repeating: "x", count: ($0 * 7 + length) % 19) }.joined(separator: "\n")
            let all = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            // An empty rest at the end is no line.
            let expected = (all.last == "" ? all.dropLast() : all[...]).filter { $0.utf8.count <= 8 }
            #expect(try Self.lines(text) == expected)
        }
    }

    @Test func aFileThatIsTooLong() {
        let error = #expect(throws: SystemError.self) { try Self.lines("1234\n1234\n", byteLimit: 9) }
        #expect(error?.errorNumber == EFBIG)
        #expect(throws: SystemError.self) { try Files.forEachLine("/dev/zero", byteLimit: 1 << 20) { _ in } }
    }
}
