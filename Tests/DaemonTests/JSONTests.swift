import Daemon
import JSONText
import Testing

@Suite struct JSONTests {
    private let limits = JSONLimits(byteLimit: 100_000, depthLimit: 16)

    @Test func whatIsWrittenIsReadBack() throws {
        let bytes = JSONPage.bytes { writer in
            writer.beginObject()
            writer.member("text", "a\"\\\n\u{1}ü")
            writer.member("nothing", nil as String?)
            writer.member("count", count: UInt64(1) << 53)
            writer.member("flag", true)
            writer.key("list")
            writer.beginArray()
            writer.number(Int64(-3))
            writer.number(0.25)
            writer.endArray()
            writer.endObject()
        }
        let value = try JSONValue(bytes, limits: limits)
        #expect(value["text"]?.text == "a\"\\\n\u{1}ü")
        #expect(value["nothing"] == .null)
        #expect(value["count"]?.number == 9_007_199_254_740_992)
        #expect(value["flag"] == .bool(true))
        #expect(value["list"]?.elements == [.number(-3), .number(0.25)])
        #expect(value["absent"] == nil)
    }

    @Test func aPageLargerThanTheFirstBufferIsWhole() throws {
        let bytes = JSONPage.bytes { writer in
            writer.beginArray()
            for number in 0..<5000 { writer.number(Int64(number)) }
            writer.endArray()
        }
        #expect(try JSONValue(bytes, limits: limits).elements.count == 5000)
    }

    @Test(arguments: ["", "{", "[1,]", "{\"a\":1}x", "nul"])
    func whatIsNotJSONIsAnError(_ text: String) {
        #expect(throws: JSONError.self) { try JSONValue(Array(text.utf8), limits: limits) }
    }
}
