internal import DeviceProtocol
internal import JSONText

/// The flat shape: `current_1`, `temperature_1`, `vibration_x`. Source: MODAX, tests/hil.
extension ModaxDecoder {
    private enum Numbered: Int {
        case current, temperature
    }

    /// Takes a member of the flat shape; whether it is one. Numbers begin with 1 and channels with "0", so that a
    /// motor has the same series in every shape.
    mutating func decodeFlat(_ key: JSONString, into message: inout DecodedMessage) throws(MalformedMessage) -> Bool {
        guard let name = fields.plainBytes(key) else { return false }
        if let number = ModaxDecoder.number(name, after: "current_") {
            try decodeNumbered(.current, number, "motor_current", "A", into: &message)
        } else if let number = ModaxDecoder.number(name, after: "temperature_") {
            try decodeNumbered(.temperature, number, "temperature", "Cel", into: &message)
        } else {
            guard ModaxDecoder.starts(name, with: "vibration_") else { return false }
            return try decodeFlatVibration(key, into: &message)
        }
        return true
    }

    private mutating func decodeNumbered(
        _ kind: Numbered, _ number: Int, _ quantity: StaticString, _ unit: StaticString,
        into message: inout DecodedMessage
    ) throws(MalformedMessage) {
        guard number >= 1, number <= ProtocolLimits.readingLimit else {
            throw fields.invalid("numbers from 1 to \(ProtocolLimits.readingLimit) in names such as \"current_1\"")
        }
        let bit = UInt64(1) << UInt64(number - 1)
        guard seenNumbers[kind.rawValue] & bit == 0 else { throw fields.duplicate() }
        seenNumbers[kind.rawValue] |= bit
        let value = try fields.reading(quantity)
        let quantity = message.append(quantity)
        message.readings.append(
            DecodedMessage.Reading(
                quantity: quantity, channel: message.append(number: number - 1), unit: message.append(unit),
                value: value))
    }

    private mutating func decodeFlatVibration(
        _ key: JSONString, into message: inout DecodedMessage
    ) throws(MalformedMessage) -> Bool {
        for axis in UInt32(0)..<4 where fields.matches(key, ModaxDecoder.flatAxisName(axis)) {
            try noteAxis(axis)
            let value = try fields.reading(ModaxDecoder.flatAxisName(axis))
            let quantity = message.append("vibration_acceleration")
            message.readings.append(
                DecodedMessage.Reading(
                    quantity: quantity, channel: message.append(ModaxDecoder.axisName(axis)),
                    unit: message.append("m/s2"), value: value))
            return true
        }
        return false
    }

    private static func flatAxisName(_ axis: UInt32) -> StaticString {
        switch axis {
        case 0: "vibration_x"
        case 1: "vibration_y"
        case 2: "vibration_z"
        default: "vibration_magnitude"
        }
    }

    /// The number of one or two digits that makes up the rest of `name`; nil where that is not so.
    private static func number(_ name: UnsafeRawBufferPointer, after prefix: StaticString) -> Int? {
        let count = prefix.utf8CodeUnitCount
        guard name.count > count, name.count <= count + 2, starts(name, with: prefix) else { return nil }
        var number = 0
        for byte in name[count...] {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        return number
    }

    private static func starts(_ name: UnsafeRawBufferPointer, with prefix: StaticString) -> Bool {
        let count = prefix.utf8CodeUnitCount
        guard name.count >= count else { return false }
        for index in 0..<count where name[index] != prefix.utf8Start[index] { return false }
        return true
    }
}
