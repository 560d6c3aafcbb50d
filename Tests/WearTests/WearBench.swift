import MetricModel
import Testing

@testable import Wear

/// A gateway's clock and series, for giving a tracker samples.
struct WearBench {
    static let scope = SeriesScope(["instance": "gw-7", "job": "devices"])
    static let start: Int64 = 1_795_223_700_000

    var tracker: WearTracker
    var clock = ClockReading(
        bootID: BootID(high: 1, low: 2), bootNanoseconds: 1_000_000_000_000, unixMilliseconds: WearBench.start,
        isSynchronised: true)
    var journal: UInt64 = 0
    private var series: [String: Series] = [:]

    init(_ settings: WearSettings) { tracker = WearTracker(settings: settings, scope: WearBench.scope) }

    /// A tracker for one component on every device.
    init(
        _ model: String, _ parameters: [String: Double], quantity: String? = "motor_current", channel: String? = nil,
        speed: String? = nil
    ) throws {
        var settings = WearSettings()
        settings.models = [
            WearSettings.Declared(
                device: IDPattern("*"),
                model: try WearModel(
                    WearDeclaration(
                        component: "part", model: model, quantity: quantity, channel: channel, parameters: parameters,
                        speedQuantity: speed)))
        ]
        self.init(settings)
    }

    mutating func advance(_ milliseconds: Int64) {
        clock = ClockReading(
            bootID: clock.bootID, bootNanoseconds: clock.bootNanoseconds + milliseconds * 1_000_000,
            unixMilliseconds: clock.unixMilliseconds + milliseconds, isSynchronised: clock.isSynchronised)
    }

    mutating func setClock(unixMilliseconds: Int64, isSynchronised: Bool = true) {
        clock = ClockReading(
            bootID: clock.bootID, bootNanoseconds: clock.bootNanoseconds, unixMilliseconds: unixMilliseconds,
            isSynchronised: isSynchronised)
    }

    mutating func boot(unixMilliseconds: Int64, isSynchronised: Bool) {
        clock = ClockReading(
            bootID: BootID(high: 1, low: clock.bootID.low + 1), bootNanoseconds: 5_000_000_000,
            unixMilliseconds: unixMilliseconds, isSynchronised: isSynchronised)
    }

    /// The series of a quantity, as DeviceIntake names it.
    mutating func series(_ quantity: String, _ unit: String, _ channel: String = "0", device: String = "pump") -> Series
    {
        let key = "\(quantity)/\(unit)/\(channel)/\(device)"
        if let known = series[key] { return known }
        let family = MetricFamily(
            "sensor_\(quantity)" + (unit.isEmpty ? "" : "_\(unit)"), .gauge, help: "", unit: unit,
            labels: ["device_id", "channel"])
        let made = Series(family: family, scope: WearBench.scope, labelValues: [device, channel])
        series[key] = made
        return made
    }

    /// Gives one value now.
    mutating func give(
        _ value: Double, _ quantity: String = "motor_current", _ unit: String = "amperes", channel: String = "0",
        device: String = "pump"
    ) {
        let sample = Sample(
            series(quantity, unit, channel, device: device), unixMilliseconds: clock.unixMilliseconds, value: value)
        journal += 1
        tracker.apply([sample], clock: clock, journal: journal)
    }

    /// What the tracker says, by name and label values.
    mutating func figures() -> [String: Double] {
        var batch = SampleBatch(clock: clock, limit: 100_000)
        tracker.samples(into: &batch)
        var figures: [String: Double] = [:]
        for sample in batch.samples {
            let name = ([sample.series.family.name] + sample.series.labelValues).joined(separator: " ")
            #expect(figures[name] == nil, "\(name) comes twice")
            figures[name] = sample.value
        }
        return figures
    }

    /// A tracker made of a snapshot of this one.
    func restored() throws -> WearTracker {
        var other = WearTracker(settings: tracker.settings, scope: WearBench.scope)
        for part in tracker.snapshot() { try other.restore(part) }
        other.meetRestored()
        return other
    }
}
