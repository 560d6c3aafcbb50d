import TestValues
import Testing

@testable import JSONText

@Suite struct JSONReaderTests {
    /// Texts that RFC 8259's grammar accepts.
    static let accepted: [String] = [
        "null", "true", "false", "0", "-0", "1", "-1", "0.5", "1e5", "1E+5", "1e-5", "-0.0e0", "123456789012345678901",
        "\"\"", "\"a\"", "\"\\u0041\\n\\\"\\\\\\/\\b\\f\\r\\t\"", "\"é€𝄞\"", "\"\\ud834\\udd1e\"", "\"\u{7f}\"",
        "[]", "[ ]", "[1]", "[1,2]", "[[],{}]", "{}", "{ }", "{\"a\":1}", " {\"a\" : [1 , {\"b\":null}] }\n",
        "{\"a\":1,\"a\":2}", "{\"\":0}", "\t[\r\n1\n]\t", "\"\\u0000\"",
    ]

    /// Texts it does not accept, with the offset of the first byte that cannot stand there.
    static let refused: [(String, JSONError)] = [
        ("", JSONError(.unexpectedEnd, at: 0)), (" ", JSONError(.unexpectedEnd, at: 1)),
        ("nul", JSONError(.unexpectedEnd, at: 3)), ("nulL", JSONError(.unexpectedByte, at: 3)),
        ("True", JSONError(.unexpectedByte, at: 0)), ("NaN", JSONError(.unexpectedByte, at: 0)),
        ("01", JSONError(.invalidNumber, at: 1)), ("-", JSONError(.unexpectedEnd, at: 1)),
        ("-a", JSONError(.invalidNumber, at: 1)), ("+1", JSONError(.unexpectedByte, at: 0)),
        (".5", JSONError(.unexpectedByte, at: 0)), ("1.", JSONError(.unexpectedEnd, at: 2)),
        ("1.x", JSONError(.invalidNumber, at: 2)), ("1e", JSONError(.unexpectedEnd, at: 2)),
        ("1e+", JSONError(.unexpectedEnd, at: 3)), ("1ex", JSONError(.invalidNumber, at: 2)),
        ("1 2", JSONError(.trailingBytes, at: 2)), ("1,", JSONError(.trailingBytes, at: 1)),
        ("0x1", JSONError(.trailingBytes, at: 1)), ("-01", JSONError(.invalidNumber, at: 2)),
        ("\"", JSONError(.unexpectedEnd, at: 1)), ("\"a", JSONError(.unexpectedEnd, at: 2)),
        ("\"\n\"", JSONError(.controlCharacter, at: 1)), ("\"\\x\"", JSONError(.invalidEscape, at: 2)),
        ("\"\\u12g4\"", JSONError(.invalidEscape, at: 5)), ("\"\\ud834\"", JSONError(.invalidEscape, at: 1)),
        ("\"\\udd1e\"", JSONError(.invalidEscape, at: 1)), ("\"\\ud834\\u0041\"", JSONError(.invalidEscape, at: 1)),
        ("[", JSONError(.unexpectedEnd, at: 1)), ("[1", JSONError(.unexpectedEnd, at: 2)),
        ("[1,", JSONError(.unexpectedEnd, at: 3)), ("[1,]", JSONError(.unexpectedByte, at: 3)),
        ("[,1]", JSONError(.unexpectedByte, at: 1)), ("[1 2]", JSONError(.unexpectedByte, at: 3)),
        ("[1}", JSONError(.unexpectedByte, at: 2)), ("]", JSONError(.unexpectedByte, at: 0)),
        ("{", JSONError(.unexpectedEnd, at: 1)), ("{\"a\"}", JSONError(.unexpectedByte, at: 4)),
        ("{\"a\":}", JSONError(.unexpectedByte, at: 5)), ("{\"a\":1,}", JSONError(.unexpectedByte, at: 7)),
        ("{a:1}", JSONError(.unexpectedByte, at: 1)), ("{1:1}", JSONError(.unexpectedByte, at: 1)),
        ("{\"a\":1]", JSONError(.unexpectedByte, at: 6)), ("{\"a\" 1}", JSONError(.unexpectedByte, at: 5)),
        ("{\"a\":1 \"b\":2}", JSONError(.unexpectedByte, at: 7)), ("[1]]", JSONError(.trailingBytes, at: 3)),
        ("\u{feff}1", JSONError(.unexpectedByte, at: 0)), ("'a'", JSONError(.unexpectedByte, at: 0)),
        ("[1]\u{0}", JSONError(.trailingBytes, at: 3)), ("//\n1", JSONError(.unexpectedByte, at: 0)),
    ]

