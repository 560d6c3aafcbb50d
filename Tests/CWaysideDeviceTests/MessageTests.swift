import CWaysideDevice
import TestValues
import Testing

@Suite struct MessageTests {
    private let temperature = wayside_standard(WAYSIDE_TEMPERATURE)

    @Test(arguments: [
        (0.0, 2, "0.00"), (-0.004, 2, "0.00"), (-0.005, 2, "-0.01"), (1.005, 2, "1.00"), (0.125, 2, "0.13"),
        (99.999, 2, "100.00"), (5, 0, "5"), (-12.34, 1, "-12.3"), (0.000_001, 6, "0.000001"), (1e15, 0, "null"),
        (999_999_999_999_999, 0, "999999999999999"), (1e9, 6, "null"), (.infinity, 2, "null"),
        (-.infinity, 2, "null"), (.nan, 2, "null"), (123_456_789.125, 3, "123456789.125"),
    ]) func `a double is rounded to its decimals, halves away from zero`(
        value: Double, decimals: UInt8, expected: String
    ) {
        #expect(json([wayside_reading_double(temperature, nil, value, decimals)]).contains("\"value\":\(expected)}"))
    }

    /// Every single is also a double, and there the product with 10^decimals is exact: both must say the same.
    @Test func `a float is rounded as the double of the same value`() {
        var random = SeededRandom(seed: 20_261_126)
        for _ in 0..<200_000 {
            let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            let decimals = UInt8(random.next() % 7)
            let single = wayside_reading_float(temperature, nil, value, decimals)
            let double = wayside_reading_double(temperature, nil, Double(value), decimals)
            #expect(single.kind == double.kind && single.scaled == double.scaled, "\(value), \(decimals)")
        }
        for (value, decimals, expected) in [
            (Float(5.2), 2, "5.20"), (0.5, 0, "1"), (-0.5, 0, "-1"), (0.49999997, 0, "0"),
            (.leastNonzeroMagnitude, 6, "0.000000"),
            (.nan, 1, "null"), (-.infinity, 1, "null"), (1e30, 0, "null"),
        ] as [(Float, UInt8, String)] {
            let text = json([wayside_reading_float(temperature, nil, value, decimals)])
            #expect(text.contains("\"value\":\(expected)}"), "\(text)")
        }
    }

