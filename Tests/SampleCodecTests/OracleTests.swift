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
        var hint = TickHint()
        var chunks = ""
        var expected = ""
        var forms: Set<String> = []
        for (number, shape) in (0..<13).flatMap({ _ in SampleShape.allCases }).enumerated() {
            var time = Int64(random.next() % 2_000_000_000_000)
            var times: [Int64] = []
            var values: [Double] = []
            let isLong = [.ticks, .bursts].contains(shape) && number / SampleShape.allCases.count % 2 == 0
            for index in 0..<Int(isLong ? 300 : 1 + random.next() % 80) {
                times.append(time)
                time += number % 3 != 0 ? 15_000 : 14_990 + Int64(random.next() % 20)
                values.append(shape.value(at: index, after: values.last ?? 0, &random))
                if number % 7 == 0, random.next() % 20 == 0 {
                    values[index] = Double(bitPattern: ValueException.staleMarker)
                }
            }
            let effort = number % 4 == 0 ? CodecEffort.quick : .final
            let chunk = SampleCodec.encode(times[...], values[...], effort: effort, hint: &hint)
            forms.insert(
                SampleCodec.form(ofValues: SampleCodec.encode(values: values[...], effort: effort, hint: &hint)))
            chunks += Hexadecimal.text(chunk) + "\n"
            expected +=
                times.map { "\($0) " }.joined() + "; "
                + values.map { "\($0.bitPattern)" }.joined(separator: " ") + "\n"
        }
        #expect(try decode(chunks) == expected)
        let words = forms.sorted().joined(separator: "; ")
        for word in [
            "constant,", "line,", "levels,", "levels in", "differences,", "steps,", "steps in", "secondDiff", "ticks",
            "integer", "quotient", "product", "thousandthsTwice", "pattern",
        ] {
            #expect(words.contains(word), "no chunk was of this form: the oracle has not seen it")
        }
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
