internal import DeviceProtocol
internal import JSONText

/// Decodes the payloads of `firmware-protocol/PROTOCOL.md`. Members it does not know are passed over: that is how the
/// protocol grows.
struct NativeDecoder {
    /// A hundred years: more than any device runs, and small enough to count in nanoseconds.
    static let uptimeLimitMilliseconds: UInt64 = 3_155_760_000_000
    private static let unixLimitMilliseconds: UInt64 = 1 << 53

    private var fields: FieldReader
    private var seen: UInt32 = 0

    static func decode(
        _ payload: UnsafeRawBufferPointer, kind: MessageKind, byteLimit: Int, into message: inout DecodedMessage
    ) throws(MalformedMessage) {
        var decoder = NativeDecoder(
            fields: FieldReader(payload, byteLimit: byteLimit, depthLimit: ProtocolLimits.depthLimit))
        try decoder.decode(into: &message)
        try decoder.check(kind, message)
    }

    private init(fields: FieldReader) {
        self.fields = fields
    }

    private mutating func decode(into message: inout DecodedMessage) throws(MalformedMessage) {
        try fields.beginObject("the message")
        while let key = try fields.nextKey() {
            if try decodeHeader(key, into: &message) { continue }
            if try decodeDescription(key, into: &message) { continue }
            try fields.skip()
        }
        try fields.end()
    }

    private mutating func decodeHeader(
        _ key: JSONString, into message: inout DecodedMessage
    ) throws(MalformedMessage) -> Bool {
        if fields.matches(key, "boot_id") {
            try fields.note(0, in: &seen)
            message.bootID = try fields.unsigned32("boot_id")
        } else if fields.matches(key, "seq") {
            try fields.note(1, in: &seen)
            message.sequence = try fields.unsigned32("seq")
        } else if fields.matches(key, "uptime_ms") {
            try fields.note(2, in: &seen)
            message.uptimeMilliseconds =
                try fields.unsigned("uptime_ms", through: NativeDecoder.uptimeLimitMilliseconds)
        } else if fields.matches(key, "unix_ms") {
            try fields.note(3, in: &seen)
            message.unixMilliseconds = try fields.unsigned("unix_ms", through: NativeDecoder.unixLimitMilliseconds)
        } else if fields.matches(key, "synchronised") {
            try fields.note(4, in: &seen)
            message.isSynchronised = try fields.bool("synchronised")
        } else if fields.matches(key, "interval_ms") {
            try fields.note(5, in: &seen)
            let interval = try fields.unsigned32("interval_ms")
            guard interval > 0 else { throw fields.invalid("an \"interval_ms\" above 0") }
            message.intervalMilliseconds = interval
        } else if fields.matches(key, "readings") {
            try fields.note(6, in: &seen)
            try decodeReadings(into: &message)
        } else {
            return false
        }
        return true
    }

    private mutating func decodeDescription(
        _ key: JSONString, into message: inout DecodedMessage
    ) throws(MalformedMessage) -> Bool {
        let limit = ProtocolLimits.wordByteLimit
        if fields.matches(key, "event") {
            try fields.note(7, in: &seen)
            message.event = try fields.string("event", byteLimit: limit, into: &message)
        } else if fields.matches(key, "firmware") {
            try fields.note(8, in: &seen)
            message.firmware = try fields.string("firmware", byteLimit: limit, into: &message)
        } else if fields.matches(key, "model") {
            try fields.note(9, in: &seen)
            message.model = try fields.string("model", byteLimit: limit, into: &message)
        } else if fields.matches(key, "reset_reason") {
            try fields.note(10, in: &seen)
            message.resetReason = try fields.string("reset_reason", byteLimit: limit, into: &message)
        } else if fields.matches(key, "state") {
            try fields.note(11, in: &seen)
            let state = try fields.string("state", byteLimit: limit, into: &message)
            switch message.string(state) {
            case "online": message.isOffline = false
            case "offline": message.isOffline = true
            default: throw fields.invalid("\"online\" or \"offline\" in \"state\"")
            }
        } else {
            return false
        }
        return true
    }

    private mutating func decodeReadings(into message: inout DecodedMessage) throws(MalformedMessage) {
        try fields.beginArray("readings")
        while true {
            switch try fields.next() {
            case .endArray: return
            case .beginObject: try decodeReading(into: &message)
            default: throw fields.wrongType("objects in \"readings\"")
            }
            guard message.readings.count <= ProtocolLimits.readingLimit else {
                throw fields.invalid("at most \(ProtocolLimits.readingLimit) readings")
            }
        }
    }

    private mutating func decodeReading(into message: inout DecodedMessage) throws(MalformedMessage) {
        var reading = DecodedMessage.Reading()
        var seenHere: UInt32 = 0
        while let key = try fields.nextKey() {
            if fields.matches(key, "quantity") {
                try fields.note(0, in: &seenHere)
                reading.quantity = try fields.string(
                    "quantity", byteLimit: ProtocolLimits.quantityByteLimit, into: &message)
            } else if fields.matches(key, "channel") {
                try fields.note(1, in: &seenHere)
                reading.channel = try fields.string(
                    "channel", byteLimit: ProtocolLimits.channelByteLimit, into: &message)
            } else if fields.matches(key, "unit") {
                try fields.note(2, in: &seenHere)
                reading.unit = try fields.string("unit", byteLimit: ProtocolLimits.unitByteLimit, into: &message)
            } else if fields.matches(key, "value") {
                try fields.note(3, in: &seenHere)
                reading.value = try fields.reading("value")
            } else {
                try fields.skip()
            }
        }
        guard seenHere & 1 != 0 else { throw fields.missing("quantity") }
        guard seenHere & 8 != 0 else { throw fields.missing("value") }
        guard message.text[reading.quantity].withUnsafeBytes(ProtocolLimits.isQuantity) else {
            throw fields.invalid("lower-case letters, digits and _ in \"quantity\"")
        }
        message.readings.append(reading)
    }

    private func check(_ kind: MessageKind, _ message: DecodedMessage) throws(MalformedMessage) {
        switch kind {
        case .telemetry, .event:
            guard message.bootID != nil else { throw fields.missing("boot_id") }
            guard message.sequence != nil else { throw fields.missing("seq") }
            guard message.uptimeMilliseconds != nil else { throw fields.missing("uptime_ms") }
            guard seen & 1 << 6 != 0 else { throw fields.missing("readings") }
            guard kind == .telemetry || seen & 1 << 7 != 0 else { throw fields.missing("event") }
        case .birth:
            guard message.bootID != nil else { throw fields.missing("boot_id") }
            guard message.uptimeMilliseconds != nil else { throw fields.missing("uptime_ms") }
        case .state:
            guard message.isOffline != nil else { throw fields.missing("state") }
        }
    }
}
