internal import DeviceProtocol
internal import JSONText

/// Reads the members of JSON objects as typed fields and turns what is wrong into a `MalformedMessage`.
struct FieldReader {
    private var reader: JSONReader
    private let text: UnsafeRawBufferPointer

    init(_ text: UnsafeRawBufferPointer, byteLimit: Int, depthLimit: Int) {
        self.text = text
        reader = JSONReader(text, limits: JSONLimits(byteLimit: byteLimit, depthLimit: depthLimit))
    }

    var byteOffset: Int { reader.byteOffset }

    mutating func beginObject(_ what: StaticString) throws(MalformedMessage) {
        guard case .beginObject = try next() else { throw wrongType("an object as \(what)") }
    }

    /// Begins the array of field `name`.
    mutating func beginArray(_ name: StaticString) throws(MalformedMessage) {
        guard case .beginArray = try next() else { throw wrongType("an array in \"\(name)\"") }
    }

    /// The name of the object's next member, or nil at its end.
    mutating func nextKey() throws(MalformedMessage) -> JSONString? {
        if case .key(let key) = try next() { key } else { nil }
    }

    /// Checks that nothing follows the message.
    mutating func end() throws(MalformedMessage) {
        _ = try next()
    }

    mutating func next() throws(MalformedMessage) -> JSONToken {
        do throws(JSONError) {
            return try reader.next()
        } catch {
            throw FieldReader.malformed(error)
        }
    }

    mutating func skip() throws(MalformedMessage) {
        do throws(JSONError) {
            try reader.skipValue()
        } catch {
            throw FieldReader.malformed(error)
        }
    }

    func matches(_ key: JSONString, _ name: StaticString) -> Bool { reader.matches(key, name) }

    /// The bytes of a key without escapes; nil where it has some.
    func plainBytes(_ key: JSONString) -> UnsafeRawBufferPointer? { reader.plainBytes(key) }

    /// A whole number from 0 to `limit`.
    mutating func unsigned(_ name: StaticString, through limit: UInt64) throws(MalformedMessage) -> UInt64 {
        guard case .number(let number) = try next() else { throw wrongType("a number in \"\(name)\"") }
        guard let value = number.unsigned, value <= limit else {
            throw invalid("a whole number from 0 to \(limit) in \"\(name)\"")
        }
        return value
    }

    mutating func bool(_ name: StaticString) throws(MalformedMessage) -> Bool {
        guard case .bool(let value) = try next() else { throw wrongType("true or false in \"\(name)\"") }
        return value
    }

    /// A number, true or false as 1 or 0, or nil for null.
    mutating func reading(_ name: StaticString) throws(MalformedMessage) -> Double? {
        guard let value = try reading(try next()) else {
            throw wrongType("a number, true, false or null in \"\(name)\"")
        }
        return value
    }

    /// The value of a token as a reading: nil where it is none, and nil inside where it is null.
    mutating func reading(_ token: JSONToken) throws(MalformedMessage) -> Double?? {
        switch token {
        case .number(let number):
            let value = reader.double(number)
            guard value.isFinite else { throw invalid("a number that fits a double") }
            return .some(value)
        case .bool(let flag): return .some(flag ? 1 : 0)
        case .null: return .some(nil)
        default: return nil
        }
    }

    /// A string of at most `byteLimit` bytes without control characters, appended to `message.text`.
    mutating func string(
        _ name: StaticString, byteLimit: Int, into message: inout DecodedMessage
    ) throws(MalformedMessage) -> Range<Int> {
        guard case .string(let string) = try next() else { throw wrongType("a string in \"\(name)\"") }
        let start = message.text.count
        if let plain = reader.plainBytes(string) {
            guard plain.count <= byteLimit else { throw tooLong(name, byteLimit) }
            guard ProtocolLimits.isPlain(plain) else { throw invalid("no control characters in \"\(name)\"") }
            message.text.append(contentsOf: plain)
            return start..<message.text.count
        }
        var buffer = [UInt8](repeating: 0, count: byteLimit)
        guard let count = buffer.withUnsafeMutableBytes({ reader.copy(string, into: $0) }) else {
            throw tooLong(name, byteLimit)
        }
        guard buffer[..<count].withUnsafeBytes(ProtocolLimits.isPlain) else {
            throw invalid("no control characters in \"\(name)\"")
        }
        message.text.append(contentsOf: buffer[..<count])
        return start..<message.text.count
    }

    func wrongType(_ expected: String) -> MalformedMessage {
        MalformedMessage(.wrongType, at: byteOffset, expected: expected)
    }

    func invalid(_ expected: String) -> MalformedMessage {
        MalformedMessage(.invalidValue, at: byteOffset, expected: expected)
    }

    func missing(_ name: StaticString) -> MalformedMessage {
        MalformedMessage(.missingField, at: byteOffset, expected: "the field \"\(name)\"")
    }

    /// Notes in `seen` that field number `bit` has come; a second time is an error.
    func note(_ bit: UInt32, in seen: inout UInt32) throws(MalformedMessage) {
        guard seen & 1 << bit == 0 else { throw duplicate() }
        seen |= 1 << bit
    }

    func duplicate() -> MalformedMessage {
        MalformedMessage(.duplicateField, at: byteOffset, expected: "each field once")
    }

    private func tooLong(_ name: StaticString, _ byteLimit: Int) -> MalformedMessage {
        invalid("at most \(byteLimit) bytes in \"\(name)\"")
    }

    static func malformed(_ error: JSONError) -> MalformedMessage {
        MalformedMessage(
            error.reason.isLimit ? .tooLarge : .invalidJSON, at: error.byteOffset, expected: "\(error.reason.expected)")
    }
}
