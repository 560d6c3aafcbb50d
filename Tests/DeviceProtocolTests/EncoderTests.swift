import DeviceProtocol
import Testing

/// Runs an encoding in a buffer of `byteLimit` bytes; the text it made.
func encoded(
    byteLimit: Int = 8192, _ body: (UnsafeMutableRawBufferPointer) throws(EncodingError) -> Int
) throws(EncodingError) -> String {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: byteLimit + 8, alignment: 8)
    defer { buffer.deallocate() }
    buffer.initializeMemory(as: UInt8.self, repeating: 0xa5)
    let count = try body(UnsafeMutableRawBufferPointer(rebasing: buffer[..<byteLimit]))
    precondition(buffer[byteLimit...].allSatisfy { $0 == 0xa5 }, "the encoder wrote past its buffer")
    return String(decoding: buffer[..<count], as: UTF8.self)
}

private let header = MessageHeader(bootID: 7, sequence: 42, uptimeMilliseconds: 98_765_432)

@Suite struct EncoderTests {
    @Test func `telemetry is the vector's bytes`() throws {
        let text = try encoded { buffer throws(EncodingError) in
            var header = header
            header.intervalMilliseconds = 1000
            var encoder = MessageEncoder(into: buffer)
            encoder.beginTelemetry(header)
            encoder.add("motor_current", channel: "0", unit: "A", 5.2, decimals: 2)
            encoder.add("temperature", channel: "0", unit: "Cel", 45.5, decimals: 2)
            return try encoder.finish()
        }
        #expect(text == (try VectorFile("telemetry").payload("first")))
    }

    @Test func `flags, null and the clock are the vectors' bytes`() throws {
        let flags = try encoded { buffer throws(EncodingError) in
            var encoder = MessageEncoder(into: buffer)
            encoder.beginTelemetry(header)
            encoder.add("safety_door_closed", true)
            encoder.add("humidity", unit: "%RH", .nan)
            return try encoder.finish()
        }
        #expect(flags == (try VectorFile("telemetry").payload("flags_and_null")))
        let clock = try encoded { buffer throws(EncodingError) in
            var header = header
            header.synchronisedUnixMilliseconds = 1_763_600_000_000
            var encoder = MessageEncoder(into: buffer)
            encoder.beginTelemetry(header)
            encoder.add("pressure", channel: "inlet", unit: "bar", 2.5, decimals: 1)
            return try encoder.finish()
        }
        #expect(clock == (try VectorFile("telemetry").payload("clock")))
    }

    @Test func `event, birth and state are the vectors' bytes`() throws {
        let event = try encoded { buffer throws(EncodingError) in
            var encoder = MessageEncoder(into: buffer)
            encoder.beginEvent(
                "emergency_stop", MessageHeader(bootID: 7, sequence: 43, uptimeMilliseconds: 98_765_500))
            encoder.add("safety_emergency_stop", true)
            return try encoder.finish()
        }
        #expect(event == (try VectorFile("event").payload("stop")))
        let birth = try encoded { buffer throws(EncodingError) in
            var encoder = MessageEncoder(into: buffer)
            encoder.beginBirth(
                BirthMessage(
                    bootID: 7, uptimeMilliseconds: 2150, intervalMilliseconds: 1000, firmware: "1.4.2",
                    model: "pump-monitor", resetReason: .powerOn))
            return try encoder.finish()
        }
        #expect(birth == (try VectorFile("birth").payload("birth")))
        for state in [DeviceState.online, .offline] {
            let text = try encoded { buffer throws(EncodingError) in
                var encoder = MessageEncoder(into: buffer)
                return try encoder.encodeState(state, bootID: 7)
            }
            #expect(text == (try VectorFile("birth").payload("\(state)")))
        }
    }

