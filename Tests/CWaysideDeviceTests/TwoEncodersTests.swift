import CWaysideDevice
import DeviceProtocol
import TestValues
import Testing

/// The C and the Swift encoder, given the same random messages, make the same bytes.
@Suite struct TwoEncodersTests {
    @Test(arguments: [MessageEncoding.json, .cbor]) func `random messages are the same in both`(
        encoding: MessageEncoding
    ) throws {
        var random = SeededRandom(seed: 20_261_126)
        for round in 0..<800 {
            let message = RandomMessage(&random)
            let swift = try message.encodedBySwift(encoding)
            let c = message.encodedByC(encoding == .cbor ? WAYSIDE_CBOR : WAYSIDE_JSON)
            guard swift == c else {
                Issue.record("round \(round), seed 20261126: \(message.readings): Swift \(swift), C \(c)")
                return
            }
        }
    }
}

extension TwoEncodersTests {
    @Test(arguments: [MessageEncoding.json, .cbor]) func `random parameters of wear are the same in both`(
        encoding: MessageEncoding
    ) throws {
        var random = SeededRandom(seed: 20_261_127)
        let texts = CTexts()
        for round in 0..<3000 {
            let decimals = UInt8.random(in: 0...6, using: &random)
            let bound = Int64(1) << Int64.random(in: 1..<48, using: &random)
            // Half of them multiples of a power of five, which makes short fractions: 0.5, 0.375, 2.25.
            let factor: Int64 = Bool.random(using: &random) ? 15_625 : 1
            let scaled = Int64.random(in: -bound...bound, using: &random) / factor * factor
            let swift = try swiftBirth(encoding, scaled, decimals)
            let c = cBirth(encoding == .cbor ? WAYSIDE_CBOR : WAYSIDE_JSON, scaled, decimals, texts)
            guard swift == c else {
                Issue.record("round \(round): \(scaled) with \(decimals) decimals: Swift \(swift), C \(c)")
                return
            }
        }
    }

    private func swiftBirth(
        _ encoding: MessageEncoding, _ scaled: Int64, _ decimals: UInt8
    ) throws(EncodingError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 500, alignment: 8)
        defer { buffer.deallocate() }
        var encoder = MessageEncoder(into: buffer, encoding: encoding)
        encoder.beginBirth(BirthMessage(bootID: 7, uptimeMilliseconds: 1))
        encoder.declare("temperature", channel: "07", unit: "K")
        encoder.beginWear("motor", model: "m", quantity: "motor_current", channel: "0")
        let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
        encoder.addParameter("life", Double(scaled) / scale, decimals: decimals)
        return Array(buffer.prefix(try encoder.finish()))
    }

    private func cBirth(_ encoding: wayside_encoding, _ scaled: Int64, _ decimals: UInt8, _ texts: CTexts) -> [UInt8] {
        var parameter = wayside_parameter(name: texts.keep("life"), scaled: scaled, decimals: decimals)
        var declared = wayside_declared_quantity(
            quantity: wayside_named(texts.keep("temperature"), texts.keep("K")), channel: texts.keep("07"))
        var format = wayside_format(device_id: texts.keep("pump-3"), encoding: encoding, authentication: nil)
        var buffer = [UInt8](repeating: 0, count: 500)
        var length = 0
        let result = withUnsafePointer(to: &parameter) { parameter in
            var wear = wayside_wear(
                component: texts.keep("motor"), model: texts.keep("m"),
                quantity: wayside_named(texts.keep("motor_current"), nil), channel: texts.keep("0"),
                parameters: parameter, parameter_count: 1)
            return withUnsafePointer(to: &wear) { wear in
                withUnsafePointer(to: &declared) { declared in
                    var birth = wayside_birth()
                    birth.boot_id = 7
                    birth.uptime_ms = 1
                    birth.reset_reason = WAYSIDE_RESET_NOT_TOLD
                    (birth.quantities, birth.quantity_count) = (declared, 1)
                    (birth.wear, birth.wear_count) = (wear, 1)
                    return wayside_encode_birth(&format, &birth, &buffer, buffer.count, &length)
                }
            }
        }
        return result == WAYSIDE_OK ? Array(buffer.prefix(length)) : []
    }
}

/// A telemetry or event message of readings whose decimals rise, none twice.
private struct RandomMessage {
    struct Reading {
        let quantity: String
        let unit: String
        let channel: String
        let decimals: UInt8
        /// The number in units of its last decimal; nil for no reading.
        let scaled: Int64?
        let flag: Bool?
    }

    let readings: [Reading]
    let event: String?
    let bootID: UInt32
    let sequence: UInt32
    let uptime: UInt64
    let unix: UInt64?
    let key: [UInt8]?
    let keyID: UInt8
    private let texts = CTexts()

    init(_ random: inout SeededRandom) {
        bootID = UInt32.random(in: 0...(.max), using: &random) >> UInt32.random(in: 0..<32, using: &random)
        sequence = UInt32.random(in: 0...(.max), using: &random) >> UInt32.random(in: 0..<32, using: &random)
        uptime = UInt64.random(in: 0...3_155_760_000_000, using: &random) >> UInt64.random(in: 0..<42, using: &random)
        unix = Bool.random(using: &random) ? UInt64.random(in: 1...4_000_000_000_000, using: &random) : nil
        event = Bool.random(using: &random) ? "overload" : nil
        keyID = UInt8.random(in: 0...3, using: &random) * 80
        key =
            Bool.random(using: &random)
            ? (0..<Int.random(in: 16...64, using: &random)).map { _ in .random(in: 0...255, using: &random) } : nil
        readings = Self.readings(&random)
    }

