import CWaysideDevice
import Testing

@Suite struct VectorTests {
    @Test(arguments: try DeviceVector.encoded())
    func `a message of the vectors comes out byte for byte`(vector: DeviceVector) {
        let message = VectorMessage(vector: vector)
        let payload = vector.payload
        let whole = message.encode(capacity: payload.count)
        #expect(whole.result == WAYSIDE_OK, "\(String(cString: wayside_result_text(whole.result)))")
        #expect(whole.bytes == payload)
        for capacity in [0, 1, payload.count / 2, payload.count - 1] {
            let short = message.encode(capacity: capacity)
            #expect(short.result == WAYSIDE_ERROR_BUFFER_TOO_SMALL)
            #expect(short.length == payload.count)
        }
    }

    @Test func `the vectors are all there`() throws {
        #expect(try DeviceVector.encoded().count >= 60)
        #expect(Set(try DeviceVector.encoded().map(\.kind)) == ["telemetry", "event", "birth", "state"])
    }

    @Test func `topics are those of the vectors`() throws {
        var count = 0
        for vector in try DeviceVector.all() where vector.name.hasPrefix("topics/") {
            let kinds = ["telemetry", "event", "birth", "state"]
            guard let kind = kinds.firstIndex(of: vector.values["kind"] ?? "") else { continue }
            var topic = [CChar](repeating: 0, count: WAYSIDE_TOPIC_CAPACITY)
            var length = 0
            let result = wayside_encode_topic(
                wayside_kind(rawValue: UInt32(kind)), vector.values["device_id"] ?? "", &topic, topic.count, &length)
            #expect(result == WAYSIDE_OK)
            #expect(String(decoding: topic.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self) == vector.topic)
            count += 1
        }
        #expect(count == 3)
        for id in ["", "a b", "a/b", "+", "#", "é", String(repeating: "x", count: 65)] {
            #expect(!wayside_is_device_id(id))
        }
    }
}
