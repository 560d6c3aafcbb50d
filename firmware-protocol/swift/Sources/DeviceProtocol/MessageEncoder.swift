/// Encodes one message as JSON into a buffer of the caller's, without the heap.
///
/// Begin a message, add its readings, finish. Nothing throws before `finish`, which says what went wrong first:
/// ```
/// var encoder = MessageEncoder(into: buffer)
/// encoder.beginTelemetry(header)
/// encoder.add("motor_current", channel: "0", unit: "A", 5.2, decimals: 2)
/// let byteCount = try encoder.finish()
/// ```
public struct MessageEncoder {
    private var sink: ByteSink
    private var readingCount = 0
    private var stage = Stage.empty
    private var failure: EncodingError?

    private enum Stage { case empty, readings, complete }

    /// An encoder that writes from the start of `buffer` and never past its end.
    public init(into buffer: UnsafeMutableRawBufferPointer) {
        sink = ByteSink(buffer)
    }

    /// Begins a telemetry message.
    public mutating func beginTelemetry(_ header: MessageHeader) {
        begin(header, event: nil)
    }

    /// Begins an event message; `name` (1 to 48 bytes) says what happened, for example `emergency_stop`.
    public mutating func beginEvent(_ name: ProtocolText, _ header: MessageHeader) {
        check(ProtocolLimits.isQuantity(name.bytes) && name.byteCount <= ProtocolLimits.wordByteLimit)
        begin(header, event: name)
    }

    /// Adds a measured number, rounded to `decimals` digits. A value that is not finite is sent as `null`: the sensor
    /// has no reading.
    public mutating func add(
        _ quantity: ProtocolText, channel: ProtocolText = "", unit: ProtocolText, _ value: Double, decimals: UInt8 = 3
    ) {
        guard beginReading(quantity, channel: channel, unit: unit) else { return }
        sink.append(value, decimals: decimals)
        sink.append("}")
    }

    /// Adds a state that is true or false; it needs no unit.
    public mutating func add(_ quantity: ProtocolText, channel: ProtocolText = "", _ value: Bool) {
        guard beginReading(quantity, channel: channel, unit: "") else { return }
        sink.append(value)
        sink.append("}")
    }

    /// Ends a telemetry or event message; returns how many bytes it takes, or what went wrong first.
    public mutating func finish() throws(EncodingError) -> Int {
        if stage == .readings { sink.append("]}") } else { fail(.wrongOrder) }
        return try complete()
    }

    /// Encodes a whole birth message; returns how many bytes it takes.
    public mutating func encodeBirth(_ birth: BirthMessage) throws(EncodingError) -> Int {
        if stage != .empty { fail(.wrongOrder) }
        checkWord(birth.firmware)
        checkWord(birth.model)
        field("{\"boot_id\":", UInt64(truncatingIfNeeded: birth.bootID))
        field(",\"uptime_ms\":", birth.uptimeMilliseconds)
        field(",\"interval_ms\":", UInt64(truncatingIfNeeded: birth.intervalMilliseconds))
        sink.append(",\"firmware\":")
        sink.append(quoted: birth.firmware.bytes)
        sink.append(",\"model\":")
        sink.append(quoted: birth.model.bytes)
        sink.append(",\"reset_reason\":\"")
        sink.append(birth.resetReason.name)
        sink.append("\"}")
        return try complete()
    }

    /// Encodes a whole state message; returns how many bytes it takes. Encode `offline` before connecting: it is the
    /// last will.
    public mutating func encodeState(_ state: DeviceState, bootID: UInt32) throws(EncodingError) -> Int {
        if stage != .empty { fail(.wrongOrder) }
        sink.append("{\"state\":\"")
        sink.append(state.name)
        field("\",\"boot_id\":", UInt64(truncatingIfNeeded: bootID))
        sink.append("}")
        return try complete()
    }

    private mutating func begin(_ header: MessageHeader, event: ProtocolText?) {
        if stage != .empty { fail(.wrongOrder) }
        stage = .readings
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
        if let event {
            sink.append(",\"event\":")
            sink.append(quoted: event.bytes)
        }
        sink.append(",\"readings\":[")
    }

    private mutating func beginReading(_ quantity: ProtocolText, channel: ProtocolText, unit: ProtocolText) -> Bool {
        if stage != .readings { fail(.wrongOrder) }
        if readingCount >= ProtocolLimits.readingLimit { fail(.tooManyReadings) }
        check(ProtocolLimits.isQuantity(quantity.bytes))
        check(channel.byteCount <= ProtocolLimits.channelByteLimit && unit.byteCount <= ProtocolLimits.unitByteLimit)
        guard failure == nil else { return false }
        sink.append(readingCount == 0 ? "{\"quantity\":" : ",{\"quantity\":")
        readingCount += 1
        sink.append(quoted: quantity.bytes)
        if channel.byteCount > 0 {
            sink.append(",\"channel\":")
            sink.append(quoted: channel.bytes)
        }
        if unit.byteCount > 0 {
            sink.append(",\"unit\":")
            sink.append(quoted: unit.bytes)
        }
        sink.append(",\"value\":")
        return true
    }

    private mutating func complete() throws(EncodingError) -> Int {
        stage = .complete
        if let failure { throw failure }
        return try sink.finish()
    }

    private mutating func field(_ key: StaticString, _ value: UInt64) {
        sink.append(key)
        sink.append(value)
    }

    private mutating func checkWord(_ text: ProtocolText) {
        check(text.byteCount >= 1 && text.byteCount <= ProtocolLimits.wordByteLimit)
    }

    private mutating func check(_ holds: Bool) {
        if !holds { fail(.invalidText) }
    }

    private mutating func fail(_ error: EncodingError) {
        if failure == nil { failure = error }
    }
}
