extension MessageEncoder {
    mutating func beginCBOR(_ header: MessageHeader, _ event: ProtocolText?) {
        sink.append(byte: 0xa0)
        field(1, UInt64(truncatingIfNeeded: header.bootID))
        field(2, UInt64(truncatingIfNeeded: header.sequence))
        field(3, header.uptimeMilliseconds)
        if let time = header.synchronisedUnixMilliseconds {
            field(4, time)
            key(5)
            sink.append(cborFlag: true)
        }
        if let interval = header.intervalMilliseconds { field(6, UInt64(truncatingIfNeeded: interval)) }
        if let event { field(7, event) }
    }

    mutating func beginCBORBirth(_ birth: BirthMessage) {
        sink.append(byte: 0xa0)
        field(1, UInt64(truncatingIfNeeded: birth.bootID))
        field(3, birth.uptimeMilliseconds)
        if let interval = birth.intervalMilliseconds { field(6, UInt64(truncatingIfNeeded: interval)) }
        if birth.firmware.byteCount > 0 { field(9, birth.firmware) }
        if birth.model.byteCount > 0 { field(10, birth.model) }
        if let reason = birth.resetReason { field(11, UInt64(truncatingIfNeeded: reason.rawValue)) }
    }

    mutating func declareCBOR(_ quantity: ProtocolText, _ channel: ProtocolText, _ unit: ProtocolText) {
        if itemCount == 0 { beginList(12, major: 4) }
        countList(major: 4)
        sink.append(head: 4, channel.byteCount == 0 ? 1 : 2)
        RunKey(quantity, unit: unit).append(to: &sink)
        if channel.byteCount > 0 { append(channel: channel.bytes) }
    }

    mutating func beginCBORWear(
        _ component: ProtocolText, _ model: ProtocolText, _ quantity: ProtocolText, _ channel: ProtocolText
    ) {
        if wearCount == 0 { beginList(13, major: 4) }
        countList(major: 4)
        layout.partHead = sink.count
        layout.partCount = 0
        sink.append(byte: 0xa0)
        countPart()
        sink.append(byte: 1)
        sink.append(cborText: component.bytes)
        countPart()
        sink.append(byte: 2)
        sink.append(cborText: model.bytes)
        if quantity.byteCount > 0 {
            countPart()
            sink.append(byte: 3)
            if let code = QuantityCode.find(quantity.bytes, unit: nil) {
                sink.append(unsigned: UInt64(truncatingIfNeeded: code))
            } else {
                sink.append(cborText: quantity.bytes)
            }
        }
        if channel.byteCount > 0 {
            countPart()
            sink.append(byte: 4)
            append(channel: channel.bytes)
        }
    }

    mutating func addCBORParameter(_ name: ProtocolText, _ value: Double) {
        countPart()
        sink.append(cborText: name.bytes)
        sink.append(shortest: value)
    }

    mutating func encodeCBORState(_ state: DeviceState, _ bootID: UInt32) {
        sink.append(byte: 0xa0)
        field(1, UInt64(truncatingIfNeeded: bootID))
        field(8, UInt64(truncatingIfNeeded: state.rawValue))
    }

    mutating func finishCBOR(_ signature: MessageSignature?) {
        if stage == .readings, layout.decimals == nil { beginList(16, major: 5) }
        if let signature {
            if signature.key.id != 0 { field(14, UInt64(truncatingIfNeeded: signature.key.id)) }
            key(15)
            sink.append(byte: 0x50)
        }
        // At most 23 members: no message has more of the 22 keys.
        sink[0] = 0xa0 | UInt8(truncatingIfNeeded: layout.memberCount)
        guard let signature else { return }
        var code = InlineArray<16, UInt8>(repeating: 0)
        if let written = sink.written { code = signature.key.code(topic: signature.topic.bytes, payload: written) }
        for index in 0..<16 { sink.append(byte: code[index]) }
    }

    // MARK: Readings

    mutating func addCBOR(
        _ quantity: ProtocolText, _ channel: ProtocolText, _ unit: ProtocolText, _ value: EncodedValue
    ) {
        guard enterScale(of: value) else { return }
        let hasAxes = QuantityCode.hasAxes(quantity.bytes)
        if layout.runCount > 0, layout.runKey.names(quantity, unit: unit) {
            continueRun(channel, hasAxes: hasAxes)
        } else {
            countList(major: 5)
            layout.runKey = RunKey(quantity, unit: unit)
            layout.runKey.append(to: &sink)
            beginRun(channel, hasAxes: hasAxes)
        }
        layout.runCount += 1
        append(value)
    }

    /// Begins the map of readings with so many decimals as `value` has, unless it is the one being written.
    private mutating func enterScale(of value: EncodedValue) -> Bool {
        var decimals = layout.decimals ?? 0
        if case .number(_, let wanted) = value { decimals = min(wanted, 6) }
        if let current = layout.decimals, current >= decimals {
            if current > decimals { fail(.wrongOrder) }
            return current == decimals
        }
        beginList(16 + UInt64(truncatingIfNeeded: decimals), major: 5)
        layout.decimals = decimals
        layout.runCount = 0
        return true
    }

