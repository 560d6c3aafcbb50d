import Testing

@testable import JSONText

/// RFC 8259, production by production: what the grammar makes is taken and what it does not make is refused, alone and
/// wherever a value may stand. Where the RFC leaves a choice to the implementation (sections 4, 6, 8.1, 8.2 and 9), ours
/// is written down here.
@Suite struct GrammarTests {
    /// Where a value may stand; `_` is replaced.
    static let contexts = [
        "_", "[_]", "[_,0]", "[0,_]", "{\"k\":_}", "{\"k\":_,\"l\":0}", "{\"k\":[{\"l\":_}]}", " \t\r\n_ \t\r\n",
        "[ _ ]", "{\"k\" : _ }",
    ]

    /// Section 3, 6 and 7.
    static let goodValues: [String] = [
        // Literal names.
        "null", "true", "false",
        // int: zero, or a digit from 1 to 9 and digits.
        "0", "-0", "1", "9", "10", "19", "90", "100", "1234567890", "-1", "-10", "-9999999999999999999999",
        // frac: a point and digits.
        "0.0", "0.1", "-0.0", "1.5", "10.01", "0.00", "123.4500", "-0.000000000000000000000000000000000001",
        // exp: e or E, a sign or none, digits, among them leading zeros.
        "0e0", "0E0", "1e1", "1E1", "1e+1", "1e-1", "1E+1", "1E-1", "1e01", "1e00", "1e-00", "0e+1", "-1e1",
        "1.5e3", "1.5E+3", "1.5e-3", "0.0e0", "-0e-0", "1e007",
        // char: unescaped, from U+0020 but for the quote and the backslash.
        "\"\"", "\" \"", "\"a\"", "\"!#[]~\"", "\"\u{7f}\"", "\"\u{80}\"", "\"é\"", "\"€\"", "\"\u{fffd}\"",
        "\"\u{feff}\"", "\"𝄞\"", "\"\u{10ffff}\"", "\"\u{2028}\u{2029}\"",
        "\"'\"", "\"/\"", "\"{}[]:,\"", "\"null\"", "\"a\u{301}\"",
        // The escapes of two characters.
        #""\"""#, #""\\""#, #""\/""#, #""\b""#, #""\f""#, #""\n""#, #""\r""#, #""\t""#, #""\\\\""#, #""\"\"""#,
        // \uXXXX in both cases of letters, pairs of surrogates, and what need not be escaped.
        #""\u0000""#, #""\u001f""#, #""\u0020""#, #""\u0022""#, #""\u005C""#, #""\u005c""#, #""\u00e9""#,
        #""\u20AC""#, #""\uFFFF""#, #""\ufffe""#, #""\ud7ff""#, #""\ue000""#, #""\ud834\udd1e""#, #""\uD834\uDD1E""#,
        #""\ud800\udc00""#, #""\udbff\udfff""#, #""\u0041\u0042""#, #""x\u0041y""#, #""\\u0041""#,
        #""\ud834\udd1e\ud834\udd1e""#,
        // Arrays and objects.
        "[]", "[ ]", "[\n]", "[0]", "[[]]", "[[],[]]", "[[[]]]", "[0,\"a\",null,true,[],{}]", "[\"\"]", "[0 , 1]",
        "{}", "{ }", "{\"\":0}", "{\"a\":0}", "{\"a\":0,\"b\":1}", "{\"a\":{}}", "{\"a\":[]}", "{ \"a\" : 0 }",
        "{\"a\":0\n,\n\"b\":1}", #"{"\u0061":0}"#, #"{"\"":0}"#, "{\"é\":0}", "{\"a b\":0}",
        // Names should be unique and need not be (section 4): all are reported.
        "{\"a\":0,\"a\":0}", "{\"a\":0,\"a\":1}", #"{"a":0,"\u0061":1}"#,
        // Numbers beyond what doubles hold (section 6): taken, with their text.
        "1e400", "-1e400", "1e-400", "1e999999999999999999999", "9007199254740993",
        "123456789012345678901234567890123456789012345678901234567890",
        "0.1234567890123456789012345678901234567890123456789012345678",
    ]