    private static func readings(_ random: inout SeededRandom) -> [Reading] {
        let quantities = [
            ("motor_current", "A"), ("vibration_acceleration", "m/s2"), ("vibration_velocity", "mm/s"),
            ("temperature", "Cel"), ("temperature", "K"), ("oil_pressure", "bar"), ("strokes", ""),
            ("vibration_acceleration", "g"),
        ]
        let channels = [
            "", "0", "1", "2", "x", "y", "z", "magnitude", "inlet", "07", "123456789", "1234567890", "\"é\\",
        ]
        var made: [Reading] = []
        var decimals: UInt8 = 0
        var seen: Set<String> = []
        for _ in 0..<Int.random(in: 0...20, using: &random) {
            if Int.random(in: 0..<4, using: &random) == 0 { decimals = min(6, decimals + 1) }
            // Often the quantity before, with the next place, so that runs and arrays come about.
            var (quantity, unit) = quantities[Int.random(in: 0..<quantities.count, using: &random)]
            var channel = channels[Int.random(in: 0..<channels.count, using: &random)]
            if let last = made.last, last.flag == nil, Int.random(in: 0..<3, using: &random) > 0 {
                (quantity, unit) = (last.quantity, last.unit)
                let at = channels.firstIndex(of: last.channel) ?? 0
                if Bool.random(using: &random) { channel = channels[min(at + 1, channels.count - 1)] }
            }
            let isFlag = Int.random(in: 0..<6, using: &random) == 0
            if isFlag { (quantity, unit) = ("door_open", "") }
            guard seen.insert("\(quantity):\(unit)/\(channel)").inserted else { continue }
            let bound = Int64(1) << Int64.random(in: 1..<40, using: &random)
            let number = Int64.random(in: -bound...bound, using: &random)
            made.append(
                Reading(
                    quantity: quantity, unit: unit, channel: channel, decimals: decimals,
                    scaled: Int.random(in: 0..<8, using: &random) == 0 ? nil : number,
                    flag: isFlag ? Bool.random(using: &random) : nil))
        }
        return made
    }

    private var topic: String { "wayside/v1/pump-3/\(event == nil ? "telemetry" : "event")" }

    func encodedBySwift(_ encoding: MessageEncoding) throws(EncodingError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 8192, alignment: 8)
        let keyBytes = UnsafeMutableRawBufferPointer.allocate(byteCount: key?.count ?? 0, alignment: 1)
        defer {
            buffer.deallocate()
            keyBytes.deallocate()
            withExtendedLifetime(texts) {}
        }
        keyBytes.copyBytes(from: key ?? [])
        let signature =
            key == nil
            ? nil
            : MessageKey(id: keyID, bytes: UnsafeRawBufferPointer(keyBytes)).map {
                MessageSignature(topic: text(topic), key: $0)
            }
        var encoder = MessageEncoder(into: buffer, encoding: encoding, signature: signature)
        let header = MessageHeader(
            bootID: bootID, sequence: sequence, uptimeMilliseconds: uptime, synchronisedUnixMilliseconds: unix)
        if let event { encoder.beginEvent(text(event), header) } else { encoder.beginTelemetry(header) }
        for reading in readings {
            let quantity = text(reading.quantity)
            let channel = text(reading.channel)
            if let flag = reading.flag {
                encoder.add(quantity, channel: channel, flag)
                continue
            }
            let scale = (0..<reading.decimals).reduce(1.0) { product, _ in product * 10 }
            let value = reading.scaled.map { Double($0) / scale } ?? .nan
            encoder.add(quantity, channel: channel, unit: text(reading.unit), value, decimals: reading.decimals)
        }
        return Array(buffer.prefix(try encoder.finish()))
    }

    func encodedByC(_ encoding: wayside_encoding) -> [UInt8] {
        let list = readings.map { reading in
            let quantity = wayside_named(texts.keep(reading.quantity), texts.keep(reading.unit))
            let channel = texts.keep(reading.channel)
            if let flag = reading.flag { return wayside_reading_flag(quantity, channel, flag) }
            guard let scaled = reading.scaled else {
                return wayside_reading_float(quantity, channel, .nan, reading.decimals)
            }
            return wayside_reading_scaled(quantity, channel, scaled, reading.decimals)
        }
        var header = wayside_header(
            boot_id: bootID, sequence: sequence, uptime_ms: uptime, unix_ms: unix ?? 0, synchronised: unix != nil,
            interval_ms: 0)
        var context = [UInt8(key?.count ?? 0)] + (key ?? [])
        var buffer = [UInt8](repeating: 0, count: 8192)
        var length = 0
        let result = context.withUnsafeMutableBytes { context in
            var authentication = wayside_authentication(
                hmac: openSSLHMAC, context: context.baseAddress, key_id: keyID)
            return withUnsafePointer(to: &authentication) { authentication in
                var format = wayside_format(
                    device_id: texts.keep("pump-3"), encoding: encoding,
                    authentication: key == nil ? nil : authentication)
                guard let event else {
                    return wayside_encode_telemetry(
                        &format, &header, list, list.count, &buffer, buffer.count, &length)
                }
                return wayside_encode_event(
                    &format, &header, event, list, list.count, &buffer, buffer.count, &length)
            }
        }
        withExtendedLifetime(texts) {}
        return result == WAYSIDE_OK ? Array(buffer.prefix(length)) : []
    }

    private func text(_ text: String) -> ProtocolText {
        guard let kept = texts.keep(text) else { return "" }
        return ProtocolText(UnsafeRawBufferPointer(start: kept, count: text.utf8.count))
    }
}
