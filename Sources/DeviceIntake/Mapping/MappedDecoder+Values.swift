internal import DeviceProtocol
internal import JSONText

extension MappedDecoder {
    /// Calls `body` with the value's text: a number as it was written, a string with its escapes undone.
    func withText<Result>(_ scalar: Scalar, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        switch scalar {
        case .number(let number): return body(UnsafeRawBufferPointer(rebasing: reader.text[number.range]))
        case .bool(let flag): return MappedDecoder.withBytes(flag ? "true" : "false", body)
        case .null: return MappedDecoder.withBytes("null", body)
        case .text(let bytes): return body(bytes)
        case .string(let string):
            if let plain = reader.plainBytes(string) { return body(plain) }
            return unescaped(string).withUnsafeBytes { body($0) }
        }
    }

    private static func withBytes<Result>(_ text: StaticString, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Whether the value's text is one of these.
    func isWord(_ scalar: Scalar, among words: [[UInt8]]) -> Bool {
        withText(scalar) { text in words.contains { $0.elementsEqual(text) } }
    }

    /// The value as a number, where it is one or a text that is one by JSON's grammar; else nil.
    func number(_ scalar: Scalar) -> (number: JSONNumber, double: Double)? {
        if case .number(let number) = scalar { return (number, reader.double(number)) }
        switch scalar {
        case .string, .text: break
        default: return nil
        }
        return withText(scalar) { text in
            var inner = JSONReader(text, limits: JSONLimits(byteLimit: 64, depthLimit: 0))
            do throws(JSONError) {
                guard case .number(let number) = try inner.next(), case .end = try inner.next() else { return nil }
                return (number, inner.double(number))
            } catch {
                // Not a number: what it is then is for the caller to say.
                return nil
            }
        }
    }

    // MARK: Readings

    mutating func takeReading(
        _ index: Int, _ target: MappingTree.Target, _ scalar: Scalar, into message: inout DecodedMessage
    ) throws(MalformedMessage) {
        guard message.readings.count < MappingLimits.messageReadingLimit else {
            throw malformed(.invalidValue, "at most \(MappingLimits.messageReadingLimit) readings")
        }
        let reading = compiled.readings[index]
        let value = try value(scalar, reading)
        let quantity = append(reading.quantity, to: &message)
        let unit = append(reading.unit, to: &message)
        let channel = message.text.count
        appendChannel(reading.channel, target.stars, to: &message.text)
        guard message.text.count - channel <= ProtocolLimits.channelByteLimit,
            message.text[channel...].withUnsafeBytes(ProtocolLimits.isPlain)
        else {
            throw malformed(
                .invalidValue,
                "a channel of at most \(ProtocolLimits.channelByteLimit) bytes without control characters")
        }
        message.readings.append(
            DecodedMessage.Reading(
                quantity: quantity, channel: channel..<message.text.count, unit: unit, value: value))
    }

    private func append(_ bytes: [UInt8], to message: inout DecodedMessage) -> Range<Int> {
        let start = message.text.count
        message.text.append(contentsOf: bytes)
        return start..<message.text.count
    }

    private func value(_ scalar: Scalar, _ reading: CompiledMapping.Reading) throws(MalformedMessage) -> Double? {
        if case .null = scalar { return nil }
        if !reading.words.isEmpty {
            let word = withText(scalar) { text in reading.words.firstIndex { $0.word.elementsEqual(text) } }
            if let word { return reading.words[word].value }
        }
        if case .bool(let flag) = scalar { return flag ? 1 : 0 }
        guard let number = number(scalar) else { throw malformed(.wrongType, reading.expected) }
        let value = number.double * reading.scale + reading.offset
        guard value.isFinite else { throw malformed(.invalidValue, "a number that fits a double") }
        return value
    }

    // MARK: Texts of levels and stars

    /// Appends a text that is made of levels alone.
    func appendTopic(_ text: MappingText, to bytes: inout [UInt8]) {
        for part in text.parts {
            switch part {
            case .text(let literal): bytes.append(contentsOf: literal)
            case .level(let level): bytes.append(contentsOf: topic[levels[level]])
            case .star: break
            }
        }
    }

    private func appendChannel(_ text: MappingText, _ stars: [MappingTree.Star], to bytes: inout [UInt8]) {
        for part in text.parts {
            switch part {
            case .text(let literal): bytes.append(contentsOf: literal)
            case .level(let level): bytes.append(contentsOf: topic[levels[level]])
            case .star(let number): appendStar(stars[number], to: &bytes)
            }
        }
    }

    private func appendStar(_ star: MappingTree.Star, to bytes: inout [UInt8]) {
        switch stars[star.depth] {
        case .number(let number): bytes.append(contentsOf: String(number).utf8)
        case .name(let name):
            if let plain = reader.plainBytes(name) {
                bytes.append(contentsOf: plain.dropFirst(star.prefixCount))
            } else {
                bytes.append(contentsOf: unescaped(name).dropFirst(star.prefixCount))
            }
        }
    }

    /// Makes the device's id of the topic.
    func appendID(_ text: MappingText, to message: inout DecodedMessage) {
        var bytes: [UInt8] = []
        appendTopic(text, to: &bytes)
        bytes.withUnsafeBytes { setID($0, of: &message) }
    }

    /// Takes `bytes` for the device's id, with what may not be in one replaced where the mapping says so.
    func setID(_ bytes: UnsafeRawBufferPointer, of message: inout DecodedMessage) {
        let start = message.text.count
        for byte in bytes {
            let isAllowed = withUnsafeBytes(of: byte) { ProtocolLimits.isDeviceID($0) }
            message.text.append(isAllowed ? byte : compiled.mapping.replacement ?? byte)
        }
        message.deviceID = start..<message.text.count
    }
}
