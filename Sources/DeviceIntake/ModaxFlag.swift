/// A safety flag of MODAX, by its field number in sensor_data.proto, from 0.
enum ModaxFlag: Int, CaseIterable {
    case emergencyStop, doorClosed, overloadDetected, temperatureOK

    /// Its name in JSON.
    var name: StaticString {
        switch self {
        case .emergencyStop: "emergency_stop"
        case .doorClosed: "door_closed"
        case .overloadDetected: "overload_detected"
        case .temperatureOK: "temperature_ok"
        }
    }

    /// Adds the flag to a message's readings, as the quantity `safety_` and its name.
    func append(_ value: Bool, to message: inout DecodedMessage) {
        var reading = DecodedMessage.Reading()
        reading.value = value ? 1 : 0
        reading.quantity = message.append("safety_").lowerBound..<message.append(name).upperBound
        message.readings.append(reading)
    }
}