    @Test func `MODAX messages are the firmware's bytes`() throws {
        let data = try encoded { buffer throws(EncodingError) in
            try modaxData(into: buffer)
        }
        #expect(data == (try VectorFile("modax").payload("data")))
        #expect(data.utf8.count == 162)
        let safety = try encoded { buffer throws(EncodingError) in
            try ModaxEncoder.encodeSafety(
                timestamp: 98_765_400, deviceID: "ESP32_FIELD_001",
                safety: ModaxSafety(
                    emergencyStop: false, doorClosed: true, overloadDetected: false, temperatureOK: true),
                into: buffer)
        }
        #expect(safety == (try VectorFile("modax").payload("safety")))
    }

    @Test func `a buffer of any size is respected, and the needed size told`() {
        for byteLimit in 0..<162 {
            #expect(throws: EncodingError.bufferTooSmall(neededByteCount: 162)) {
                try encoded(byteLimit: byteLimit) { buffer throws(EncodingError) in try modaxData(into: buffer) }
            }
        }
    }

    @Test(arguments: [
        (0.0, 2, "0.00"), (-0.004, 2, "0.00"), (-0.005, 2, "-0.01"), (1.005, 2, "1.00"), (0.125, 2, "0.13"),
        (99.999, 2, "100.00"), (5, 0, "5"), (-12.34, 1, "-12.3"), (0.000_000_001, 9, "0.000000001"), (1e15, 0, "null"),
        (.infinity, 2, "null"), (-.infinity, 2, "null"), (.nan, 2, "null"), (123_456_789.125, 3, "123456789.125"),
        (1, 200, "1.000000000"),
    ]) func `numbers are rounded to decimals`(value: Double, decimals: UInt8, expected: String) throws {
        let text = try encoded { buffer throws(EncodingError) in
            var encoder = MessageEncoder(into: buffer)
            encoder.beginTelemetry(header)
            encoder.add("q", unit: "", value, decimals: decimals)
            return try encoder.finish()
        }
        #expect(text.hasSuffix(#"{"quantity":"q","value":\#(expected)}]}"#), "\(text)")
    }

    @Test func `what breaks the protocol is refused`() {
        let cases: [(EncodingError, (inout MessageEncoder) -> Void)] = [
            (.invalidText, { $0.add("Upper", true) }), (.invalidText, { $0.add("", true) }),
            (.invalidText, { $0.add("q", channel: "123456789012345678901234567890123", true) }),
            (.invalidText, { $0.add("q", unit: "12345678901234567", 1) }), (.wrongOrder, { $0.beginTelemetry(header) }),
            (.tooManyReadings, { encoder in for _ in 0..<65 { encoder.add("q", true) } }),
        ]
        for (error, fault) in cases {
            #expect(throws: error) {
                try encoded { buffer throws(EncodingError) in
                    var encoder = MessageEncoder(into: buffer)
                    encoder.beginTelemetry(header)
                    fault(&encoder)
                    return try encoder.finish()
                }
            }
        }
        #expect(throws: EncodingError.wrongOrder) {
            try encoded { buffer throws(EncodingError) in
                var encoder = MessageEncoder(into: buffer)
                encoder.add("q", true)
                return try encoder.finish()
            }
        }
    }

    private func modaxData(into buffer: UnsafeMutableRawBufferPointer) throws(EncodingError) -> Int {
        // Typed errors do not pass through withUnsafeBufferPointer of an array literal, so the values are kept by hand.
        let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: 3)
        defer { values.deallocate() }
        _ = values.initialize(from: [5.2, 5.3, 45.5])
        return try ModaxEncoder.encodeData(
            timestamp: 98_765_432, deviceID: "ESP32_FIELD_001",
            motorCurrents: UnsafeBufferPointer(rebasing: values[..<2]),
            vibration: ModaxVibration(x: 1.2, y: 1.1, z: 0.9, magnitude: 1.86),
            temperatures: UnsafeBufferPointer(rebasing: values[2...]), into: buffer)
    }
}
