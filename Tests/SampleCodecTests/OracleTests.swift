import Glibc
import TestValues
import Testing

@testable import SampleCodec

/// A decoder in Python, written from DESIGN.md, reads what the encoder writes.
@Suite struct OracleTests {
    private static let script =
        #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
        + "/chunk_oracle.py"
    private static let hasPython = access("/usr/bin/python3", X_OK) == 0

    /// Skipped where there is no Python; CI installs it.
    @Test(.enabled(if: hasPython)) func pythonDecodesWhatSwiftEncodes() throws {
        var random = SeededRandom(seed: 7)
        var chunks = ""
        var expected = ""
        for number in 0..<200 {
            var time = Int64(random.next() % 2_000_000_000_000)
            var times: [Int64] = []
            var values: [Double] = []
            for index in 0..<(1 + random.next() % 80) {
                times.append(time)
                time += number % 2 == 0 ? 15_000 : 14_990 + Int64(random.next() % 20)
                switch number % 5 {
                case 0: values.append(Double(random.next() % 9) * 4096)
                case 1: values.append(Double(index) * 14.75 + Double(random.next() % 3) / 100)
                case 2: values.append(Double(bitPattern: random.next()))
                case 3: values.append(random.next() % 9 == 0 ? -0.0 : Double(random.next() % 1000) / 1000)
                default: values.append(3)
                }
            }
            let chunk = SampleCodec.encode(times, values)
            chunks += Hexadecimal.text(chunk) + "\n"
            expected +=
                times.map { "\($0) " }.joined() + "; "
                + values.map { "\($0.bitPattern)" }.joined(separator: " ") + "\n"
        }
        #expect(try decode(chunks) == expected)
    }

    private func decode(_ chunks: String) throws -> String {
        let path = "/tmp/wayside-chunks-\(getpid())"
        let (input, output) = (path + ".txt", path + ".out")
        defer {
            unlink(input)
            unlink(output)
        }
        let file = try #require(fopen(input, "w"))
        fputs(chunks, file)
        fclose(file)
        #expect(system("/usr/bin/python3 '\(Self.script)' < \(input) > \(output) 2>&1") == 0)
        let result = try #require(fopen(output, "r"))
        defer { fclose(result) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, result), count > 0 { text += buffer[..<count] }
        return String(decoding: text, as: UTF8.self)
    }
}
