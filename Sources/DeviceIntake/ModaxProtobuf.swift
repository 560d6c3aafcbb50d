internal import DeviceProtocol

/// Decodes `SensorData` of MODAX, protobuf/sensor_data.proto, on either topic.
///
/// As protobuf has it: fields that are not known are passed over, of a field that comes twice the last one counts,
/// messages that come twice are merged, repeated numbers may be packed or not, and a field of a message that is there
/// without it is 0 or false. `timestamp` is required all the same: a 0 that
/// stands for nothing would make every message the same. So is `device_id`, but on a topic of the device's own.
struct ModaxProtobuf {
    private var reader: ProtobufReader
    private let payload: UnsafeRawBufferPointer
    private var timestamp: UInt64 = 0
    private var deviceID: Range<Int>?
    private var currentCount = 0
    private var temperatureCount = 0
    /// In the order of their field numbers: x, y, z, magnitude.
    private var vibration: [4 of Float]?
    /// Emergency stop, door closed, overload detected, temperature ok.
    private var safety: [4 of Bool]?

    static func decode(
        _ payload: UnsafeRawBufferPointer, deviceID: UnsafeRawBufferPointer?, byteLimit: Int,
        into message: inout DecodedMessage
    ) throws(MalformedMessage) {
        guard payload.count <= byteLimit else {
            throw MalformedMessage(.tooLarge, at: byteLimit, expected: "a shorter message")
        }
        var decoder = ModaxProtobuf(reader: ProtobufReader(payload), payload: payload)
        try decoder.decode(into: &message)
        guard decoder.timestamp != 0 else { throw decoder.missing("timestamp") }
        guard decoder.deviceID != nil || deviceID != nil else { throw decoder.missing("device_id") }
        message.uptimeMilliseconds = decoder.timestamp
        if let own = decoder.deviceID {
            let start = message.text.count
            message.text.append(contentsOf: payload[own])
            message.deviceID = start..<message.text.count
        }
        try decoder.appendVibration(to: &message)
        decoder.appendSafety(to: &message)
        try ModaxDecoder.check(message, deviceID, hasOwnID: decoder.deviceID != nil, at: payload.count)
    }

    private init(reader: ProtobufReader, payload: UnsafeRawBufferPointer) {
        self.reader = reader
        self.payload = payload
    }

    private mutating func decode(into message: inout DecodedMessage) throws(MalformedMessage) {
        while let field = try reader.nextField() {
            switch (field.number, field.type) {
            case (1, .varint):
                let start = reader.offset
                timestamp = try reader.varint()
                guard timestamp <= NativeDecoder.uptimeLimitMilliseconds else {
                    throw MalformedMessage(
                        .invalidValue, at: start,
                        expected: "a whole number from 0 to \(NativeDecoder.uptimeLimitMilliseconds) in \"timestamp\"")
                }
            case (2, .bytes): deviceID = try reader.range()
            case (3, .fixed32), (3, .bytes):
                currentCount = try decodeFloats(field.type, currentCount, "motor_current", "A", into: &message)
            case (4, .bytes): try decodeVibration(try reader.range())
            case (5, .fixed32), (5, .bytes):
                temperatureCount = try decodeFloats(field.type, temperatureCount, "temperature", "Cel", into: &message)
            case (6, .bytes): try decodeSafety(try reader.range())
            case (1...6, _):
                throw MalformedMessage(
                    .wrongType, at: reader.offset, expected: "field \(field.number) as sensor_data.proto has it")
            default: try reader.skip(field.type)
            }
        }
    }

    /// Takes one number, or all of a packed field; returns how many have come.
    private mutating func decodeFloats(
        _ type: ProtobufReader.WireType, _ known: Int, _ quantity: StaticString, _ unit: StaticString,
        into message: inout DecodedMessage
    ) throws(MalformedMessage) -> Int {
        var count = known
        var numbers = reader
        if type == .bytes {
            numbers = reader.inner(try reader.range())
        }
        let quantity = message.append(quantity)
        let unit = message.append(unit)
        repeat {
            if type == .bytes && numbers.isAtEnd { return count }
            guard count < ProtocolLimits.readingLimit else {
                throw MalformedMessage(
                    .invalidValue, at: numbers.offset, expected: "at most \(ProtocolLimits.readingLimit) values")
            }
            let value = try ModaxProtobuf.value(try numbers.float(), at: numbers.offset)
            message.readings.append(
                DecodedMessage.Reading(
                    quantity: quantity, channel: message.append(number: count), unit: unit, value: value))
            count += 1
        } while type == .bytes
        reader = numbers
        return count
    }

    /// NaN is a sensor without a reading.
    private static func value(_ float: Float, at offset: Int) throws(MalformedMessage) -> Double? {
        guard !float.isNaN else { return nil }
        guard float.isFinite else {
            throw MalformedMessage(.invalidValue, at: offset, expected: "a finite number")
        }
        return Double(float)
    }

    private mutating func decodeVibration(_ range: Range<Int>) throws(MalformedMessage) {
        var axes = vibration ?? [0, 0, 0, 0]
        var fields = reader.inner(range)
        while let field = try fields.nextField() {
            guard field.type == .fixed32, field.number <= 4 else {
                try fields.skip(field.type)
                continue
            }
            axes[Int(field.number) - 1] = try fields.float()
        }
        vibration = axes
    }

    private mutating func decodeSafety(_ range: Range<Int>) throws(MalformedMessage) {
        var flags = safety ?? [false, false, false, false]
        var fields = reader.inner(range)
        while let field = try fields.nextField() {
            guard field.type == .varint, field.number <= 4 else {
                try fields.skip(field.type)
                continue
            }
            flags[Int(field.number) - 1] = try fields.varint() != 0
        }
        safety = flags
    }

    private func appendVibration(to message: inout DecodedMessage) throws(MalformedMessage) {
        guard let vibration else { return }
        let quantity = message.append("vibration_acceleration")
        let unit = message.append("m/s2")
        for axis in 0..<4 {
            let value = try ModaxProtobuf.value(vibration[axis], at: payload.count)
            message.readings.append(
                DecodedMessage.Reading(
                    quantity: quantity, channel: message.append(ModaxDecoder.axisName(UInt32(axis))), unit: unit,
                    value: value))
        }
    }

    private func appendSafety(to message: inout DecodedMessage) {
        guard let safety else { return }
        for flag in ModaxFlag.allCases { flag.append(safety[flag.rawValue], to: &message) }
    }

    private func missing(_ name: StaticString) -> MalformedMessage {
        MalformedMessage(.missingField, at: payload.count, expected: "the field \"\(name)\"")
    }
}
