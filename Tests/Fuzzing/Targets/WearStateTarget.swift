import MetricModel
import Wear

/// Snapshots of wear as they are read back from flash: any bytes are restored or refused, and a tracker that took them
/// goes on, tells only numbers, and its own snapshot is taken.
struct WearStateTarget: FuzzTarget {
    static let name = "wear-state"

    private static let scope = SeriesScope(["instance": "gw", "job": "devices"])
    private static let parameters: [(model: String, values: [String: Double])] = [
        ("operating_hours", ["nominal_life_hours": 100, "nominal_load": 5, "load_exponent": 3]),
        (
            "arrhenius",
            ["nominal_life_hours": 100, "activation_energy_electronvolts": 0.8, "reference_celsius": 55]
        ),
        ("bearing_life", ["dynamic_load_rating_newtons": 1e4, "load_newtons": 300]),
        ("rainflow", ["exponent": 3, "coefficient": 1e6]), ("trend", ["failure_threshold": 100]),
    ]
    private static let series = Series(
        family: MetricFamily(
            "sensor_force_newtons", .gauge, help: "", unit: "newtons", labels: ["device_id", "channel"]),
        scope: scope, labelValues: ["a", "0"])

    private static func tracker() -> WearTracker {
        var settings = WearSettings()
        settings.limit = 20
        for (model, values) in parameters {
            let declaration = WearDeclaration(component: model, model: model, quantity: "force", parameters: values)
            let checked = attempt { () throws(DeclarationProblem) in try WearModel(declaration) }
            guard let checked else { continue }
            settings.models.append(WearSettings.Declared(device: IDPattern("*"), model: checked))
        }
        return WearTracker(settings: settings, scope: scope)
    }

    static func seeds() -> [[UInt8]] {
        var tracker = tracker()
        let belt = WearDeclaration(
            component: "belt", model: "operating_hours", quantity: "force", channel: "0",
            parameters: ["nominal_life_hours": 10])
        _ = tracker.declare([belt], by: "a")
        var seeds: [[UInt8]] = []
        for step in 0..<4 {
            goOn(&tracker, from: Int64(step))
            seeds += tracker.snapshot()
        }
        return seeds
    }

    /// A hundred samples, a second apart.
    private static func goOn(_ tracker: inout WearTracker, from step: Int64) {
        let start = SeedBatches.clock
        let clock = ClockReading(
            bootID: start.bootID, bootNanoseconds: start.bootNanoseconds + step * 100_000_000_000,
            unixMilliseconds: start.unixMilliseconds + step * 100_000, isSynchronised: step & 1 == 0)
        let samples = (0..<100).map { index in
            Sample(
                series, unixMilliseconds: clock.unixMilliseconds - 100_000 + index * 1000,
                value: Double((index * 7919) % 101))
        }
        tracker.apply(samples, clock: clock, journal: UInt64(step + 1))
    }

    func run(_ bytes: [UInt8]) {
        var tracker = Self.tracker()
        let isTaken: Void? = attempt { () throws(StateError) in try tracker.restore(bytes) }
        hold(isTaken != nil || tracker.snapshot() == Self.tracker().snapshot(), "what is refused leaves nothing")
        tracker.meetRestored()
        Self.goOn(&tracker, from: 7)
        var batch = SampleBatch(clock: SeedBatches.clock, limit: 100_000)
        tracker.samples(into: &batch)
        hold(batch.samples.allSatisfy { $0.value.isFinite }, "every figure is a number")
        let parts = tracker.snapshot()
        var restored = Self.tracker()
        for part in parts {
            must("a snapshot is restored") { () throws(StateError) in try restored.restore(part) }
        }
        restored.meetRestored()
    }
}
