import Logging
import MQTTSession
import Testing

@testable import WaysideAgent

/// What of a broker's session is said in the log.
@Suite struct BrokerLogTests {
    @Test func whatAnybodyCanRepeatIsSaidOnceAMinute() {
        let log = BrokerLog(url: "mqtt://127.0.0.1:1883", logger: Logger(label: "test"))
        let second: Int64 = 1_000_000_000
        let large = { (number: Int) in MQTTEvent.oversize(topic: "wayside/v1/\(number)/samples", byteCount: 300_000) }
        #expect(log.admit(large(0), bootNanoseconds: second) == 0)
        for number in 1...100 { #expect(log.admit(large(number), bootNanoseconds: 2 * second) == nil) }
        #expect(log.admit(large(101), bootNanoseconds: 62 * second) == 100)
        let refused = MQTTEvent.subscriptionRefused(filter: "wayside/v1/#", code: 135)
        #expect(log.admit(refused, bootNanoseconds: 62 * second) == 0)
        #expect(log.admit(refused, bootNanoseconds: 62 * second) == 0)
    }

    @Test func aTopicIsSaidAsFarAsALineBearsIt() {
        let text = "\(MQTTEvent.oversize(topic: String(repeating: "a", count: 60_000), byteCount: 300_000))"
        #expect(text.utf8.count < 250)
    }
}
