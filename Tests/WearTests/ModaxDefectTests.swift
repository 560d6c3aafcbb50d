import Glibc
import Testing

@testable import Wear

/// The defects of the original platform that concern wear, on the figures that are shipped.
@Suite struct ModaxDefectTests {
    private static let acceleration = "sensor_vibration_dynamic_acceleration_meters_per_second_squared"

    /// A device's x, y and z, raw as an accelerometer gives them, ten times a second for a minute.
    private func shipped(
        swing: Double, gravity: (x: Double, y: Double, z: Double)
    ) -> [String: Double] {
        var settings = WearSettings()
        settings.vibration = [WearSettings.Vibration(device: IDPattern("press-*"), machine: .group2Rigid)]
        var bench = WearBench(settings)
        for index in 0..<600 {
            let moved = swing * sin(Double(index) * 2.1)
            let axes = [("x", gravity.x), ("y", gravity.y), ("z", gravity.z + moved)]
            for (place, (axis, value)) in axes.enumerated() {
                bench.give(
                    value + sin(Double(index + 7 * place) * 12.9898) * 0.02, "vibration_acceleration",
                    "meters_per_second_squared", channel: axis, device: "press-1")
            }
            bench.advance(100)
        }
        return bench.figures()
    }

    /// There, gravity was part of the vibration: a machine at rest read 9.81, was called anomalous above 5 for ever, and
    /// wore at 1 + 0.15 (v − 3) times its rate.
    @Test(arguments: [(0.0, 0.0, 9.81), (9.81, 0, 0), (5.66, -5.66, 5.66)])
    func `defect 3: a resting machine ships no vibration, however its sensor is mounted`(
        _ x: Double, _ y: Double, _ z: Double
    ) throws {
        let resting = shipped(swing: 0, gravity: (x, y, z))
        let vibration = try #require(resting["\(ModaxDefectTests.acceleration) press-1"])
        #expect(vibration < 0.05, "\(vibration)")
        #expect(resting["wayside_vibration_state press-1 ok"] == 1)
        let shaken = shipped(swing: 3, gravity: (x, y, z))
        let swing = try #require(shaken["\(ModaxDefectTests.acceleration) press-1"])
        #expect(abs(swing - 3 / 2.0.squareRoot()) < 0.1, "\(swing)")
        // Raw acceleration is no velocity, so no zone comes of it.
        #expect(!shaken.keys.contains { $0.hasPrefix("sensor_vibration_severity_zone") })
    }

    /// There, wear was in memory alone, heat counted linearly (1.7 at 85 °C over its 50 °C) and what is left was divided by
    /// the factor of the moment.
    @Test func `defect 4: wear outlives the process, follows Arrhenius and does not jump with a hot hour`() throws {
        var bench = try WearBench(
            "arrhenius",
            [
                "nominal_life_hours": 10_000, "activation_energy_electronvolts": 0.8, "reference_celsius": 50,
                "interval_seconds": 3600,
            ], quantity: "temperature")
        func run(hours: Int, celsius: Double) {
            for _ in 0..<hours {
                bench.give(celsius, "temperature", "celsius")
                bench.advance(3_600_000)
            }
        }
        func told(_ figures: [String: Double]) throws -> (percentage: Double, hours: Double) {
            (
                try #require(figures["wear_percentage pump part"]),
                try #require(figures["remaining_useful_life_hours pump part"])
            )
        }
        // 1,440 hours at 50 °C, all of which count once the next value has come.
        run(hours: 1440, celsius: 50)
        run(hours: 1, celsius: 85)
        let calm = try told(bench.figures())
        #expect(abs(calm.percentage - 14.4) < 1e-9, "\(calm)")
        #expect(abs(calm.hours - 8560) < 1, "\(calm)")

        run(hours: 1, celsius: 50)
        let hot = try told(bench.figures())
        #expect(abs(hot.percentage - calm.percentage - 0.166) < 0.001, "\(hot)")
        #expect(hot.hours > 0.97 * calm.hours && hot.hours < calm.hours, "\(hot)")

        bench.tracker = try bench.restored()
        let restarted = try told(bench.figures())
        #expect(restarted == hot)
        run(hours: 1, celsius: 50)
        let later = try told(bench.figures())
        #expect(later.percentage > hot.percentage)
    }
}
