internal import DeviceProtocol

/// The two topics of the MODAX firmware, shared by all its devices; a device's own have its id as one more level
/// (config/mosquitto-acl.example), so that the broker can see to it that it publishes as itself only.
enum ModaxStream: UInt8 {
    case data = 0
    case safety = 1

    var topic: StaticString {
        switch self {
        case .data: ModaxEncoder.dataTopic
        case .safety: ModaxEncoder.safetyTopic
        }
    }

    /// The stream of a topic and, where it is a device's own, the place of its id; nil for topics of others.
    static func parse(_ topic: UnsafeRawBufferPointer) -> (stream: ModaxStream, deviceID: Range<Int>?)? {
        for stream in [ModaxStream.data, .safety] {
            let shared = UnsafeBufferPointer(start: stream.topic.utf8Start, count: stream.topic.utf8CodeUnitCount)
            guard topic.starts(with: shared) else { continue }
            if topic.count == shared.count { return (stream, nil) }
            let id = min(shared.count + 1, topic.count)..<topic.count
            guard topic[shared.count] == 0x2f,
                ProtocolLimits.isDeviceID(UnsafeRawBufferPointer(rebasing: topic[id]))
            else { return nil }
            return (stream, id)
        }
        return nil
    }
}
