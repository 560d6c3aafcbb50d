import DeviceProtocol
import JSONText

/// Runs the vectors of vectors.txt: decodes every message and compares what was found, encodes those that are to be
/// encoded and compares the bytes. It uses neither the heap nor Foundation, so that it runs on the device too.
struct VectorRunner {
    /// Memory for decoding; `MessageStorage.byteCount` bytes.
    let storage: MessageStorage
    /// The vector's payload, and what the encoder made.
    let payload: UnsafeMutableRawBufferPointer
    let output: UnsafeMutableRawBufferPointer
    /// The key in use.
    let key: UnsafeMutableRawBufferPointer
    /// How many bytes of `output` the encoder made of the last vector; 0 where it had nothing to encode.
    private(set) var outputCount = 0

    /// Bytes of memory that a runner needs.
    static var byteCount: Int { MessageStorage.byteCount + 2 * payloadByteLimit + keyByteLimit }
    /// The longest payload is one byte longer than messages may be.
    private static let payloadByteLimit = 8200
    private static let keyByteLimit = 64

    /// Divides `memory`, aligned to 8 bytes; nil where it is too small.
    init?(dividing memory: UnsafeMutableRawBufferPointer) {
        guard memory.count >= VectorRunner.byteCount else { return nil }
        let first = MessageStorage.byteCount
        let second = first + VectorRunner.payloadByteLimit
        let third = second + VectorRunner.payloadByteLimit
        guard
            let storage = MessageStorage(
                dividing: UnsafeMutableRawBufferPointer(rebasing: memory[..<first]))
        else { return nil }
        self.storage = storage
        payload = UnsafeMutableRawBufferPointer(rebasing: memory[first..<second])
        output = UnsafeMutableRawBufferPointer(rebasing: memory[second..<third])
        key = UnsafeMutableRawBufferPointer(rebasing: memory[third..<third + VectorRunner.keyByteLimit])
    }

    /// Runs one vector of whatever sort.
    mutating func run(_ vector: MessageVector) -> VectorResult {
        outputCount = 0
        if vector.line("hmac") != nil { return runHMAC(vector) }
        guard vector.line("payload") != nil else { return runTopic(vector) }
        let decoded = decode(vector)
        guard case .passed = decoded else { return decoded }
        return vector.line("encode") == nil ? .passed : encode(vector)
    }

    // MARK: Topics and codes

    private func runTopic(_ vector: MessageVector) -> VectorResult {
        let text = vector.text("topic")
        guard let topic = DeviceTopic(parsing: text) else {
            return vector.line("kind") == nil ? .passed : .failed("a topic was not understood")
        }
        let id = UnsafeRawBufferPointer(rebasing: text[topic.deviceID])
        guard sameBytes(vector.text("kind"), topic.kind.name), sameBytes(vector.text("device_id"), id) else {
            return .failed("a topic was misunderstood")
        }
        do throws(EncodingError) {
            let count = try DeviceTopic.encode(topic.kind, deviceID: ProtocolText(id), into: output)
            return sameBytes(made(count), text) ? .passed : .failed("a topic was encoded otherwise")
        } catch {
            return .failed("a topic was not encoded")
        }
    }

    private func runHMAC(_ vector: MessageVector) -> VectorResult {
        let keyCount = hexadecimal(vector.text("key"), into: output)
        var hash = HMACSHA256(key: made(keyCount))
        let dataCount = hexadecimal(vector.text("data"), into: payload)
        hash.update(UnsafeRawBufferPointer(rebasing: payload[..<dataCount]))
        let code = hash.finish()
        _ = hexadecimal(vector.text("hmac"), into: output)
        for index in 0..<32 where code[index] != output[index] { return .failed("the code is another") }
        return .passed
    }

    // MARK: Decoding

    private func decode(_ vector: MessageVector) -> VectorResult {
        let topic = vector.text("topic")
        guard let parsed = DeviceTopic(parsing: topic) else { return .failed("the topic is none") }
        let count = hexadecimal(vector.text("payload"), into: payload)
        let bytes = UnsafeRawBufferPointer(rebasing: payload[..<count])
        let reason = vector.text("malformed")
        do throws(MalformedPayload) {
            let message = try MessageDecoder.decode(bytes, kind: parsed.kind, into: storage)
            let isAuthentic = isAuthentic(message, bytes, topic, vector)
            if sameBytes(reason, "unauthenticated") {
                return isAuthentic ? .failed("a message was taken for authentic") : .passed
            }
            guard reason.isEmpty else { return .failed("a malformed message was taken") }
            guard isAuthentic else { return .failed("an authentic message was not taken for one") }
            guard sameBytes(vector.text("encoding"), message.encoding == .cbor ? "cbor" : "json") else {
                return .failed("the encoding was misunderstood")
            }
            return compare(message, vector)
        } catch {
            if reason.isEmpty { return .failed(error.expected) }
            return sameBytes(reason, error.fault.name) ? .passed : .failed("it was malformed for another reason")
        }
    }

