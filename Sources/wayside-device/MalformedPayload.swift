internal import MQTTSession

/// Payloads as they come from firmware with a fault: cut off, of another type, not text, empty.
enum MalformedPayload {
    static func make(from payload: [UInt8], using random: inout SplitMix64) -> [UInt8] {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: []
        case 1: Array(payload.prefix(Int.random(in: 1..<max(2, payload.count), using: &random)))
        case 2: Array("[1,2,3]".utf8)
        case 3: (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
        default: Array("{\"timestamp\":\"soon\",\"boot_id\":-1,\"seq\":{}}".utf8)
        }
    }
}
