import DeviceIntake
import MetricModel
import Testing

@testable import WaysideAgent

@Suite struct IntakeRecoveryTests {
    private let clock = ClockReading(
        bootID: BootID(high: 1, low: 2), bootNanoseconds: 1_000_000_000_000, unixMilliseconds: 1_795_223_700_000,
        isSynchronised: true)

    private func fresh() -> DeviceIntake {
        DeviceIntake(settings: DeviceIntakeSettings(), scope: SeriesScope(["job": "devices"]))
    }

    /// The journal of one message.
    private func journal(_ intake: inout DeviceIntake, device: String, sequence: Int) -> [UInt8] {
        var batch = SampleBatch(clock: clock, limit: 100)
        let topic = Array("wayside/v1/\(device)/telemetry".utf8)
        let payload = Array(
            #"{"boot_id":7,"seq":\#(sequence),"uptime_ms":1,"readings":[{"quantity":"a","value":1}]}"#.utf8)
        let outcome = topic.withUnsafeBytes { topic in
            payload.withUnsafeBytes { payload in
                intake.accept(DeviceMessage(topic: topic, payload: payload), clock: clock, into: &batch)
            }
        }
        #expect(outcome == .accepted(sampleCount: 1))
        return intake.drainJournal()
    }

    @Test func `one damaged journal and one damaged part cost no other, and are logged once`() {
        var intake = fresh()
        _ = journal(&intake, device: "a", sequence: 0)
        _ = journal(&intake, device: "b", sequence: 0)
        var parts = intake.snapshot(clock: clock, byteLimit: 1)
        #expect(parts.count == 2)
        var journals = (1...4).map { journal(&intake, device: "b", sequence: $0) }
        parts[0].removeLast()
        journals[1].removeLast()
        journals[2] = [99]

        let log = RecordingLog()
        var restored = fresh()
        IntakeRecovery.take(parts, journals, into: &restored, clock: clock, logger: log.logger())
        let device = restored.devices(clock: clock).first { $0.id == "b" }
        #expect(restored.deviceCount == 1)
        #expect(device?.counts.messages == 3)
        let lines = log.lines
        #expect(lines.count == 1)
        #expect(lines.first?.contains("journals=2 of 4") == true, "\(lines)")
        #expect(lines.first?.contains("snapshot_parts=1 of 2") == true, "\(lines)")
    }

    @Test func `what can be read is not logged`() {
        var intake = fresh()
        let journals = [journal(&intake, device: "a", sequence: 0)]
        let log = RecordingLog()
        var restored = fresh()
        IntakeRecovery.take([], journals, into: &restored, clock: clock, logger: log.logger())
        #expect(restored.deviceCount == 1)
        #expect(log.lines.isEmpty)
    }
}
