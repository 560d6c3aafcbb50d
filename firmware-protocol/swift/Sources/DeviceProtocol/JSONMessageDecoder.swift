internal import JSONText

/// Decodes the JSON form of messages. Source: PROTOCOL.md, "Fields of telemetry and event".
struct JSONMessageDecoder {
    var reader: JSONReader

    var byteOffset: Int { reader.byteOffset }

    init(_ payload: UnsafeRawBufferPointer, byteLimit: Int) {
        reader = JSONReader(
            payload, limits: JSONLimits(byteLimit: byteLimit, depthLimit: ProtocolLimits.depthLimit))
    }

    mutating func decode(into builder: inout MessageBuilder) throws(MalformedPayload) {
        guard case .beginObject = try next() else { throw wrongType("an object", in: "the message") }
        while let key = try nextKey() {
            guard builder.message.authenticatedByteCount == 0 else {
                throw invalid("the MAC as the last member", in: "mac")
            }
            guard let field = field(key) else {
                try skip()
                continue
            }
            try builder.note(field, at: byteOffset)
            try decode(field, into: &builder)
        }
        _ = try next()
    }

    private mutating func decode(
        _ field: MessageField, into builder: inout MessageBuilder
    ) throws(MalformedPayload) {
        switch field {
        case .bootID, .sequence, .uptime, .unixTime, .interval, .keyID:
            try builder.take(try unsigned(field.name), for: field, at: byteOffset)
        case .synchronised:
            guard case .bool(let flag) = try next() else { throw wrongType("true or false", in: field.name) }
            builder.message.isSynchronised = flag
        case .event, .firmware, .model:
            try builder.take(
                try text(field.name, ProtocolLimits.wordByteLimit, into: &builder), for: field, at: byteOffset)
        case .state: builder.message.state = try state()
        case .resetReason: builder.message.resetReason = try resetReason()
        case .quantities: try decodeQuantities(into: &builder)
        case .wear: try decodeWear(into: &builder)
        case .mac: try decodeCode(into: &builder)
        case .readings: try decodeReadings(into: &builder)
        }
    }

    /// Whether `string` is `name`; here and not in the reader, so that the compiler sees both.
    func matches(_ string: JSONString, _ name: StaticString) -> Bool {
        guard !string.hasEscapes else { return reader.matches(string, name) }
        let count = name.utf8CodeUnitCount
        guard string.range.count == count else { return false }
        let start = string.range.lowerBound
        for index in 0..<count where reader.text[start + index] != name.utf8Start[index] { return false }
        return true
    }

    private func field(_ key: JSONString) -> MessageField? {
        for number in MessageField.bootID.rawValue...MessageField.readings.rawValue {
            if let field = MessageField(rawValue: number), matches(key, field.name) { return field }
        }
        return nil
    }

    private mutating func state() throws(MalformedPayload) -> DeviceState {
        let string = try string("state")
        if matches(string, DeviceState.online.name) { return .online }
        guard matches(string, DeviceState.offline.name) else {
            throw invalid("\"online\" or \"offline\"", in: "state")
        }
        return .offline
    }

    /// A reason that is not in the list is of a later version, and unknown.
    private mutating func resetReason() throws(MalformedPayload) -> ResetReason {
        let string = try string("reset_reason")
        for code in UInt8(0)...7 {
            if let reason = ResetReason(rawValue: code), matches(string, reason.name) { return reason }
        }
        return .unknown
    }

    private mutating func decodeCode(into builder: inout MessageBuilder) throws(MalformedPayload) {
        let string = try string("mac")
        guard let digits = reader.plainBytes(string), digits.count == 32 else {
            throw invalid("32 hexadecimal digits", in: "mac")
        }
        for index in 0..<16 {
            guard let high = digit(digits[2 * index]), let low = digit(digits[2 * index + 1]) else {
                throw invalid("lower-case hexadecimal digits", in: "mac")
            }
            builder.message.code[index] = high << 4 | low
        }
        builder.message.authenticatedByteCount = string.range.lowerBound
    }

    private func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    // MARK: Tokens

    mutating func next() throws(MalformedPayload) -> JSONToken {
        do throws(JSONError) {
            return try reader.next()
        } catch {
            throw JSONMessageDecoder.malformed(error)
        }
    }

    mutating func skip() throws(MalformedPayload) {
        do throws(JSONError) {
            try reader.skipValue()
        } catch {
            throw JSONMessageDecoder.malformed(error)
        }
    }

    /// Passes over the rest of an array or object that has begun.
    mutating func skipRest() throws(MalformedPayload) {
        do throws(JSONError) {
            try reader.skipRest()
        } catch {
            throw JSONMessageDecoder.malformed(error)
        }
    }

    /// The name of the object's next member, or nil at its end.
    mutating func nextKey() throws(MalformedPayload) -> JSONString? {
        if case .key(let key) = try next() { key } else { nil }
    }

    private mutating func unsigned(_ field: StaticString) throws(MalformedPayload) -> UInt64 {
        guard case .number(let number) = try next() else { throw wrongType("a number", in: field) }
        guard let value = number.unsigned else { throw invalid("a whole number that is not negative", in: field) }
        return value
    }

    private mutating func string(_ field: StaticString) throws(MalformedPayload) -> JSONString {
        guard case .string(let string) = try next() else { throw wrongType("a string", in: field) }
        return string
    }

    /// A text of at most `byteLimit` bytes, its escapes undone, taken into the storage.
    mutating func text(
        _ field: StaticString, _ byteLimit: Int, into builder: inout MessageBuilder
    ) throws(MalformedPayload) -> TextRange {
        try text(try string(field), field, byteLimit, into: &builder)
    }

    func text(
        _ string: JSONString, _ field: StaticString, _ byteLimit: Int, into builder: inout MessageBuilder
    ) throws(MalformedPayload) -> TextRange {
        // Escapes are longer than what they stand for, so the text needs no more than its bytes here.
        let room = try builder.room(min(byteLimit, string.range.count), at: byteOffset)
        guard let count = reader.copy(string, into: room) else { throw invalid("a shorter text", in: field) }
        guard ProtocolLimits.isPlain(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<count])) else {
            throw invalid("no control characters", in: field)
        }
        return builder.commit(count)
    }

    func invalid(_ expected: StaticString, in field: StaticString) -> MalformedPayload {
        MalformedPayload(.invalidValue, at: byteOffset, expected, in: field)
    }

    func wrongType(_ expected: StaticString, in field: StaticString) -> MalformedPayload {
        MalformedPayload(.wrongType, at: byteOffset, expected, in: field)
    }

    private static func malformed(_ error: JSONError) -> MalformedPayload {
        MalformedPayload(
            error.reason.isLimit ? .tooLarge : .invalidJSON, at: error.byteOffset, error.reason.expected)
    }
}