    /// Values that are none.
    static let badValues: [String] = [
        // Literal names in other cases, short, long, of other languages.
        "Null", "NULL", "nul", "nulll", "nullnull", "True", "TRUE", "tru", "truee", "False", "fals", "falsee", "nil",
        "None", "undefined", "NaN", "nan", "Infinity", "-Infinity", "+Infinity", "inf", "-NaN", "yes", "t", "n", "f",
        // int.
        "00", "01", "-00", "-01", "007", "-", "--1", "+1", "+", "- 1", "1 000", "1,0", "1_000", "0x10", "0b1", "0o7",
        "1a", "1-", "1+1", "１", "٣", "0-1", "-a", "½",
        // frac.
        ".", ".5", "-.5", "1.", "0.", "-1.", "1..5", "1.5.5", "1.-5", "1.e1", "1.a", ". 5", "1. 5",
        // exp.
        "e1", "1e", "1E", "1e+", "1e-", "1e+-1", "1e1.5", "1ee1", "1e 1", "1 e1", "1e1e1", ".e1", "1ex", "1e0x1", "E",
        // Strings that do not end, or begin otherwise.
        "\"", "\"a", "'a'", "'", "`a`", "a", "\"a\"b", "\"a\"\"b\"", "“a”", "\"a'", #""\""#, #""a\""#, #""\\\""#,
        // Control characters must be escaped.
        "\"\u{0}\"", "\"\u{1}\"", "\"\t\"", "\"\n\"", "\"\r\"", "\"a\u{1f}b\"", "\"\u{8}\"", "\"\u{c}\"",
        // Escapes that are none.
        #""\a""#, #""\v""#, #""\0""#, #""\'""#, #""\x41""#, #""\U0041""#, #""\e""#, #""\ ""#, #""\1""#, "\"\\\n\"",
        #""\é""#, "\"\\\u{0}\"",
        #""\u""#, #""\u0""#, #""\u00""#, #""\u004""#, #""\u004g""#, #""\uG041""#, #""\u-041""#, #""\u+041""#,
        #""\u 041""#, #""\u{41}""#, #""\u00 41""#, #""\u００４１""#,
        // Surrogates that are no pair (section 8.2): refused, because they cannot be told in UTF-8.
        #""\ud800""#, #""\udbff""#, #""\udc00""#, #""\udfff""#, #""\ud800\ud800""#, #""\udc00\ud800""#,
        #""\ud800a""#, #""\ud800\n""#, #""\ud800\u0041""#, #""\ud800\udbff""#, #""\ud800\ue000""#, #""\ud834\udd""#,
        #""\ud834\u""#, #""\ud834\""#, #""\ud834 \udd1e""#,
        // Arrays.
        "[", "]", "[[]", "[]]", "[,]", "[0,]", "[,0]", "[0,,1]", "[0 1]", "[0;1]", "[0:1]", "[0}", "[0", "[0,", "(0)",
        "[\"a\":0]", "[0,\"\"", "[][]", "[,", "[...]", "[0 ,]",
        // Objects.
        "{", "}", "{}}", "{{}}", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\",0}", "{\"a\" 0}", "{\"a\":0,}", "{,\"a\":0}",
        "{\"a\":0,,\"b\":1}", "{\"a\":0 \"b\":1}", "{\"a\":0;\"b\":1}", "{\"a\":0]", "{\"a\":0", "{\"a\":", "{\"a\"",
        "{\"a\":0,", "{a:0}", "{'a':0}", "{0:0}", "{null:0}", "{true:0}", "{[]:0}", "{\"a\"::0}", "{\"a\"=0}",
        "{\"a\":0:1}", "{:0}", "{\"a\":0,\"b\"}", "{\"a\":0,0}", "{[", "{\"a\":[}", "{\"a\":0}{}",
        // What is no white space, and comments.
        "\u{a0}0", "0\u{a0}", "\u{2028}0", "\u{b}0", "\u{c}0", "0\u{c}", "\u{0}0", "0\u{0}", "\u{85}0", "\u{3000}0",
        "/**/0", "0/**/", "//\n0", "0//", "#0", "0#", "<!--0-->", "\u{200b}0",
        // A byte order mark may be passed over (section 8.1); ours is an error, so that offsets are those of the text.
        "\u{feff}0", "\u{feff}{}", "\u{feff}", "0\u{feff}",
        // Nothing, or nothing but white space.
        "", " ", "\n", "\t \r",
    ]

