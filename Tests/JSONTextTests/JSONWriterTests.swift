import Testing

@testable import JSONText

@Suite struct JSONWriterTests {
    private func write(into count: Int, _ body: (inout JSONWriter) -> Void) -> (text: String, byteCount: Int) {
        var buffer = [UInt8](repeating: 0x23, count: count)
        let byteCount = buffer.withUnsafeMutableBytes { bytes in
            var writer = JSONWriter(into: bytes)
            body(&writer)
            return writer.byteCount
        }
        return (String(decoding: buffer.prefix(byteCount), as: UTF8.self), byteCount)
    }

    private func example(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("a")
        writer.beginArray()
        writer.number(UInt64.max)
        writer.number(Int64.min)
        writer.number(0.1)
        writer.number(Double.nan)
        writer.endArray()
        writer.key("b")
        writer.string("\"\\\u{1}é")
        writer.key("c")
        writer.bool(true)
        writer.key("d")
        writer.null()
        writer.key("e")
        writer.beginObject()
        writer.endObject()
        writer.endObject()
    }

    @Test func `puts commas and escapes where they belong`() throws {
        let written = write(into: 200, example)
        let expected =
            #"{"a":[18446744073709551615,-9223372036854775808,0.1,null],"b":"\"\\\u0001é","c":true,"d":null,"e":{}}"#
        #expect(written.text == expected)
        #expect(try failure(of: Array(written.text.utf8)) == nil)
    }

    @Test func `never writes past the buffer and says what it needed`() {
        let whole = write(into: 200, example)
        for count in 0..<whole.byteCount {
            let cut = write(into: count, example)
            #expect(cut.byteCount == whole.byteCount)
        }
    }
}
