/// The messages of the MODAX ESP32 firmware, byte for byte as that firmware sends them; for simulation and tests.
///
/// `timestamp` is `millis()`: milliseconds since start in 32 bits, wrapping after 49.7 days. Topics are shared by all
/// boards and the firmware publishes with QoS 0. Source: MODAX, esp32-field-layer/src/main.cpp.
public enum ModaxEncoder {
    /// The topic of readings, every 100 ms.
    public static let dataTopic: StaticString = "modax/sensor/data"
    /// The topic of safety flags, on an emergency-stop edge and every second.
    public static let safetyTopic: StaticString = "modax/sensor/safety"

    /// Encodes readings: currents in A, temperatures in °C, two decimals each; returns how many bytes it takes.
    public static func encodeData(
        timestamp: UInt32, deviceID: ProtocolText, motorCurrents: UnsafeBufferPointer<Double>,
        vibration: ModaxVibration, temperatures: UnsafeBufferPointer<Double>,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(EncodingError) -> Int {
        var sink = try begin(timestamp, deviceID, buffer)
        sink.append(",\"motor_currents\":[")
        append(motorCurrents, to: &sink)
        sink.append("],\"vibration\":{\"x\":")
        sink.append(vibration.x, decimals: 2)
        sink.append(",\"y\":")
        sink.append(vibration.y, decimals: 2)
        sink.append(",\"z\":")
        sink.append(vibration.z, decimals: 2)
        sink.append(",\"magnitude\":")
        sink.append(vibration.magnitude, decimals: 2)
        sink.append("},\"temperatures\":[")
        append(temperatures, to: &sink)
        sink.append("]}")
        return try sink.finish()
    }

    /// Encodes safety flags; returns how many bytes it takes.
    public static func encodeSafety(
        timestamp: UInt32, deviceID: ProtocolText, safety: ModaxSafety, into buffer: UnsafeMutableRawBufferPointer
    ) throws(EncodingError) -> Int {
        var sink = try begin(timestamp, deviceID, buffer)
        sink.append(",\"emergency_stop\":")
        sink.append(safety.emergencyStop)
        sink.append(",\"door_closed\":")
        sink.append(safety.doorClosed)
        sink.append(",\"overload_detected\":")
        sink.append(safety.overloadDetected)
        sink.append(",\"temperature_ok\":")
        sink.append(safety.temperatureOK)
        sink.append("}")
        return try sink.finish()
    }

    private static func begin(
        _ timestamp: UInt32, _ deviceID: ProtocolText, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(EncodingError) -> ByteSink {
        guard ProtocolLimits.isDeviceID(deviceID.bytes) else { throw .invalidText }
        var sink = ByteSink(buffer)
        sink.append("{\"timestamp\":")
        sink.append(UInt64(truncatingIfNeeded: timestamp))
        sink.append(",\"device_id\":")
        sink.append(quoted: deviceID.bytes)
        return sink
    }

    private static func append(_ values: UnsafeBufferPointer<Double>, to sink: inout ByteSink) {
        for index in values.indices {
            if index > 0 { sink.append(",") }
            sink.append(values[index], decimals: 2)
        }
    }
}
