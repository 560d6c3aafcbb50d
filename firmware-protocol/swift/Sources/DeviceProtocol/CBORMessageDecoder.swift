/// Decodes the CBOR form of messages. Source: PROTOCOL.md, "CBOR".
struct CBORMessageDecoder {
    var reader: CBORReader

    var byteOffset: Int { reader.byteOffset }

    init(_ payload: UnsafeRawBufferPointer) {
        reader = CBORReader(payload)
    }

    mutating func decode(into builder: inout MessageBuilder) throws(MalformedPayload) {
        var members = try reader.container(try reader.head())
        while try reader.next(&members) {
            guard builder.message.authenticatedByteCount == 0 else {
                throw invalid("the MAC as the last member", in: "mac")
            }
            let start = byteOffset
            let key = try reader.head()
            guard key.major == 0, key.argument >= 1, key.argument <= 22 else {
                try reader.skip(key, depth: 1)
                try reader.skip(depth: 1)
                continue
            }
            let number = UInt32(truncatingIfNeeded: key.argument)
            try builder.note(bit: number, at: start)
            if let field = MessageField(rawValue: min(number, MessageField.readings.rawValue)) {
                try decode(field, number, into: &builder)
            }
        }
        try reader.end()
    }

    private mutating func decode(
        _ field: MessageField, _ key: UInt32, into builder: inout MessageBuilder
    ) throws(MalformedPayload) {
        switch field {
        case .bootID, .sequence, .uptime, .unixTime, .interval, .keyID:
            try builder.take(try unsigned(field.name), for: field, at: byteOffset)
        case .synchronised: builder.message.isSynchronised = try flag(field.name)
        case .event, .firmware, .model:
            try builder.take(
                try text(field.name, ProtocolLimits.wordByteLimit, into: &builder), for: field, at: byteOffset)
        case .state:
            let number = try unsigned(field.name)
            guard number <= 1, let state = DeviceState(rawValue: UInt8(truncatingIfNeeded: number)) else {
                throw invalid("0 or 1", in: field.name)
            }
            builder.message.state = state
        case .resetReason:
            let number = try unsigned(field.name)
            let reason = number <= 7 ? ResetReason(rawValue: UInt8(truncatingIfNeeded: number)) : nil
            builder.message.resetReason = reason ?? .unknown
        case .quantities: try decodeQuantities(into: &builder)
        case .wear: try decodeWear(into: &builder)
        case .mac: try decodeCode(into: &builder)
        case .readings: try decodeReadings(decimals: key - MessageField.readings.rawValue, into: &builder)
        }
    }

    private mutating func decodeCode(into builder: inout MessageBuilder) throws(MalformedPayload) {
        let head = try reader.head()
        guard head.major == 2 else { throw wrongType(head, "bytes", in: "mac") }
        let code = try reader.string(head)
        guard code.count == 16 else { throw invalid("16 bytes", in: "mac") }
        for index in 0..<16 { builder.message.code[index] = code[index] }
        builder.message.authenticatedByteCount = byteOffset - 16
    }

    // MARK: Items

    mutating func unsigned(_ field: StaticString) throws(MalformedPayload) -> UInt64 {
        let head = try reader.head()
        guard head.major != 1 else { throw invalid("a number that is not negative", in: field) }
        guard head.major == 0 else { throw wrongType(head, "a whole number", in: field) }
        return head.argument
    }

    private mutating func flag(_ field: StaticString) throws(MalformedPayload) -> Bool {
        let head = try reader.head()
        guard head.major == 7, head.argument == 20 || head.argument == 21, !head.isFloat else {
            throw wrongType(head, "true or false", in: field)
        }
        return head.argument == 21
    }

    /// A text of at most `byteLimit` bytes, taken into the storage.
    mutating func text(
        _ field: StaticString, _ byteLimit: Int, into builder: inout MessageBuilder
    ) throws(MalformedPayload) -> TextRange {
        let head = try reader.head()
        guard head.major == 3 else { throw wrongType(head, "text", in: field) }
        let bytes = try checkedText(head, field, byteLimit)
        return try builder.append(bytes, at: byteOffset)
    }

    /// The bytes of a text whose head was read, checked to be UTF-8 without control characters.
    mutating func checkedText(
        _ head: CBORHead, _ field: StaticString, _ byteLimit: Int
    ) throws(MalformedPayload) -> UnsafeRawBufferPointer {
        let bytes = try reader.string(head)
        guard isUTF8(bytes) else { throw MalformedPayload(.invalidCBOR, at: head.byteOffset, "UTF-8", in: field) }
        guard bytes.count <= byteLimit else {
            throw MalformedPayload(.invalidValue, at: head.byteOffset, "a shorter text", in: field)
        }
        guard ProtocolLimits.isPlain(bytes) else {
            throw MalformedPayload(.invalidValue, at: head.byteOffset, "no control characters", in: field)
        }
        return bytes
    }

    /// A channel: text, or a number that stands for its digits.
    mutating func channel(into builder: inout MessageBuilder) throws(MalformedPayload) -> TextRange {
        let head = try reader.head()
        switch head.major {
        case 0: return try builder.append(digitsOf: head.argument, at: byteOffset)
        case 3:
            let bytes = try checkedText(head, "channel", ProtocolLimits.channelByteLimit)
            return try builder.append(bytes, at: byteOffset)
        default: throw wrongType(head, "text or a number", in: "channel")
        }
    }

    func invalid(_ expected: StaticString, in field: StaticString) -> MalformedPayload {
        MalformedPayload(.invalidValue, at: byteOffset, expected, in: field)
    }

    func wrongType(_ head: CBORHead, _ expected: StaticString, in field: StaticString) -> MalformedPayload {
        MalformedPayload(.wrongType, at: head.byteOffset, expected, in: field)
    }
}
