import DeviceIntake
import MQTTSession
import MetricModel
import Synchronization
import Testing
import Wear

@testable import WaysideAgent

/// What the desk logs of what devices do: a device may repeat itself at will, the log does not.
@Suite struct DeviceDeskLogTests {
    private final class Time: Sendable {
        let seconds = Mutex<Int64>(1000)

        var reading: ClockReading {
            let seconds = seconds.withLock { $0 }
            return ClockReading(
                bootID: BootID(high: 1, low: 1), bootNanoseconds: seconds * 1_000_000_000,
                unixMilliseconds: 1_795_223_700_000 + seconds * 1000, isSynchronised: true)
        }
    }

    private let time = Time()
    private let log = RecordingLog()
    private let desk: DeviceDesk

    init() {
        let scope = SeriesScope(["job": "devices"])
        desk = DeviceDesk(
            intake: DeviceIntake(settings: DeviceIntakeSettings(), scope: scope),
            wear: WearTracker(settings: WearSettings(), scope: scope), clock: AgentClock { [time] in time.reading },
            logger: log.logger())
    }

    /// A birth that declares a part whose wear goes by a model that nobody knows.
    private func deliverBirth(_ device: String, uptime: Int) {
        let topic = Array("wayside/v1/\(device)/birth".utf8)
        let payload = Array(
            (#"{"boot_id":7,"uptime_ms":\#(uptime),"wear":[{"component":"part","model":"none_\#(uptime)","#
                + #""quantity":"a","life":1}]}"#).utf8)
        var messages = MQTTMessageBatch()
        topic.withUnsafeBytes { topic in
            payload.withUnsafeBytes { payload in
                messages.append(
                    topic: topic, payload: payload, qos: 1, isRetained: false,
                    arrivalBootNanoseconds: time.reading.bootNanoseconds)
            }
        }
        #expect(desk.accept(messages, store: { _ in nil }, settle: { _, _ in .open }) == .durable)
    }

    @Test func `a device whose declarations of wear are useless is named once a minute`() {
        for uptime in 1...5 { deliverBirth("pump", uptime: uptime) }
        deliverBirth("fan", uptime: 1)
        #expect(log.lines.count == 2)
        #expect(log.lines.first?.contains("device=pump") == true, "\(log.lines)")
        #expect(log.lines.last?.contains("device=fan") == true, "\(log.lines)")
        time.seconds.withLock { $0 += 61 }
        deliverBirth("pump", uptime: 6)
        #expect(log.lines.count == 3)
        #expect(log.lines.last?.contains("held_back=4") == true, "\(log.lines)")
    }
}