    @Test func `what breaks the protocol is refused and named`() {
        let texts = CTexts()
        func named(_ name: String, _ unit: String = "", channel: String = "") -> wayside_reading {
            wayside_reading_flag(wayside_named(texts.keep(name), texts.keep(unit)), texts.keep(channel), true)
        }
        let one = wayside_reading_scaled(temperature, nil, 1, 0)
        let cases: [(wayside_result, [wayside_reading])] = [
            (WAYSIDE_ERROR_INVALID_QUANTITY, [named("Upper")]), (WAYSIDE_ERROR_INVALID_QUANTITY, [named("")]),
            (WAYSIDE_ERROR_INVALID_QUANTITY, [named("a-b")]),
            (WAYSIDE_ERROR_INVALID_QUANTITY, [named(String(repeating: "a", count: 65))]),
            (
                WAYSIDE_ERROR_INVALID_QUANTITY,
                [wayside_reading_flag(wayside_standard(wayside_quantity_code(rawValue: 21)), nil, true)]
            ),
            (WAYSIDE_ERROR_INVALID_CHANNEL, [named("q", channel: String(repeating: "c", count: 33))]),
            (WAYSIDE_ERROR_INVALID_CHANNEL, [named("q", channel: "a\nb")]),
            (WAYSIDE_ERROR_INVALID_CHANNEL, [named("q", channel: "\u{7f}")]),
            (WAYSIDE_ERROR_INVALID_UNIT, [named("q", String(repeating: "u", count: 17))]),
            (WAYSIDE_ERROR_INVALID_DECIMALS, [wayside_reading_scaled(temperature, nil, 1, 7)]),
            (WAYSIDE_ERROR_INVALID_DECIMALS, [wayside_reading_scaled(temperature, nil, 1, 255)]),
            (WAYSIDE_ERROR_INVALID_DECIMALS, [wayside_reading_float(temperature, nil, 1, 200)]),
            (WAYSIDE_ERROR_INVALID_DECIMALS, [wayside_reading_double(temperature, nil, 1, 7)]),
            (WAYSIDE_ERROR_DUPLICATE, [one, one]), (WAYSIDE_ERROR_DUPLICATE, [one, named("temperature", "Cel")]),
            (WAYSIDE_ERROR_TOO_MANY_READINGS, Array(repeating: one, count: 65)),
        ]
        for encoding in [WAYSIDE_JSON, WAYSIDE_CBOR] {
            for (expected, readings) in cases {
                #expect(telemetry(readings, encoding: encoding).result == expected, "\(expected)")
            }
            // The same quantity in another unit, and on another channel, are other readings.
            #expect(telemetry([one, named("temperature", "K")], encoding: encoding).result == WAYSIDE_OK)
            #expect(
                telemetry([one, named("temperature", "Cel", channel: "1")], encoding: encoding).result == WAYSIDE_OK)
        }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        let bad: [[UInt8]] = [
            [0x80], [0xc3], [0xc0, 0xaf], [0xe0, 0x80, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80],
            [0xf8, 0x88, 0x80, 0x80], [0xe2, 0x82], [0xff], [0x61, 0x1f],
        ]
        let good: [[UInt8]] = [
            [0xc3, 0xa9], [0xe0, 0xa0, 0x80], [0xed, 0x9f, 0xbf], [0xf0, 0x90, 0x80, 0x80], [0xf4, 0x8f, 0xbf, 0xbf],
            [0xee, 0x80, 0x80], [0x7e], [0xc2, 0x80],
        ]
        for (channels, expected) in [(bad, WAYSIDE_ERROR_INVALID_CHANNEL), (good, WAYSIDE_OK)] {
            for channel in channels {
                let text = channel.map { CChar(bitPattern: $0) } + [0]
                text.withUnsafeBufferPointer { text in
                    let reading = wayside_reading_flag(temperature, text.baseAddress, true)
                    #expect(telemetry([reading], encoding: WAYSIDE_JSON).result == expected, "\(channel)")
                }
            }
        }
    }

    @Test func `readings of falling decimals go under the keys they need`() {
        let texts = CTexts()
        let door = wayside_standard(WAYSIDE_SAFETY_DOOR_CLOSED)
        let readings = [
            wayside_reading_scaled(temperature, texts.keep("0"), 4550, 2), wayside_reading_flag(door, nil, true),
            wayside_reading_scaled(temperature, texts.keep("1"), 46, 0),
        ]
        let bytes = telemetry(readings, encoding: WAYSIDE_CBOR).bytes
        // The flag stands under the key of the reading before it; temperature 1 goes under key 16, which comes first.
        let expected = "a5010702182a0301" + "10a103a101182e" + "12a203811911c61819f5"
        #expect(bytes == Hexadecimal.bytes(expected))
        withExtendedLifetime(texts) {}
    }

    @Test func `a message that cannot be authenticated is not made`() {
        var authentication = wayside_authentication(hmac: { _, _, _, _ in false }, context: nil, key_id: 0)
        let result = withUnsafePointer(to: &authentication) { authentication in
            telemetry([], encoding: WAYSIDE_CBOR, authentication: authentication).result
        }
        #expect(result == WAYSIDE_ERROR_AUTHENTICATION)
    }

    @Test func `a payload above the limit is refused, whatever the buffer`() {
        let texts = CTexts()
        let readings = (0..<64).map { index in
            let name = String(repeating: "q", count: 62) + (index < 10 ? "0" : "") + "\(index)"
            let quantity = wayside_named(texts.keep(name), texts.keep(String(repeating: "u", count: 16)))
            return wayside_reading_scaled(quantity, texts.keep(String(repeating: "c", count: 32)), 1, 0)
        }
        #expect(telemetry(readings, encoding: WAYSIDE_JSON).result == WAYSIDE_ERROR_PAYLOAD_TOO_LARGE)
        #expect(telemetry(readings, encoding: WAYSIDE_CBOR).result == WAYSIDE_OK)
        withExtendedLifetime(texts) {}
    }

    @Test func `a wear declaration that breaks the protocol is refused`() {
        let texts = CTexts()
        func birth(_ component: String, _ model: String, parameters: [(String, Int64, UInt8)]) -> wayside_result {
            let parameters = parameters.map {
                wayside_parameter(name: texts.keep($0.0), scaled: $0.1, decimals: $0.2)
            }
            return parameters.withUnsafeBufferPointer { parameters in
                var wear = wayside_wear(
                    component: texts.keep(component), model: texts.keep(model), quantity: wayside_named(nil, nil),
                    channel: nil, parameters: parameters.baseAddress, parameter_count: parameters.count)
                return withUnsafePointer(to: &wear) { wear in
                    var birth = wayside_birth()
                    birth.reset_reason = WAYSIDE_RESET_NOT_TOLD
                    birth.wear = wear
                    birth.wear_count = 1
                    var format = wayside_format(
                        device_id: texts.keep("pump-3"), encoding: WAYSIDE_CBOR, authentication: nil)
                    var buffer = [UInt8](repeating: 0, count: 2000)
                    var length = 0
                    return wayside_encode_birth(&format, &birth, &buffer, buffer.count, &length)
                }
            }
        }
        #expect(birth("motor", "operating_hours", parameters: [("life", 1, 0)]) == WAYSIDE_OK)
        #expect(birth("", "operating_hours", parameters: []) == WAYSIDE_ERROR_INVALID_WEAR)
        #expect(birth("a b", "operating_hours", parameters: []) == WAYSIDE_ERROR_INVALID_WEAR)
        #expect(birth("motor", "Hours", parameters: []) == WAYSIDE_ERROR_INVALID_WEAR)
        #expect(birth("motor", "m", parameters: [("channel", 1, 0)]) == WAYSIDE_ERROR_INVALID_WEAR)
        #expect(birth("motor", "m", parameters: [("life", 1_000_000_000_000_000, 0)]) == WAYSIDE_ERROR_INVALID_WEAR)
        #expect(birth("motor", "m", parameters: [("life", 1, 7)]) == WAYSIDE_ERROR_INVALID_DECIMALS)
        #expect(birth("motor", "m", parameters: [("life", 1, 0), ("life", 2, 0)]) == WAYSIDE_ERROR_DUPLICATE)
        let many = (0..<17).map { ("p\($0)", Int64(1), UInt8(0)) }
        #expect(birth("motor", "m", parameters: many) == WAYSIDE_ERROR_TOO_MUCH_WEAR)
        withExtendedLifetime(texts) {}
    }

    @Test func `every result has words of its own`() {
        let texts = (0...WAYSIDE_ERROR_UNKNOWN_MESSAGE.rawValue).map {
            String(cString: wayside_result_text(wayside_result(rawValue: $0)))
        }
        #expect(Set(texts).count == texts.count && !texts.contains("not a result"))
        let beyond = wayside_result(rawValue: WAYSIDE_ERROR_UNKNOWN_MESSAGE.rawValue + 1)
        #expect(String(cString: wayside_result_text(beyond)) == "not a result")
    }

    private func json(_ readings: [wayside_reading]) -> String {
        String(decoding: telemetry(readings, encoding: WAYSIDE_JSON).bytes, as: UTF8.self)
    }
}

/// A telemetry message of boot 7, number 42, at 1 ms.
func telemetry(
    _ readings: [wayside_reading], encoding: wayside_encoding,
    authentication: UnsafePointer<wayside_authentication>? = nil
) -> (result: wayside_result, bytes: [UInt8]) {
    let texts = CTexts()
    return withExtendedLifetime(texts) {
        var format = wayside_format(
            device_id: texts.keep("pump-3"), encoding: encoding, authentication: authentication)
        var header = wayside_header()
        header.boot_id = 7
        header.sequence = 42
        header.uptime_ms = 1
        var buffer = [UInt8](repeating: 0, count: 12_000)
        var length = 0
        let result = wayside_encode_telemetry(
            &format, &header, readings, readings.count, &buffer, buffer.count, &length)
        return (result, Array(buffer.prefix(length)))
    }
}
