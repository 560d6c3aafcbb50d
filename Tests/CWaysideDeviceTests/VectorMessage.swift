import COpenSSL
import CWaysideDevice

/// Gives the fields of a vector to the C library's encoders.
struct VectorMessage {
    let vector: DeviceVector
    let texts = CTexts()

    /// Runs the encoder of the vector's kind; what it answered, the bytes, and the length that it told.
    func encode(capacity: Int) -> (result: wayside_result, bytes: [UInt8], length: Int) {
        var bytes = [UInt8](repeating: 0xa5, count: capacity + 8)
        var length = 0
        let result = withFormat { format in
            withUnsafePointer(to: format) { format in
                bytes.withUnsafeMutableBufferPointer { encode(format, $0.baseAddress, capacity, &length) }
            }
        }
        withExtendedLifetime(texts) {}
        precondition(bytes[capacity...].allSatisfy { $0 == 0xa5 }, "the encoder wrote past its buffer")
        return (result, Array(bytes.prefix(min(length, capacity))), length)
    }

    private func encode(
        _ format: UnsafePointer<wayside_format>, _ buffer: UnsafeMutablePointer<UInt8>?, _ capacity: Int,
        _ length: inout Int
    ) -> wayside_result {
        var header = wayside_header(
            boot_id: vector.number("boot_id"), sequence: vector.number("seq"), uptime_ms: vector.number("uptime_ms"),
            unix_ms: vector.number("unix_ms"), synchronised: vector.values["synchronised"] == "1",
            interval_ms: vector.number("interval_ms"))
        let readings = vector.readings.map(reading)
        switch vector.kind {
        case "telemetry":
            return wayside_encode_telemetry(format, &header, readings, readings.count, buffer, capacity, &length)
        case "event":
            let event = texts.keep(vector.values["event"] ?? "")
            return wayside_encode_event(format, &header, event, readings, readings.count, buffer, capacity, &length)
        case "birth":
            return birth(header) { wayside_encode_birth(format, $0, buffer, capacity, &length) }
        default:
            let state = vector.values["state"] == "offline" ? WAYSIDE_OFFLINE : WAYSIDE_ONLINE
            return wayside_encode_state(format, state, header.boot_id, buffer, capacity, &length)
        }
    }

    private func withFormat(_ body: (wayside_format) -> wayside_result) -> wayside_result {
        let encoding = vector.values["encoding"] == "cbor" ? WAYSIDE_CBOR : WAYSIDE_JSON
        let deviceID = texts.keep(vector.deviceID)
        guard var key = vector.gatewayKeys.first(where: { $0.id == vector.keyID })?.bytes else {
            return body(wayside_format(device_id: deviceID, encoding: encoding, authentication: nil))
        }
        // The context is the key behind its length.
        key.insert(UInt8(key.count), at: 0)
        return key.withUnsafeMutableBytes { key in
            var authentication = wayside_authentication(
                hmac: openSSLHMAC, context: key.baseAddress, key_id: vector.keyID)
            return withUnsafePointer(to: &authentication) {
                body(wayside_format(device_id: deviceID, encoding: encoding, authentication: $0))
            }
        }
    }

    private func reading(_ parts: [String]) -> wayside_reading {
        let quantity = wayside_named(texts.keep(parts[0]), texts.keep(parts[2]))
        let channel = texts.keep(parts[1])
        let decimals = UInt8(parts[4]) ?? 0
        switch parts[3] {
        case "true", "false": return wayside_reading_flag(quantity, channel, parts[3] == "true")
        case "null": return wayside_reading_double(quantity, channel, .nan, decimals)
        default: return wayside_reading_scaled(quantity, channel, scaled(parts[3], decimals), decimals)
        }
    }

    /// "-45.5" with two decimals is -4550.
    private func scaled(_ text: String, _ decimals: UInt8) -> Int64 {
        let fraction = text.split(separator: ".").dropFirst().first?.count ?? 0
        let digits = text.filter { $0 != "." } + String(repeating: "0", count: Int(decimals) - fraction)
        return Int64(digits) ?? .min
    }

    private func birth(
        _ header: wayside_header, _ body: (UnsafePointer<wayside_birth>) -> wayside_result
    ) -> wayside_result {
        let quantities = vector.quantities.map { parts in
            wayside_declared_quantity(
                quantity: wayside_named(texts.keep(parts[0]), texts.keep(parts[2])), channel: texts.keep(parts[1]))
        }
        let parameters = vector.wear.map { wear in
            wear.parameters.map { parts in
                let decimals = UInt8(parts[2]) ?? 0
                return wayside_parameter(
                    name: texts.keep(parts[0]), scaled: scaled(parts[1], decimals), decimals: decimals)
            }
        }
        // One array of all parameters, so that their addresses hold during the call.
        let flat = Array(parameters.joined())
        return flat.withUnsafeBufferPointer { flat in
            var start = 0
            var wear: [wayside_wear] = []
            for (declared, own) in zip(vector.wear, parameters) {
                wear.append(
                    wayside_wear(
                        component: texts.keep(declared.parts[0]), model: texts.keep(declared.parts[1]),
                        quantity: wayside_named(texts.keep(declared.parts[2]), nil),
                        channel: texts.keep(declared.parts[3]),
                        parameters: flat.baseAddress.map { $0 + start }, parameter_count: own.count))
                start += own.count
            }
            return quantities.withUnsafeBufferPointer { quantities in
                wear.withUnsafeBufferPointer { wear in
                    var birth = wayside_birth(
                        boot_id: header.boot_id, uptime_ms: header.uptime_ms, interval_ms: header.interval_ms,
                        firmware: texts.keep(vector.values["firmware"] ?? ""),
                        model: texts.keep(vector.values["model"] ?? ""), reset_reason: resetReason,
                        quantities: quantities.baseAddress, quantity_count: quantities.count,
                        wear: wear.baseAddress, wear_count: wear.count)
                    return body(&birth)
                }
            }
        }
    }

    private var resetReason: wayside_reset_reason {
        let names = [
            "unknown", "power_on", "external", "software", "panic", "watchdog", "deep_sleep", "brownout",
        ]
        guard let name = vector.values["reset_reason"], let code = names.firstIndex(of: name) else {
            return WAYSIDE_RESET_NOT_TOLD
        }
        return wayside_reset_reason(rawValue: UInt32(code))
    }
}

/// HMAC-SHA-256 by OpenSSL; the context is a key behind its length.
func openSSLHMAC(
    _ context: UnsafeMutableRawPointer?, _ pieces: UnsafePointer<wayside_piece>?, _ pieceCount: Int,
    _ digest: UnsafeMutablePointer<UInt8>?
) -> Bool {
    guard let key = context?.assumingMemoryBound(to: UInt8.self) else { return false }
    var message: [UInt8] = []
    for piece in UnsafeBufferPointer(start: pieces, count: pieceCount) {
        message += UnsafeBufferPointer(start: piece.bytes, count: piece.count)
    }
    var digestCount: UInt32 = 0
    return HMAC(EVP_sha256(), key + 1, Int32(key[0]), message, message.count, digest, &digestCount) != nil
        && digestCount == 32
}
