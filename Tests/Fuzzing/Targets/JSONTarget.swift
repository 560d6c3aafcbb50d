import JSONText

/// JSON: what is read, written again and read again is the same; numbers are those of the C library.
struct JSONTarget: FuzzTarget {
    static let name = "json"
    static let dictionary = [
        "true", "false", "null", "\\u0000", "\\ud83d\\ude00", "\\n", "\\\"", "1e308", "-0", "2.5e-324", "[[", "{\"\":",
        "9007199254740993", "0.1", "1E+2", "17976931348623157e292", "}", "]", ",",
    ]

    static func seeds() -> [[UInt8]] {
        [
            #"{"a":[1,2.5,-3e10,true,false,null,"x\u00e9\n\ud83d\ude00"],"b":{"c":{}},"":[]}"#, "  [ 0 , -0.0 ]  ",
            "9007199254740993", "2.2250738585072011e-308", "\"é\"", "4.9406564584124654e-324", "1e400",
            "123456789012345678901234567890.5e-10",
        ].map { Array($0.utf8) }
    }

    private static let limits = JSONLimits(byteLimit: 1 << 16, depthLimit: 16)

    func run(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { text in
            guard let first = attempt({ () throws(JSONError) in try rewrite(text) }) else { return checkError(text) }
            checkSkip(text)
            first.withUnsafeBytes { again in
                let second = must("what was written is JSON") { () throws(JSONError) in try rewrite(again) }
                hold(second == first, "what was written comes back")
            }
        }
    }

    /// The place of an error is in the text, and skipping finds it too.
    private func checkError(_ text: UnsafeRawBufferPointer) {
        do throws(JSONError) { _ = try rewrite(text) } catch {
            hold(error.byteOffset >= 0 && error.byteOffset <= text.count, "the place of an error is in the text")
        }
    }

    private func checkSkip(_ text: UnsafeRawBufferPointer) {
        must("what reads can be skipped") { () throws(JSONError) in
            var reader = JSONReader(text, limits: Self.limits)
            try reader.skipValue()
            guard case .end = try reader.next() else { fatalError("does not hold: one value is all") }
        }
    }

    /// The text without spaces, strings with their escapes undone and made anew, numbers as the shortest doubles.
    private func rewrite(_ text: UnsafeRawBufferPointer) throws(JSONError) -> [UInt8] {
        var reader = JSONReader(text, limits: Self.limits)
        var output = [UInt8](repeating: 0, count: text.count * 24 + 64)
        var failure: JSONError?
        let count = output.withUnsafeMutableBytes { buffer in
            var writer = JSONWriter(into: buffer)
            do throws(JSONError) {
                while try take(&reader, &writer) {}
            } catch { failure = error }
            return writer.byteCount
        }
        if let failure { throw failure }
        hold(count <= output.count, "text grows by no more than numbers and escapes can")
        return Array(output[..<count])
    }

    private func take(_ reader: inout JSONReader, _ writer: inout JSONWriter) throws(JSONError) -> Bool {
        switch try reader.next() {
        case .beginObject: writer.beginObject()
        case .endObject: writer.endObject()
        case .beginArray: writer.beginArray()
        case .endArray: writer.endArray()
        case .key(let key): content(reader, key).withUnsafeBytes { writer.key($0) }
        case .string(let string): content(reader, string).withUnsafeBytes { writer.string($0) }
        case .number(let number): writer.number(value(reader, number))
        case .bool(let flag): writer.bool(flag)
        case .null: writer.null()
        case .end: return false
        }
        return true
    }

    private func content(_ reader: JSONReader, _ string: JSONString) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: string.range.count)
        let count = bytes.withUnsafeMutableBytes { reader.copy(string, into: $0) }
        guard let count else { fatalError("does not hold: undoing escapes makes a string no longer") }
        bytes.removeSubrange(count...)
        hold(String(validating: bytes, as: UTF8.self) != nil, "strings are UTF-8")
        if let plain = reader.plainBytes(string) { hold(plain.elementsEqual(bytes), "a plain string is its bytes") }
        return bytes
    }

    private func value(_ reader: JSONReader, _ number: JSONNumber) -> Double {
        let text = String(decoding: reader.text[number.range], as: UTF8.self)
        let value = reader.double(number)
        if let unsigned = number.unsigned { hold(value == Double(unsigned), "\(text) is \(unsigned)") }
        if let signed = number.signed { hold(value == Double(signed), "\(text) is \(signed)") }
        // Beyond 64 digits the reader promises half a unit less.
        guard text.utf8.count <= 64 else { return value }
        hold(Double(text)?.bitPattern == value.bitPattern, "\(text) is \(Double(text) ?? .nan), not \(value)")
        return value
    }
}
