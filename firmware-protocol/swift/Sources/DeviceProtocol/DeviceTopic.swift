/// The topics of version 1: `wayside/v1/{device_id}/{kind}`.
public struct DeviceTopic {
    /// Which message the topic carries.
    public let kind: MessageKind
    /// Where in the topic's bytes the device id is.
    public let deviceID: Range<Int>

    /// The first two levels and their slash.
    public static let prefix: StaticString = "wayside/v1/"

    /// Writes the topic of `kind` for `deviceID` into `buffer`; returns how many bytes it took.
    public static func encode(
        _ kind: MessageKind, deviceID: ProtocolText, into buffer: UnsafeMutableRawBufferPointer
    ) throws(EncodingError) -> Int {
        guard ProtocolLimits.isDeviceID(deviceID.bytes) else { throw .invalidText }
        var sink = ByteSink(buffer)
        sink.append(prefix)
        sink.append(deviceID.bytes)
        sink.append("/")
        sink.append(kind.name)
        return try sink.finish()
    }

    /// The parts of a topic, or nil where `topic` is none of this protocol's or its device id breaks the rules.
    public init?(parsing topic: UnsafeRawBufferPointer) {
        let prefixCount = DeviceTopic.prefix.utf8CodeUnitCount
        guard DeviceTopic.starts(topic, with: DeviceTopic.prefix, at: 0) else { return nil }
        var end = prefixCount
        while end < topic.count, topic[end] != 0x2f { end += 1 }
        guard end < topic.count else { return nil }
        guard ProtocolLimits.isDeviceID(UnsafeRawBufferPointer(rebasing: topic[prefixCount..<end])) else { return nil }
        let levelCount = topic.count - end - 1
        for code in UInt8(0)...3 {
            guard let kind = MessageKind(rawValue: code) else { continue }
            guard kind.name.utf8CodeUnitCount == levelCount else { continue }
            guard DeviceTopic.starts(topic, with: kind.name, at: end + 1) else { continue }
            self.kind = kind
            self.deviceID = prefixCount..<end
            return
        }
        return nil
    }

    private static func starts(_ topic: UnsafeRawBufferPointer, with text: StaticString, at offset: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard topic.count - offset >= count else { return false }
        for index in 0..<count where topic[offset + index] != text.utf8Start[index] { return false }
        return true
    }
}
