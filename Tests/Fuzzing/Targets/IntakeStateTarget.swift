import DeviceIntake
import MetricModel

/// The intake's snapshots and journals as they are read back from flash: any bytes are restored or refused, and an
/// intake that took them goes on.
struct IntakeStateTarget: FuzzTarget {
    static let name = "intake-state"

    static func seeds() -> [[UInt8]] {
        var intake = DeviceIntake(settings: DeviceIntakeSettings(), scope: FuzzedGateway.scope)
        var seeds: [[UInt8]] = []
        let payloads = [
            (
                #"{"boot_id":7,"seq":1,"uptime_ms":98765,"readings":[{"quantity":"t","value":1}]}"#,
                "wayside/v1/a/telemetry"
            ),
            (
                #"{"boot_id":7,"seq":2,"uptime_ms":98766,"readings":[{"quantity":"t","value":1}]}"#,
                "wayside/v1/a/telemetry"
            ),
            (#"{"boot_id":8,"seq":0,"uptime_ms":5,"readings":[{"quantity":"t","value":1}]}"#, "wayside/v1/a/telemetry"),
            (#"{"timestamp":1000,"device_id":"E1","motor_currents":[5.2]}"#, "modax/sensor/data"),
            (#"{"timestamp":2000,"device_id":"E1","motor_currents":[5.2]}"#, "modax/sensor/data"),
        ]
        for (payload, topic) in payloads {
            var batch = SampleBatch(clock: clock, limit: 100)
            _ = Array(topic.utf8).withUnsafeBytes { topic in
                Array(payload.utf8).withUnsafeBytes { payload in
                    intake.accept(DeviceMessage(topic: topic, payload: payload), clock: clock, into: &batch)
                }
            }
            seeds += intake.snapshot(clock: clock).map { [0] + $0 }
        }
        return seeds + [[1] + intake.drainJournal()]
    }

    private static let clock = SeedBatches.clock

    func run(_ bytes: [UInt8]) {
        guard let kind = bytes.first else { return }
        var settings = DeviceIntakeSettings()
        settings.deviceLimit = 10
        var intake = DeviceIntake(settings: settings, scope: FuzzedGateway.scope)
        let content = Array(bytes.dropFirst())
        let later = ClockReading(
            bootID: BootID(high: kind & 2 == 0 ? 1 : 3, low: 2), bootNanoseconds: 9_000_000_000,
            unixMilliseconds: Self.clock.unixMilliseconds + 6000, isSynchronised: kind & 4 == 0)
        let isTaken: Void? = attempt { () throws(StateError) in
            if kind & 1 == 0 {
                try intake.restore(content, clock: later)
            } else {
                try intake.replay(content, clock: later)
            }
        }
        hold(isTaken != nil || intake.deviceCount == 0, "what is refused leaves nothing")
        hold(intake.deviceCount <= settings.deviceLimit, "the limit of devices")
        goOn(&intake, later)
    }

    private func goOn(_ intake: inout DeviceIntake, _ clock: ClockReading) {
        var batch = SampleBatch(clock: clock, limit: 100_000)
        let payload = #"{"boot_id":9,"seq":1,"uptime_ms":1,"readings":[{"quantity":"t","value":1}]}"#
        _ = Array("wayside/v1/a/telemetry".utf8).withUnsafeBytes { topic in
            Array(payload.utf8).withUnsafeBytes { payload in
                intake.accept(DeviceMessage(topic: topic, payload: payload), clock: clock, into: &batch)
            }
        }
        intake.currentSamples(clock: clock, into: &batch)
        intake.tick(clock: clock, into: &batch)
        _ = intake.devices(clock: clock)
        intake.wallClockCorrected(byMilliseconds: -1000)
        var restored = DeviceIntake(settings: intake.settings, scope: FuzzedGateway.scope)
        for part in intake.snapshot(clock: clock) {
            must("a snapshot is restored") { () throws(StateError) in try restored.restore(part, clock: clock) }
        }
        hold(restored.deviceCount == intake.deviceCount, "a snapshot brings back every device")
    }
}
