import DeviceProtocol

/// A decoded device message in plain values, to be compared and encoded again.
struct DecodedDevice: Equatable {
    struct Named: Equatable {
        var quantity: [UInt8]
        var channel: [UInt8]
        var unit: [UInt8]
        var value: Double?
    }

    struct Part: Equatable {
        var component: [UInt8]
        var model: [UInt8]
        var quantity: [UInt8]
        var channel: [UInt8]
        var parameters: [Named]
    }

    let kind: MessageKind
    var bootID: UInt32
    var sequence: UInt32
    var uptime: UInt64
    var unixTime: UInt64?
    var interval: UInt32?
    var event: [UInt8] = []
    var state: DeviceState?
    var firmware: [UInt8] = []
    var model: [UInt8] = []
    var resetReason: ResetReason?
    var readings: [Named] = []
    var quantities: [Named] = []
    var wear: [Part] = []

    /// The message of `kind` in `payload`, nil where it is none; ends the process where the decoder breaks a limit. Only
    /// what a message of this kind can be encoded with is kept.
    init?(_ payload: [UInt8], kind: MessageKind, byteLimit: Int = ProtocolLimits.payloadByteLimit) {
        let canary: UInt8 = 0xa5
        let size = MessageStorage.byteCount
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size + 64, alignment: 8)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: canary)
        guard let storage = MessageStorage(dividing: UnsafeMutableRawBufferPointer(rebasing: memory[..<size])) else {
            fatalError("does not hold: a storage of its own size")
        }
        let decoded = payload.withUnsafeBytes { bytes in
            attempt { () throws(MalformedPayload) in
                try MessageDecoder.decode(bytes, kind: kind, byteLimit: byteLimit, into: storage)
            }
        }
        hold(memory[size...].allSatisfy { $0 == canary }, "nothing is written past the storage")
        guard let message = decoded else { return nil }
        func text(_ range: TextRange) -> [UInt8] {
            hold(range.range.upperBound <= storage.text.count, "a text is in the storage")
            return Array(storage.text[range.range])
        }
        hold(message.readingCount <= ProtocolLimits.readingLimit, "no more readings than a message may have")
        hold(message.authenticatedByteCount <= payload.count, "what is authenticated is in the payload")
        self.kind = kind
        bootID = message.bootID ?? 0
        sequence = message.sequence ?? 0
        uptime = message.uptimeMilliseconds ?? 0
        switch kind {
        case .telemetry, .event:
            if message.isSynchronised { unixTime = message.unixMilliseconds }
            interval = message.intervalMilliseconds
            if kind == .event { event = text(message.event) }
            readings = storage.readings[..<message.readingCount].map { reading in
                hold(reading.value?.isFinite ?? true, "a value is finite")
                return Named(
                    quantity: text(reading.quantity), channel: text(reading.channel), unit: text(reading.unit),
                    value: reading.value)
            }
        case .birth:
            interval = message.intervalMilliseconds
            firmware = text(message.firmware)
            model = text(message.model)
            resetReason = message.resetReason
            quantities = storage.quantities[..<message.quantityCount].map { quantity in
                Named(
                    quantity: text(quantity.quantity), channel: text(quantity.channel), unit: text(quantity.unit),
                    value: nil)
            }
            wear = storage.wear[..<message.wearCount].map { part in
                let first = Int(part.firstParameter)
                return Part(
                    component: text(part.component), model: text(part.model), quantity: text(part.quantity),
                    channel: text(part.channel),
                    parameters: storage.parameters[first..<first + Int(part.parameterCount)].map {
                        Named(quantity: text($0.name), channel: [], unit: [], value: $0.value)
                    })
            }
            sequence = 0
        case .state:
            state = message.state
            sequence = 0
            uptime = 0
        }
    }

    /// The message encoded again; nil where the encoder refuses a number that JSON has no place for.
    func encoded(_ encoding: MessageEncoding) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 32_768)
        let count = buffer.withUnsafeMutableBytes { buffer in
            attempt { () throws(EncodingError) in
                var encoder = MessageEncoder(into: buffer, encoding: encoding)
                return try encode(&encoder)
            }
        }
        return count.map { Array(buffer[..<$0]) }
    }

    private func encode(_ encoder: inout MessageEncoder) throws(EncodingError) -> Int {
        switch kind {
        case .state: return try encoder.encodeState(state ?? .online, bootID: bootID)
        case .birth: encodeBirth(&encoder)
        case .telemetry: encoder.beginTelemetry(header)
        case .event: event.withText { encoder.beginEvent($0, header) }
        }
        for reading in readings {
            reading.withTexts { quantity, channel, unit in
                encoder.add(quantity, channel: channel, unit: unit, reading.value ?? .nan, decimals: 9)
            }
        }
        return try encoder.finish()
    }

    private var header: MessageHeader {
        MessageHeader(
            bootID: bootID, sequence: sequence, uptimeMilliseconds: uptime, synchronisedUnixMilliseconds: unixTime,
            intervalMilliseconds: interval)
    }

    private func encodeBirth(_ encoder: inout MessageEncoder) {
        firmware.withText { firmware in
            model.withText { model in
                encoder.beginBirth(
                    BirthMessage(
                        bootID: bootID, uptimeMilliseconds: uptime, intervalMilliseconds: interval,
                        firmware: firmware, model: model, resetReason: resetReason))
            }
        }
        for quantity in quantities {
            quantity.withTexts { encoder.declare($0, channel: $1, unit: $2) }
        }
        for part in wear {
            part.component.withText { component in
                part.model.withText { model in
                    part.quantity.withText { quantity in
                        part.channel.withText { channel in
                            encoder.beginWear(component, model: model, quantity: quantity, channel: channel)
                        }
                    }
                }
            }
            for parameter in part.parameters {
                parameter.quantity.withText { encoder.addParameter($0, parameter.value ?? .nan, decimals: 9) }
            }
        }
    }
}

extension DecodedDevice.Named {
    fileprivate func withTexts(_ body: (ProtocolText, ProtocolText, ProtocolText) -> Void) {
        quantity.withText { quantity in
            channel.withText { channel in unit.withText { unit in body(quantity, channel, unit) } }
        }
    }
}

extension [UInt8] {
    fileprivate func withText(_ body: (ProtocolText) -> Void) {
        withUnsafeBytes { body(ProtocolText($0)) }
    }
}
