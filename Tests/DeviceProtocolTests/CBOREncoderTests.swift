import DeviceProtocol
import TestValues
import Testing

/// The bytes that an encoder makes in CBOR, in hexadecimal, in a buffer of `byteLimit`.
private func cbor(
    byteLimit: Int = 8192, _ body: (inout MessageEncoder) -> Void
) throws(EncodingError) -> String {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: byteLimit + 8, alignment: 8)
    defer { buffer.deallocate() }
    buffer.initializeMemory(as: UInt8.self, repeating: 0xa5)
    var encoder = MessageEncoder(
        into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<byteLimit]), encoding: .cbor)
    encoder.beginTelemetry(MessageHeader(bootID: 1, sequence: 2, uptimeMilliseconds: 3))
    body(&encoder)
    defer { precondition(buffer[byteLimit...].allSatisfy { $0 == 0xa5 }, "the encoder wrote past its buffer") }
    let count = try encoder.finish()
    return Hexadecimal.text(buffer[..<count])
}

/// What the vectors, which are of one mind with the encoder, do not show.
@Suite struct CBOREncoderTests {
    private static let start = "a4010102020303"

    @Test func `an array becomes a map where a channel is no next place`() throws {
        let text = try cbor { encoder in
            for channel in 0..<25 {
                var name = "\(channel)"
                name.withUTF8 { bytes in
                    encoder.add(
                        "level", channel: ProtocolText(UnsafeRawBufferPointer(bytes)), unit: "%",
                        Double(channel) * 100, decimals: 0)
                }
            }
            encoder.add("level", channel: "inlet", unit: "%", 7, decimals: 0)
            encoder.add("level", unit: "%", 8, decimals: 0)
        }
        var expected = Self.start + "10a10cb81b"
        for channel in 0..<25 {
            let value = channel * 100
            expected += channel < 24 ? hex(channel, 1) : "18" + hex(channel, 1)
            expected += value < 24 ? hex(value, 1) : value < 256 ? "18" + hex(value, 1) : "19" + hex(value, 2)
        }
        #expect(text == expected + "65696e6c6574" + "07" + "60" + "08")
    }

    private func hex(_ number: Int, _ byteCount: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 2 * byteCount - digits.count) + digits
    }

    @Test func `a plain value becomes a map, and a fifth axis does`() throws {
        let text = try cbor { encoder in
            encoder.add("flow", unit: "", 1, decimals: 0)
            encoder.add("flow", channel: "a", unit: "", 2, decimals: 0)
            for channel in ["x", "y", "z", "magnitude", "4"] as [ProtocolText] {
                encoder.add("vibration_velocity", channel: channel, unit: "mm/s", 1, decimals: 0)
            }
        }
        #expect(
            text == Self.start + "10a2" + "64666c6f77" + "a2" + "6001" + "616102"
                + "04" + "a5" + "617801" + "617901" + "617a01" + "696d61676e6974756465" + "01" + "0401")
    }

    @Test func `places are channels`() throws {
        let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: 5)
        defer { values.deallocate() }
        _ = values.initialize(from: [5.2, 5.3, .nan, 1, 2])
        let text = try cbor { encoder in
            encoder.add("motor_current", unit: "A", places: UnsafeBufferPointer(rebasing: values[..<3]), decimals: 2)
        }
        #expect(text == Self.start + "12a10183190208190212f6")
        #expect(throws: EncodingError.tooManyReadings) {
            try cbor { encoder in
                encoder.add("vibration_velocity", unit: "mm/s", places: UnsafeBufferPointer(values), decimals: 2)
            }
        }
    }

    @Test func `more than six decimals are a float, and fewer than before are refused`() throws {
        #expect(
            try cbor { $0.add("flow", unit: "", 0.1, decimals: 7) } == Self.start + "16a164666c6f77fb3fb999999999999a")
        #expect(try cbor { $0.add("flow", unit: "", 1.5, decimals: 9) } == Self.start + "16a164666c6f77f93e00")
        #expect(throws: EncodingError.wrongOrder) {
            try cbor { encoder in
                encoder.add("flow", unit: "", 1, decimals: 2)
                encoder.add("flow", unit: "", 1, decimals: 1)
            }
        }
    }

    @Test func `a buffer of any size is respected, and the needed size told`() throws {
        func fill(_ encoder: inout MessageEncoder) {
            for number in 0..<30 {
                var name = "\(number)"
                name.withUTF8 { bytes in
                    encoder.add(
                        "level", channel: ProtocolText(UnsafeRawBufferPointer(bytes)), unit: "%", 1, decimals: 1)
                }
            }
            encoder.add("level", channel: "x", unit: "%", 1, decimals: 1)
            encoder.add("oil_pressure", unit: "bar", 1.25, decimals: 2)
        }
        let needed = try cbor(fill).count / 2
        for byteLimit in 0..<needed {
            #expect(throws: EncodingError.bufferTooSmall(neededByteCount: needed)) {
                try cbor(byteLimit: byteLimit, fill)
            }
        }
        #expect(try cbor(byteLimit: needed, fill).count / 2 == needed)
    }
}