    /// Byte strings that are not UTF-8, by the table of well-formed sequences, with the offset of the bad byte.
    static let notUTF8: [([UInt8], Int)] = [
        ([0x80], 0), ([0xc0, 0xaf], 0), ([0xc1, 0x80], 0), ([0xc2, 0x41], 1), ([0xe0, 0x9f, 0x80], 1),
        ([0xed, 0xa0, 0x80], 1), ([0xf0, 0x8f, 0x80, 0x80], 1), ([0xf4, 0x90, 0x80, 0x80], 1), ([0xf5, 0x80], 0),
        ([0xff], 0), ([0xe2, 0x82, 0x41], 2),
    ]

    @Test(arguments: accepted) func `accepts what the grammar accepts`(text: String) throws {
        #expect(try failure(of: Array(text.utf8)) == nil)
    }

    @Test(arguments: refused) func `refuses at the right byte`(text: String, error: JSONError) throws {
        #expect(try failure(of: Array(text.utf8)) == error)
    }

    @Test(arguments: notUTF8) func `refuses what is not UTF-8`(bytes: [UInt8], offset: Int) throws {
        #expect(try failure(of: [0x22] + bytes + [0x22]) == JSONError(.invalidUTF8, at: offset + 1))
    }

    @Test func `refuses every text cut short`() throws {
        let text = Array("{\"a\":[1.5e3,\"é\\u20ac\\ud834\\udd1e\",true,false,null],\"b\":{}}".utf8)
        #expect(try failure(of: text) == nil)
        for count in 0..<text.count {
            let error = try failure(of: Array(text[..<count]))
            #expect(error == JSONError(.unexpectedEnd, at: count), "cut to \(count) bytes")
        }
    }

    @Test func `limits depth and length`() throws {
        let limits = JSONLimits(byteLimit: 100, depthLimit: 3)
        #expect(try failure(of: Array("[[[]]]".utf8), limits) == nil)
        #expect(try failure(of: Array("[[{\"a\":[]}]]".utf8), limits) == JSONError(.tooDeep, at: 7))
        #expect(try failure(of: [UInt8](repeating: 0x5b, count: 99), limits) == JSONError(.tooDeep, at: 3))
        #expect(try failure(of: [UInt8](repeating: 0x20, count: 101), limits) == JSONError(.tooLong, at: 100))
    }

    @Test func `survives any bytes`() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let alphabet = Array("{}[]:,\"\\u0123456789.eE+-truefalsn \n\u{e9}".utf8)
        for _ in 0..<20_000 {
            let text = (0..<Int(random.next() % 24)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
            let error = try failure(of: text)
            if let error { #expect(error.byteOffset <= text.count, "seed \(seed): \(text)") }
        }
    }

    @Test func `undoes escapes`() throws {
        let text = Array("\"a\\u00e9\\ud834\\udd1e\\n\\/\\u0041\"".utf8)
        try text.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes, limits: standardLimits)
            guard case .string(let string) = try reader.next() else { throw Unexpected() }
            #expect(reader.matches(string, "aé𝄞\n/A"))
            #expect(!reader.matches(string, "aé𝄞\n/"))
            #expect(!reader.matches(string, "aé𝄞\n/AB"))
            #expect(reader.plainBytes(string) == nil)
            var buffer = [UInt8](repeating: 0, count: 10)
            let count = buffer.withUnsafeMutableBytes { reader.copy(string, into: $0) }
            #expect(count == 10)
            #expect(String(decoding: buffer, as: UTF8.self) == "aé𝄞\n/A")
            let refused = buffer.withUnsafeMutableBytes { buffer in
                reader.copy(string, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<9]))
            }
            #expect(refused == nil)
        }
    }

    @Test func `skips values and reports names as often as they come`() throws {
        let text = Array("{\"a\":{\"x\":[1,{\"y\":2}]},\"a\":\"s\",\"b\":3}".utf8)
        try text.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes, limits: standardLimits)
            var names: [String] = []
            loop: while true {
                switch try reader.next() {
                case .beginObject: break
                case .key(let key):
                    names.append(String(decoding: bytes[key.range], as: UTF8.self))
                    try reader.skipValue()
                case .endObject: break
                case .end: break loop
                default: throw Unexpected()
                }
            }
            #expect(names == ["a", "a", "b"])
        }
    }
}

struct Unexpected: Error {}

let standardLimits = JSONLimits(byteLimit: 1 << 20, depthLimit: 32)

/// Reads a whole text; the error that ended it, or nil.
func failure(of text: [UInt8], _ limits: JSONLimits = standardLimits) throws -> JSONError? {
    text.withUnsafeBytes { bytes in
        var reader = JSONReader(bytes, limits: limits)
        do throws(JSONError) {
            while true {
                if case .end = try reader.next() { return nil }
            }
        } catch {
            return error
        }
    }
}
