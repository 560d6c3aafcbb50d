import MetricModel

@testable import DeviceIntake

/// A gateway in a test: an intake, its clocks, and the samples that came out.
final class IntakeHarness {
    var intake: DeviceIntake
    var bootMilliseconds: Int64 = 1_000_000
    var unixMilliseconds: Int64 = 1_763_600_000_000
    var isSynchronised = true
    var bootID = BootID(high: 1, low: 2)

    init(_ change: (inout DeviceIntakeSettings) -> Void = { _ in }) {
        var settings = DeviceIntakeSettings()
        change(&settings)
        intake = DeviceIntake(settings: settings, scope: SeriesScope(["job": "devices"]))
    }

    var clock: ClockReading {
        ClockReading(
            bootID: bootID, bootNanoseconds: bootMilliseconds * 1_000_000, unixMilliseconds: unixMilliseconds,
            isSynchronised: isSynchronised)
    }

    func advance(_ milliseconds: Int64) {
        bootMilliseconds += milliseconds
        unixMilliseconds += milliseconds
    }

    func send(
        _ topic: String, _ payload: String, retained: Bool = false
    ) -> (outcome: IntakeOutcome, samples: [Sample]) {
        send(topic, Array(payload.utf8), retained: retained)
    }

    func send(
        _ topic: String, _ payload: [UInt8], retained: Bool = false, limit: Int = 10_000
    ) -> (outcome: IntakeOutcome, samples: [Sample]) {
        var batch = SampleBatch(clock: clock, limit: limit)
        let clock = clock
        let outcome = Array(topic.utf8).withUnsafeBytes { topic in
            payload.withUnsafeBytes { payload in
                intake.accept(
                    DeviceMessage(topic: topic, payload: payload, isRetained: retained), clock: clock, into: &batch)
            }
        }
        return (outcome, batch.samples)
    }

    func tick() -> [Sample] {
        var batch = SampleBatch(clock: clock, limit: 100_000)
        intake.tick(clock: clock, into: &batch)
        return batch.samples
    }

    func scrape() -> [Sample] {
        var batch = SampleBatch(clock: clock, limit: 100_000)
        intake.currentSamples(clock: clock, into: &batch)
        return batch.samples
    }

    func device(_ id: String) -> DeviceStatus? {
        intake.devices(clock: clock).first { $0.id == id }
    }
}

/// The sample's series as text without the scope's labels: `name{label="value"}`.
func name(_ sample: Sample) -> String {
    let series = sample.series
    let labels = zip(series.family.labelNames, series.labelValues).map { Label($0, $1) }
    return Labels(labels + [Label("__name__", series.family.name)]).description
}

/// The value of a series in a list of samples, or nil where it has none.
func value(_ text: String, _ samples: [Sample]) -> Double? {
    samples.last { name($0) == text }?.value
}

func telemetry(
    boot: UInt32 = 7, seq: UInt32, uptime: Int64, extra: String = "",
    readings: String = #"{"quantity":"temperature","channel":"0","unit":"Cel","value":45.5}"#
) -> String {
    #"{"boot_id":\#(boot),"seq":\#(seq),"uptime_ms":\#(uptime)\#(extra),"readings":[\#(readings)]}"#
}

func modaxData(_ timestamp: Int64, device: String = "ESP32_FIELD_001", current: Double = 5.2) -> String {
    #"{"timestamp":\#(timestamp),"device_id":"\#(device)","motor_currents":[\#(current),5.30],"#
        + #""vibration":{"x":1.20,"y":1.10,"z":0.90,"magnitude":1.86},"temperatures":[45.50]}"#
}

func modaxSafety(_ timestamp: Int64, device: String = "ESP32_FIELD_001") -> String {
    #"{"timestamp":\#(timestamp),"device_id":"\#(device)","emergency_stop":false,"door_closed":true,"#
        + #""overload_detected":false,"temperature_ok":true}"#
}

let pump = "wayside/v1/pump-3/telemetry"
let modaxTopic = "modax/sensor/data"