    /// Whether the gateway of the vector takes the message: it holds no key for the device, or one that fits.
    private func isAuthentic(
        _ message: ReceivedMessage, _ bytes: UnsafeRawBufferPointer, _ topic: UnsafeRawBufferPointer,
        _ vector: MessageVector
    ) -> Bool {
        var hasKey = false
        var all = VectorLines(vector.lines)
        while let line = all.next() {
            guard line.hasKey("gateway_key") else { continue }
            hasKey = true
            if let key = messageKey(line), key.isAuthentic(message, payload: bytes, topic: topic) { return true }
        }
        return !hasKey
    }

    private func messageKey(_ line: VectorLine) -> MessageKey? {
        let count = hexadecimal(line[2], into: key)
        return MessageKey(
            id: UInt8(truncatingIfNeeded: line.number(1)), bytes: UnsafeRawBufferPointer(rebasing: key[..<count]))
    }

    private func compare(_ message: ReceivedMessage, _ vector: MessageVector) -> VectorResult {
        guard message.bootID.map(widened) == vector.number("boot_id") else { return .failed("boot_id") }
        guard message.sequence.map(widened) == vector.number("seq") else { return .failed("seq") }
        guard message.uptimeMilliseconds == vector.number("uptime_ms") else { return .failed("uptime_ms") }
        guard message.unixMilliseconds == vector.number("unix_ms") else { return .failed("unix_ms") }
        guard message.isSynchronised == (vector.number("synchronised") == 1) else { return .failed("synchronised") }
        guard message.intervalMilliseconds.map(widened) == vector.number("interval_ms") else {
            return .failed("interval_ms")
        }
        guard text(message.event, is: vector.text("event")) else { return .failed("event") }
        guard text(message.firmware, is: vector.text("firmware")) else { return .failed("firmware") }
        guard text(message.model, is: vector.text("model")) else { return .failed("model") }
        guard word(message.state?.name, is: vector.text("state")) else { return .failed("state") }
        guard word(message.resetReason?.name, is: vector.text("reset_reason")) else { return .failed("reset_reason") }
        guard UInt64(truncatingIfNeeded: message.keyID) == vector.number("key_id") ?? 0 else {
            return .failed("key_id")
        }
        guard count(message.refusedReadingCount, is: vector.number("refused")) else { return .failed("refused") }
        guard count(message.readingCount, is: vector.number("readings")) else { return .failed("readings") }
        guard count(message.quantityCount, is: vector.number("quantities")) else { return .failed("quantities") }
        guard count(message.wearCount, is: vector.number("wears")) else { return .failed("wear") }
        return compareLists(message, vector)
    }

    private func compareLists(_ message: ReceivedMessage, _ vector: MessageVector) -> VectorResult {
        var reading = 0
        var quantity = 0
        var part = 0
        var parameter = 0
        var all = VectorLines(vector.lines)
        while let line = all.next() {
            if line.hasKey("reading") {
                guard equal(storage.readings[reading], line) else { return .failed("a reading") }
                reading += 1
            } else if line.hasKey("quantity") {
                let found = storage.quantities[quantity]
                guard text(found.quantity, is: line[1]), text(found.channel, is: line[2]), text(found.unit, is: line[3])
                else { return .failed("a declared quantity") }
                quantity += 1
            } else if line.hasKey("wear") {
                let found = storage.wear[part]
                guard text(found.component, is: line[1]), text(found.model, is: line[2]),
                    text(found.quantity, is: line[3]), text(found.channel, is: line[4]),
                    Int(truncatingIfNeeded: found.firstParameter) == parameter
                else { return .failed("a part that wears") }
                part += 1
            } else if line.hasKey("parameter") {
                let found = storage.parameters[parameter]
                guard text(found.name, is: line[1]), found.value == decimal(line[2]) else {
                    return .failed("a parameter")
                }
                parameter += 1
            }
        }
        return parameter == message.parameterCount ? .passed : .failed("the parameters")
    }

    private func equal(_ reading: ReceivedReading, _ line: VectorLine) -> Bool {
        guard text(reading.quantity, is: line[1]), text(reading.channel, is: line[2]), text(reading.unit, is: line[3])
        else { return false }
        return reading.value == decimal(line[4])
    }

    private func text(_ range: TextRange, is expected: UnsafeRawBufferPointer) -> Bool {
        sameBytes(UnsafeRawBufferPointer(rebasing: storage.text[range.range]), expected)
    }

    private func word(_ name: StaticString?, is expected: UnsafeRawBufferPointer) -> Bool {
        guard let name else { return expected.isEmpty }
        return sameBytes(expected, name)
    }

    private func count(_ found: Int, is expected: UInt64?) -> Bool {
        UInt64(truncatingIfNeeded: found) == expected ?? 0
    }

    private func widened(_ number: UInt32) -> UInt64 { UInt64(truncatingIfNeeded: number) }

    /// The double nearest to a decimal number; 1 and 0 for flags, nil for null.
    private func decimal(_ text: UnsafeRawBufferPointer) -> Double? {
        var reader = JSONReader(text, limits: JSONLimits(byteLimit: 64, depthLimit: 0))
        do throws(JSONError) {
            switch try reader.next() {
            case .number(let number): return reader.double(number)
            case .bool(let flag): return flag ? 1 : 0
            default: return nil
            }
        } catch {
            return .nan
        }
    }

