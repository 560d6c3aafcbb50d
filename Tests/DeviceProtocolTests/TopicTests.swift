import DeviceProtocol
import Testing

@Suite struct TopicTests {
    @Test func `every topic of the vectors is understood or refused, and encoded back`() throws {
        let vectors = try VectorFile("topics").vectors
        #expect(vectors.count >= 10)
        for vector in vectors {
            let text = vector["topic"] as? String ?? ""
            let bytes = Array(text.utf8)
            let topic = bytes.withUnsafeBytes { DeviceTopic(parsing: $0) }
            #expect(topic.map { "\($0.kind.name)" } == vector["kind"] as? String, "\(text)")
            #expect(
                topic.map { String(decoding: bytes[$0.deviceID], as: UTF8.self) } == vector["device_id"] as? String)
            guard let topic else { continue }
            let back = try bytes.withUnsafeBytes { bytes in
                try encoded { buffer throws(EncodingError) in
                    let id = ProtocolText(UnsafeRawBufferPointer(rebasing: bytes[topic.deviceID]))
                    return try DeviceTopic.encode(topic.kind, deviceID: id, into: buffer)
                }
            }
            #expect(back == text)
        }
    }

    @Test func `a bad device id makes no topic`() {
        for id in ["", "a b", "a/b", "+", "#", "é"] as [ProtocolText] {
            #expect(throws: EncodingError.invalidText) {
                try encoded { buffer throws(EncodingError) in
                    try DeviceTopic.encode(.telemetry, deviceID: id, into: buffer)
                }
            }
        }
    }
}
