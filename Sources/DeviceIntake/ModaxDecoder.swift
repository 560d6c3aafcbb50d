internal import DeviceProtocol
internal import JSONText

/// Decodes MODAX's messages into the words of the native protocol. There are three shapes, all on the same topics: the
/// nested JSON of the firmware (esp32-field-layer/src/main.cpp), the flat JSON of its bench tests (tests/hil), and
/// protobuf (protobuf/sensor_data.proto). A protobuf message never begins with `{`, or with the white space that JSON
/// may begin with: those bytes would be tags that no field of its has.
///
/// `timestamp` is the firmware's `millis()`, whatever its documents say. Some other senders put Unix milliseconds
/// there. Neither says that its clock is set, so both are taken for the same: a clock of the device's own, which is
/// believed in its differences and not in its beginning.
struct ModaxDecoder {
    var fields: FieldReader
    private var seen: UInt32 = 0
    /// Which numbered fields of the flat shape have come: currents, then temperatures.
    var seenNumbers: [2 of UInt64] = [0, 0]

    /// `deviceID` is that of a topic of the device's own, which the payload may repeat; else the payload must say it.
    static func decode(
        _ payload: UnsafeRawBufferPointer, stream: ModaxStream, deviceID: UnsafeRawBufferPointer?, byteLimit: Int,
        into message: inout DecodedMessage
    ) throws(MalformedMessage) {
        if let first = payload.first, !isJSON(first) {
            return try ModaxProtobuf.decode(payload, deviceID: deviceID, byteLimit: byteLimit, into: &message)
        }
        var decoder = ModaxDecoder(
            fields: FieldReader(payload, byteLimit: byteLimit, depthLimit: ProtocolLimits.depthLimit))
        try decoder.decode(stream, into: &message)
        guard decoder.seen & 1 != 0 else { throw decoder.fields.missing("timestamp") }
        guard decoder.seen & 2 != 0 || deviceID != nil else { throw decoder.fields.missing("device_id") }
        try check(message, deviceID, hasOwnID: decoder.seen & 2 != 0, at: decoder.fields.byteOffset)
    }

    /// What holds of a message in any shape.
    static func check(
        _ message: DecodedMessage, _ deviceID: UnsafeRawBufferPointer?, hasOwnID: Bool, at byteOffset: Int
    ) throws(MalformedMessage) {
        if hasOwnID { try checkID(message, deviceID, byteOffset) }
        guard !message.readings.isEmpty else {
            throw MalformedMessage(
                .noReadings, at: byteOffset, expected: "a reading that the MODAX firmware sends")
        }
    }

    private static func checkID(
        _ message: DecodedMessage, _ deviceID: UnsafeRawBufferPointer?, _ byteOffset: Int
    ) throws(MalformedMessage) {
        guard message.text[message.deviceID].withUnsafeBytes(ProtocolLimits.isDeviceID) else {
            throw MalformedMessage(
                .invalidDeviceID, at: byteOffset,
                expected: "1 to \(ProtocolLimits.deviceIDByteLimit) letters, digits and _-.: in \"device_id\"")
        }
        if let deviceID, !message.text[message.deviceID].elementsEqual(deviceID) {
            throw MalformedMessage(
                .invalidDeviceID, at: byteOffset, expected: "the \"device_id\" that the topic names, or none")
        }
    }

    private static func isJSON(_ first: UInt8) -> Bool {
        switch first {
        case 0x7b, 0x20, 0x09, 0x0a, 0x0d: true
        default: false
        }
    }

    private init(fields: FieldReader) {
        self.fields = fields
    }

    private mutating func decode(
        _ stream: ModaxStream, into message: inout DecodedMessage
    ) throws(MalformedMessage) {
        try fields.beginObject("the message")
        while let key = try fields.nextKey() {
            if fields.matches(key, "timestamp") {
                try fields.note(0, in: &seen)
                message.uptimeMilliseconds = try fields.unsigned(
                    "timestamp", through: NativeDecoder.uptimeLimitMilliseconds)
            } else if fields.matches(key, "device_id") {
                try fields.note(1, in: &seen)
                message.deviceID = try fields.string("device_id", byteLimit: 256, into: &message)
            } else {
                let isKnown =
                    stream == .data
                    ? try decodeData(key, into: &message) : try decodeSafety(key, into: &message)
                if !isKnown { try fields.skip() }
            }
        }
        try fields.end()
    }

    private mutating func decodeData(
        _ key: JSONString, into message: inout DecodedMessage
    ) throws(MalformedMessage) -> Bool {
        if fields.matches(key, "motor_currents") {
            try fields.note(2, in: &seen)
            try decodeArray("motor_currents", "motor_current", "A", into: &message)
        } else if fields.matches(key, "temperatures") {
            try fields.note(3, in: &seen)
            try decodeArray("temperatures", "temperature", "Cel", into: &message)
        } else if fields.matches(key, "vibration") {
            try fields.note(4, in: &seen)
            try decodeVibration(into: &message)
        } else {
            return try decodeFlat(key, into: &message)
        }
        return true
    }

    private mutating func decodeSafety(
        _ key: JSONString, into message: inout DecodedMessage
    ) throws(MalformedMessage) -> Bool {
        for flag in ModaxFlag.allCases where fields.matches(key, flag.name) {
            try fields.note(5 + UInt32(flag.rawValue), in: &seen)
            flag.append(try fields.bool(flag.name), to: &message)
            return true
        }
        return false
    }

    /// Elements are numbered in their order: channel "0", "1", ….
    private mutating func decodeArray(
        _ name: StaticString, _ quantity: StaticString, _ unit: StaticString, into message: inout DecodedMessage
    ) throws(MalformedMessage) {
        try fields.beginArray(name)
        let quantity = message.append(quantity)
        let unit = message.append(unit)
        var index = 0
        while true {
            let token = try fields.next()
            if case .endArray = token { return }
            guard let value = try fields.reading(token) else { throw fields.wrongType("numbers in \"\(name)\"") }
            guard index < ProtocolLimits.readingLimit else {
                throw fields.invalid("at most \(ProtocolLimits.readingLimit) values in \"\(name)\"")
            }
            message.readings.append(
                DecodedMessage.Reading(
                    quantity: quantity, channel: message.append(number: index), unit: unit, value: value))
            index += 1
        }
    }

    /// Notes that an axis has come, in either shape.
    mutating func noteAxis(_ axis: UInt32) throws(MalformedMessage) { try fields.note(9 + axis, in: &seen) }

    private mutating func decodeVibration(into message: inout DecodedMessage) throws(MalformedMessage) {
        try fields.beginObject("\"vibration\"")
        let quantity = message.append("vibration_acceleration")
        let unit = message.append("m/s2")
        while let key = try fields.nextKey() {
            var isKnown = false
            for bit in UInt32(0)..<4 where fields.matches(key, ModaxDecoder.axisName(bit)) {
                isKnown = true
                try noteAxis(bit)
                let value = try fields.reading(ModaxDecoder.axisName(bit))
                let channel = message.append(ModaxDecoder.axisName(bit))
                message.readings.append(
                    DecodedMessage.Reading(quantity: quantity, channel: channel, unit: unit, value: value))
            }
            if !isKnown { try fields.skip() }
        }
    }

    static func axisName(_ axis: UInt32) -> StaticString {
        switch axis {
        case 0: "x"
        case 1: "y"
        case 2: "z"
        default: "magnitude"
        }
    }
}