    private mutating func beginRun(_ channel: ProtocolText, hasAxes: Bool) {
        layout.runStart = sink.count
        layout.runCount = 0
        if channel.byteCount == 0 {
            layout.runForm = .plain
        } else if isPlace(0, channel, hasAxes) {
            layout.runForm = .places
            sink.append(byte: 0x81)
        } else {
            layout.runForm = .channels
            sink.append(byte: 0xa1)
            append(channel: channel.bytes)
        }
    }

    /// Makes room for one more reading of the run's quantity, whose value comes next.
    private mutating func continueRun(_ channel: ProtocolText, hasAxes: Bool) {
        let count = layout.runCount
        if layout.runForm == .places, isPlace(count, channel, hasAxes) {
            sink.countUp(headAt: layout.runStart, major: 4, to: count + 1)
            return
        }
        if layout.runForm != .channels { nameChannels(hasAxes: hasAxes) }
        sink.countUp(headAt: layout.runStart, major: 5, to: count + 1)
        append(channel: channel.bytes)
    }

    private func isPlace(_ place: Int, _ channel: ProtocolText, _ hasAxes: Bool) -> Bool {
        PlaceName(place, hasAxes: hasAxes)?.equals(channel.bytes) ?? false
    }

    /// Makes a map of the plain value or of the array that the run has been: puts its channel before each value.
    private mutating func nameChannels(hasAxes: Bool) {
        var offset = layout.runStart
        if layout.runForm == .plain {
            sink.insert(byte: 0x60, at: offset)
            sink.insert(byte: 0xa1, at: offset)
        } else {
            let count = layout.runCount
            sink[offset] = sink[offset] & 0x1f | 0xa0
            offset += count < 24 ? 1 : 2
            for place in 0..<count {
                // It is one: that is how the reading came into the array.
                PlaceName(place, hasAxes: hasAxes)?.withText { insert(channel: $0.bytes, at: &offset) }
                offset += scalarByteCount(at: offset)
            }
        }
        layout.runForm = .channels
    }

    private mutating func insert(channel: UnsafeRawBufferPointer, at offset: inout Int) {
        let end = sink.count
        append(channel: channel)
        let byteCount = sink.count - end
        // What was appended is moved to where it belongs, byte by byte: it is short, and this is rare.
        for index in 0..<byteCount {
            let byte = sink[end + index]
            sink.remove(at: end + index)
            sink.insert(byte: byte, at: offset + index)
        }
        offset += byteCount
    }

    /// How long the number, flag or null at `offset` is.
    private func scalarByteCount(at offset: Int) -> Int {
        switch sink[offset] & 0x1f {
        case 24: sink[offset] < 0xe0 ? 2 : 1
        case 25: 3
        case 26: 5
        case 27: 9
        default: 1
        }
    }

    private mutating func append(_ value: EncodedValue) {
        switch value {
        case .flag(let flag): sink.append(cborFlag: flag)
        case .number(let number, let decimals) where decimals > 6 && number.isFinite:
            // No key has so many decimals; a float is as it is.
            sink.append(shortestFloat: number)
        case .number(let number, let decimals):
            if let scaled = ScaledNumber(number, decimals: decimals) {
                sink.append(cbor: scaled)
            } else {
                sink.append(byte: 0xf6)
            }
        }
    }

    /// A channel of up to nine digits without a leading zero is unsigned, any other is text.
    private mutating func append(channel: UnsafeRawBufferPointer) {
        var number: UInt64 = 0
        var isNumber = channel.count >= 1 && channel.count <= 9
        if isNumber, channel.count > 1, channel[0] == 0x30 { isNumber = false }
        if isNumber {
            for byte in channel {
                let digit = byte &- 0x30
                if digit > 9 { isNumber = false }
                number = number &* 10 &+ UInt64(truncatingIfNeeded: digit)
            }
        }
        if isNumber { sink.append(unsigned: number) } else { sink.append(cborText: channel) }
    }

    // MARK: Counts

    private mutating func beginList(_ number: UInt64, major: UInt8) {
        key(number)
        layout.listHead = sink.count
        layout.listCount = 0
        sink.append(byte: major << 5)
    }

    private mutating func countList(major: UInt8) {
        layout.listCount += 1
        sink.countUp(headAt: layout.listHead, major: major, to: layout.listCount)
    }

    private mutating func countPart() {
        layout.partCount += 1
        sink.countUp(headAt: layout.partHead, major: 5, to: layout.partCount)
    }

    private mutating func key(_ number: UInt64) {
        layout.memberCount += 1
        sink.append(unsigned: number)
    }

    private mutating func field(_ number: UInt64, _ value: UInt64) {
        key(number)
        sink.append(unsigned: value)
    }

    private mutating func field(_ number: UInt64, _ text: ProtocolText) {
        key(number)
        sink.append(cborText: text.bytes)
    }
}
