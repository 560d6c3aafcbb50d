import DeviceProtocol

/// Device messages of each kind from the real encoder; the first byte says which kind.
enum DeviceMessageSeeds {
    static func all(_ encoding: MessageEncoding) -> [[UInt8]] {
        let header = MessageHeader(
            bootID: 7, sequence: 42, uptimeMilliseconds: 98_765_432,
            synchronisedUnixMilliseconds: 1_763_600_000_000, intervalMilliseconds: 1000)
        return [
            message(.telemetry, encoding) { encoder throws(EncodingError) in
                encoder.beginTelemetry(header)
                encoder.add("oil_pressure", channel: "inlet", unit: "bar", .nan, decimals: 1)
                encoder.add("motor_current", channel: "0", unit: "A", 5.2, decimals: 2)
                encoder.add("motor_current", channel: "1", unit: "A", 5.3, decimals: 2)
                encoder.add("vibration_acceleration", channel: "x", unit: "m/s2", 1.2, decimals: 2)
                encoder.add("temperature", unit: "Cel", 45.123456789, decimals: 9)
                return try encoder.finish()
            },
            message(.event, encoding) { encoder throws(EncodingError) in
                encoder.beginEvent("emergency_stop", header)
                encoder.add("safety_emergency_stop", true)
                return try encoder.finish()
            },
            message(.birth, encoding) { encoder throws(EncodingError) in
                encoder.beginBirth(
                    BirthMessage(
                        bootID: 7, uptimeMilliseconds: 2150, intervalMilliseconds: 1000, firmware: "1.4.2",
                        model: "pump", resetReason: .powerOn))
                encoder.declare("motor_current", channel: "0", unit: "A")
                encoder.declare("flow")
                encoder.beginWear("motor", model: "operating_hours", quantity: "motor_current", channel: "0")
                encoder.addParameter("load_exponent", 3.33)
                encoder.addParameter("life", 20_000)
                return try encoder.finish()
            },
            message(.state, encoding) { encoder throws(EncodingError) in
                try encoder.encodeState(.offline, bootID: 7)
            },
        ]
    }

    private static func message(
        _ kind: MessageKind, _ encoding: MessageEncoding,
        _ body: (inout MessageEncoder) throws(EncodingError) -> Int
    ) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = buffer.withUnsafeMutableBytes { buffer in
            must("a seed is encoded") { () throws(EncodingError) in
                var encoder = MessageEncoder(into: buffer, encoding: encoding)
                return try body(&encoder)
            }
        }
        return [kind.rawValue] + buffer[..<count]
    }
}