    /// Bytes that are not UTF-8, in a string and outside of one.
    static let badBytes: [[UInt8]] = [
        [0x80], [0xbf], [0xc0, 0x80], [0xc1, 0xbf], [0xc2], [0xc2, 0x22], [0xc2, 0xc2], [0xe0, 0x80, 0x80],
        [0xe0, 0x9f, 0xbf], [0xe1, 0x80], [0xe1, 0x80, 0x22], [0xe1, 0x22, 0x80], [0xed, 0xa0, 0x80],
        [0xed, 0xbf, 0xbf], [0xf0, 0x80, 0x80, 0x80], [0xf0, 0x8f, 0xbf, 0xbf], [0xf1, 0x80, 0x80],
        [0xf1, 0x80, 0x80, 0x22], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80],
        [0xfe], [0xff], [0xff, 0xfe], [0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80], [0x61, 0xe9, 0x62],
    ]

    private static func texts(_ value: String) -> [String] {
        contexts.map { context in
            let parts = context.split(separator: "_", omittingEmptySubsequences: false)
            return parts.joined(separator: value)
        }
    }

    @Test func `there are several hundred cases`() {
        #expect(GrammarTests.goodValues.count + GrammarTests.badValues.count + GrammarTests.badBytes.count > 350)
        #expect(Set(GrammarTests.goodValues).isDisjoint(with: GrammarTests.badValues))
    }

    @Test(arguments: goodValues) func `what the grammar makes is taken, wherever a value may stand`(value: String)
        throws
    {
        for text in GrammarTests.texts(value) {
            #expect(try failure(of: Array(text.utf8)) == nil, "\(text)")
        }
    }

    @Test(arguments: badValues) func `what it does not make is refused, wherever a value may stand`(value: String)
        throws
    {
        for text in GrammarTests.texts(value) where !GrammarTests.isSaved(value, by: text) {
            let bytes = Array(text.utf8)
            let error = try #require(try failure(of: bytes), "\(text)")
            #expect(error.byteOffset <= bytes.count)
        }
    }

    /// Some of what is no value becomes part of one in its place: `[1,0]` is an array, `[]` has no element.
    private static func isSaved(_ value: String, by text: String) -> Bool {
        if value == "1,0" { return text.contains("[1,0") || text.contains(",1,0]") || text.contains("[ 1,0") }
        guard value.utf8.allSatisfy({ $0 <= 0x20 && $0 != 0 }) else { return false }
        return !text.contains(":") && !text.contains(",") && text.contains("[")
    }

    @Test(arguments: badBytes) func `what is not UTF-8 is refused`(bytes: [UInt8]) throws {
        let quoted = [0x22] + bytes + [0x22]
        for text in [bytes, quoted, [0x5b] + quoted + [0x5d], [0x7b] + quoted + Array(":0}".utf8)] {
            #expect(try failure(of: text) != nil)
        }
        // Far from the string's beginning and end, where it is looked through eight bytes at a time.
        for distance in 0..<17 {
            let padding = [UInt8](repeating: 0x61, count: distance)
            #expect(try failure(of: [0x22] + padding + bytes + padding + [0x22]) != nil)
        }
    }

    @Test func `every byte in a string is taken or refused wherever it stands`() throws {
        for byte in UInt8.min ... .max {
            for distance in 0..<18 {
                let padding = [UInt8](repeating: 0x61, count: distance)
                let error = try failure(of: [0x22] + padding + [byte] + padding + [0x22])
                let isPlain = byte >= 0x20 && byte < 0x80 && byte != 0x22 && byte != 0x5c
                if isPlain {
                    #expect(error == nil, "\(byte) at \(distance)")
                } else if byte == 0x22 {
                    // It ends the string, and is the string's end where nothing follows but one more quote.
                    #expect(error?.byteOffset == distance + 2)
                } else {
                    #expect(error != nil, "\(byte) at \(distance)")
                    if byte != 0x5c { #expect(error?.byteOffset == distance + 1 || byte >= 0xc2) }
                }
            }
        }
    }

    @Test func `the text of a number is there as it was written`() throws {
        for text in GrammarTests.goodValues where text.first == "-" || text.first?.isNumber == true {
            try Array("[\(text)]".utf8).withUnsafeBytes { bytes in
                var reader = JSONReader(bytes, limits: standardLimits)
                _ = try reader.next()
                guard case .number(let number) = try reader.next() else { throw Unexpected() }
                #expect(String(decoding: reader.text[number.range], as: UTF8.self) == text)
                #expect(reader.double(number).bitPattern == Double(text)?.bitPattern)
            }
        }
    }

    @Test func `nesting up to the limit is taken and one more is refused`() throws {
        for limit in [0, 1, 2, 63, 64] {
            let limits = JSONLimits(byteLimit: 1000, depthLimit: limit)
            for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
                func nested(_ depth: Int) -> [UInt8] {
                    let inner = open == "[" ? "" : "0"
                    let text = String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
                    return Array(text.utf8)
                }
                if limit > 0 { #expect(try failure(of: nested(limit), limits) == nil) }
                #expect(try failure(of: nested(limit + 1), limits)?.reason == .tooDeep)
            }
        }
        #expect(try failure(of: [UInt8](repeating: 0x5b, count: 100_000))?.reason == .tooDeep)
    }

    @Test func `a text of just the limit is taken`() throws {
        let text = Array("[0,1]".utf8)
        #expect(try failure(of: text, JSONLimits(byteLimit: 5, depthLimit: 1)) == nil)
        #expect(try failure(of: text, JSONLimits(byteLimit: 4, depthLimit: 1)) == JSONError(.tooLong, at: 4))
    }
}
