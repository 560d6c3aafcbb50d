extension MessageEncoder {
    mutating func beginJSON(_ header: MessageHeader, _ event: ProtocolText?) {
        field("{\"boot_id\":", UInt64(truncatingIfNeeded: header.bootID))
        field(",\"seq\":", UInt64(truncatingIfNeeded: header.sequence))
        field(",\"uptime_ms\":", header.uptimeMilliseconds)
        if let time = header.synchronisedUnixMilliseconds {
            field(",\"unix_ms\":", time)
            sink.append(",\"synchronised\":true")
        }
        if let interval = header.intervalMilliseconds {
            field(",\"interval_ms\":", UInt64(truncatingIfNeeded: interval))
        }
        if let event { field(",\"event\":", event) }
        sink.append(",\"readings\":[")
    }

    mutating func addJSON(
        _ quantity: ProtocolText, _ channel: ProtocolText, _ unit: ProtocolText, _ value: EncodedValue
    ) {
        if itemCount > 0 { sink.append(",") }
        appendNames(quantity, channel, unit)
        sink.append(",\"value\":")
        switch value {
        case .number(let number, let decimals): sink.append(number, decimals: decimals)
        case .flag(let flag): sink.append(flag)
        }
        sink.append("}")
    }

    mutating func beginJSONBirth(_ birth: BirthMessage) {
        field("{\"boot_id\":", UInt64(truncatingIfNeeded: birth.bootID))
        field(",\"uptime_ms\":", birth.uptimeMilliseconds)
        if let interval = birth.intervalMilliseconds {
            field(",\"interval_ms\":", UInt64(truncatingIfNeeded: interval))
        }
        if birth.firmware.byteCount > 0 { field(",\"firmware\":", birth.firmware) }
        if birth.model.byteCount > 0 { field(",\"model\":", birth.model) }
        if let reason = birth.resetReason {
            sink.append(",\"reset_reason\":\"")
            sink.append(reason.name)
            sink.append("\"")
        }
    }

    mutating func declareJSON(_ quantity: ProtocolText, _ channel: ProtocolText, _ unit: ProtocolText) {
        sink.append(itemCount == 0 ? ",\"quantities\":[" : ",")
        appendNames(quantity, channel, unit)
        sink.append("}")
    }

    mutating func beginJSONWear(
        _ component: ProtocolText, _ model: ProtocolText, _ quantity: ProtocolText, _ channel: ProtocolText
    ) {
        if wearCount == 0 {
            if itemCount > 0 { sink.append("]") }
            sink.append(",\"wear\":[")
        } else {
            sink.append("},")
        }
        field("{\"component\":", component)
        field(",\"model\":", model)
        if quantity.byteCount > 0 { field(",\"quantity\":", quantity) }
        if channel.byteCount > 0 { field(",\"channel\":", channel) }
    }

    mutating func addJSONParameter(_ name: ProtocolText, _ value: Double, _ decimals: UInt8) {
        sink.append(",")
        sink.append(quoted: name.bytes)
        sink.append(":")
        sink.append(value, decimals: decimals)
    }

    mutating func encodeJSONState(_ state: DeviceState, _ bootID: UInt32) {
        sink.append("{\"state\":\"")
        sink.append(state.name)
        field("\",\"boot_id\":", UInt64(truncatingIfNeeded: bootID))
    }

    mutating func finishJSON(_ signature: MessageSignature?) {
        switch stage {
        case .readings: sink.append("]")
        case .wear: sink.append("}]")
        case .birth where itemCount > 0: sink.append("]")
        default: break
        }
        if let signature { signJSON(signature) }
        sink.append("}")
    }

    private mutating func signJSON(_ signature: MessageSignature) {
        if signature.key.id != 0 { field(",\"key_id\":", UInt64(truncatingIfNeeded: signature.key.id)) }
        sink.append(",\"mac\":\"")
        var code = InlineArray<16, UInt8>(repeating: 0)
        if let written = sink.written { code = signature.key.code(topic: signature.topic.bytes, payload: written) }
        for index in 0..<16 { sink.append(hexadecimal: code[index]) }
        sink.append("\"")
    }

    private mutating func appendNames(_ quantity: ProtocolText, _ channel: ProtocolText, _ unit: ProtocolText) {
        field("{\"quantity\":", quantity)
        if channel.byteCount > 0 { field(",\"channel\":", channel) }
        if unit.byteCount > 0 { field(",\"unit\":", unit) }
    }

    private mutating func field(_ key: StaticString, _ value: UInt64) {
        sink.append(key)
        sink.append(value)
    }

    private mutating func field(_ key: StaticString, _ value: ProtocolText) {
        sink.append(key)
        sink.append(quoted: value.bytes)
    }
}
