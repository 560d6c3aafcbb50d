import DeviceProtocol

/// Device messages in JSON: encoded in JSON again, with its nine decimals, a message stays as it is from then on; in CBOR
/// it is the very same.
struct DeviceJSONTarget: FuzzTarget {
    static let name = "device-json"
    static let dictionary = [
        "\"boot_id\":", "\"seq\":", "\"uptime_ms\":", "\"unix_ms\":", "\"synchronised\":", "\"interval_ms\":",
        "\"readings\":[", "\"quantity\":", "\"channel\":", "\"unit\":", "\"value\":", "\"event\":", "\"firmware\":",
        "\"model\":", "\"reset_reason\":", "\"quantities\":[", "\"wear\":[", "\"component\":", "\"mac\":",
        "\"key_id\":", "\"state\":", "\"offline\"", "\"power_on\"", "true", "null", "\\u0000", "1e308", "-0.0",
    ]

    static func seeds() -> [[UInt8]] { DeviceMessageSeeds.all(.json) }

    func run(_ bytes: [UInt8]) {
        guard let first = bytes.first, let kind = MessageKind(rawValue: first & 3) else { return }
        let payload = Array(bytes.dropFirst())
        guard payload.first.map({ $0 >> 5 != 5 }) ?? true, let message = DecodedDevice(payload, kind: kind) else {
            return
        }
        guard let binary = message.encoded(.cbor) else { fatalError("does not hold: what was decoded can be encoded") }
        hold(
            DecodedDevice(binary, kind: kind, byteLimit: binary.count) == message,
            "what was decoded comes back from its CBOR")
        // JSON has no number beyond 15 digits from us, and the encoder says so of parameters.
        guard let text = message.encoded(.json) else { return }
        guard let rounded = DecodedDevice(text, kind: kind, byteLimit: text.count) else {
            fatalError("does not hold: what was encoded is a message")
        }
        hold(rounded.encoded(.json) == text, "rounding once is enough")
    }
}
