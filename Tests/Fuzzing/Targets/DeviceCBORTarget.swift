import DeviceProtocol

/// Device messages in CBOR: what was decoded, encoded in CBOR again, is decoded to the same.
struct DeviceCBORTarget: FuzzTarget {
    static let name = "device-cbor"

    static func seeds() -> [[UInt8]] { DeviceMessageSeeds.all(.cbor) }

    func run(_ bytes: [UInt8]) {
        guard let first = bytes.first, let kind = MessageKind(rawValue: first & 3) else { return }
        // Whatever comes first is to be read as CBOR.
        var payload = Array(bytes.dropFirst())
        guard let head = payload.first else { return }
        payload[0] = 0xa0 | head & 0x1f
        guard let message = DecodedDevice(payload, kind: kind) else { return }
        guard let again = message.encoded(.cbor) else { fatalError("does not hold: what was decoded can be encoded") }
        hold(
            DecodedDevice(again, kind: kind, byteLimit: again.count) == message,
            "what was decoded comes back from what is encoded of it")
    }
}