    // MARK: Encoding

    private mutating func encode(_ vector: MessageVector) -> VectorResult {
        let topic = vector.text("topic")
        guard let parsed = DeviceTopic(parsing: topic) else { return .failed("the topic is none") }
        var encoder = MessageEncoder(
            into: output, encoding: sameBytes(vector.text("encoding"), "cbor") ? .cbor : .json,
            signature: signature(vector, topic))
        do throws(EncodingError) {
            if parsed.kind == .state {
                let state: DeviceState =
                    sameBytes(vector.text("state"), "offline") ? .offline : .online
                outputCount = try encoder.encodeState(state, bootID: number32(vector, "boot_id") ?? 0)
            } else {
                begin(&encoder, parsed.kind, vector)
                addLists(&encoder, vector)
                outputCount = try encoder.finish()
            }
        } catch {
            return .failed("it was not encoded")
        }
        let count = hexadecimal(vector.text("payload"), into: payload)
        return sameBytes(made(outputCount), UnsafeRawBufferPointer(rebasing: payload[..<count]))
            ? .passed : .failed("it was encoded otherwise")
    }

    /// The key whose id the message names.
    private func signature(_ vector: MessageVector, _ topic: UnsafeRawBufferPointer) -> MessageSignature? {
        var all = VectorLines(vector.lines)
        while let line = all.next() {
            guard line.hasKey("gateway_key"), line.number(1) == vector.number("key_id") ?? 0 else { continue }
            return messageKey(line).map { MessageSignature(topic: ProtocolText(topic), key: $0) }
        }
        return nil
    }

    private func begin(_ encoder: inout MessageEncoder, _ kind: MessageKind, _ vector: MessageVector) {
        if kind == .birth {
            encoder.beginBirth(
                BirthMessage(
                    bootID: number32(vector, "boot_id") ?? 0, uptimeMilliseconds: vector.number("uptime_ms") ?? 0,
                    intervalMilliseconds: number32(vector, "interval_ms"),
                    firmware: ProtocolText(vector.text("firmware")), model: ProtocolText(vector.text("model")),
                    resetReason: resetReason(vector)))
            return
        }
        let header = MessageHeader(
            bootID: number32(vector, "boot_id") ?? 0, sequence: number32(vector, "seq") ?? 0,
            uptimeMilliseconds: vector.number("uptime_ms") ?? 0,
            synchronisedUnixMilliseconds: vector.number("unix_ms"),
            intervalMilliseconds: number32(vector, "interval_ms"))
        if kind == .event {
            encoder.beginEvent(ProtocolText(vector.text("event")), header)
        } else {
            encoder.beginTelemetry(header)
        }
    }

    private func addLists(_ encoder: inout MessageEncoder, _ vector: MessageVector) {
        var all = VectorLines(vector.lines)
        while let line = all.next() {
            if line.hasKey("reading") {
                add(line, to: &encoder)
            } else if line.hasKey("quantity") {
                encoder.declare(ProtocolText(line[1]), channel: ProtocolText(line[2]), unit: ProtocolText(line[3]))
            } else if line.hasKey("wear") {
                encoder.beginWear(
                    ProtocolText(line[1]), model: ProtocolText(line[2]), quantity: ProtocolText(line[3]),
                    channel: ProtocolText(line[4]))
            } else if line.hasKey("parameter") {
                encoder.addParameter(
                    ProtocolText(line[1]), decimal(line[2]) ?? .nan, decimals: UInt8(truncatingIfNeeded: line.number(3))
                )
            }
        }
    }

    private func add(_ line: VectorLine, to encoder: inout MessageEncoder) {
        let quantity = ProtocolText(line[1])
        let channel = ProtocolText(line[2])
        let value = line[4]
        if sameBytes(value, "true") || sameBytes(value, "false") {
            encoder.add(quantity, channel: channel, value.count == 4)
        } else {
            encoder.add(
                quantity, channel: channel, unit: ProtocolText(line[3]), decimal(value) ?? .nan,
                decimals: UInt8(truncatingIfNeeded: line.number(5)))
        }
    }

    private func resetReason(_ vector: MessageVector) -> ResetReason? {
        for code in UInt8(0)...7 {
            guard let reason = ResetReason(rawValue: code) else { continue }
            if sameBytes(vector.text("reset_reason"), reason.name) { return reason }
        }
        return nil
    }

    private func number32(_ vector: MessageVector, _ key: StaticString) -> UInt32? {
        vector.number(key).map { UInt32(truncatingIfNeeded: $0) }
    }

    private func made(_ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: output[..<count])
    }

    /// Writes the bytes that `text` has in hexadecimal; returns how many.
    private func hexadecimal(_ text: UnsafeRawBufferPointer, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(text.count / 2, buffer.count)
        for index in 0..<count { buffer[index] = digit(text[2 * index]) << 4 | digit(text[2 * index + 1]) }
        return count
    }

    private func digit(_ byte: UInt8) -> UInt8 { byte <= 0x39 ? byte &- 0x30 : byte &- 0x57 }
}
