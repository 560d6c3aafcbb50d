import MetricModel
import Testing

@testable import Wear

@Suite struct AccumulationTests {
    private func isClose(_ value: Double?, _ expected: Double) -> Bool {
        guard let value else { return false }
        return abs(value - expected) <= 1e-9 * max(1, abs(expected))
    }

    @Test func `an hour of operation is an hour, and standing is none`() throws {
        var bench = try WearBench("operating_hours", ["nominal_life_hours": 100, "running_above": 1])
        for second in 0...7200 {
            bench.give(second < 3600 ? 5 : 0.5)
            bench.advance(1000)
        }
        let figures = bench.figures()
        #expect(isClose(figures["wear_percentage pump part"], 1))
        #expect(isClose(figures["wear_observed_seconds_total pump part"], 7200))
        #expect(figures["wear_unobserved_seconds_total pump part"] == 0)
        #expect(figures["wayside_remaining_useful_life_state pump part too_little_history"] == 1)
        #expect(figures["remaining_useful_life_hours pump part"] == nil)
    }

    @Test func `load weighs by its exponent`() throws {
        var bench = try WearBench(
            "operating_hours", ["nominal_life_hours": 1000, "nominal_load": 5, "load_exponent": 3])
        for _ in 0...3600 {
            bench.give(10)
            bench.advance(1000)
        }
        #expect(isClose(bench.figures()["wear_percentage pump part"], 0.8))
    }

    @Test func `Arrhenius takes kelvin and degrees`() throws {
        let parameters = [
            "nominal_life_hours": 1000, "activation_energy_electronvolts": 0.8, "reference_celsius": 55,
        ]
        for (value, unit) in [(85.0, "celsius"), (358.15, "kelvin")] {
            var bench = try WearBench("arrhenius", parameters, quantity: "temperature")
            for _ in 0...3600 {
                bench.give(value, "temperature", unit)
                bench.advance(1000)
            }
            let wear = try #require(bench.figures()["wear_percentage pump part"])
            #expect(abs(wear - 1.069) < 0.001, "\(wear) in \(unit)")
        }
    }

    @Test func `a bearing goes by load and speed together`() throws {
        var bench = try WearBench("bearing_life", ["dynamic_load_rating_newtons": 10_000], quantity: "force")
        bench.give(1000, "force", "newtons")
        for _ in 0..<3600 {
            bench.advance(1000)
            bench.give(1000, "force", "newtons")
            bench.give(1000 / 60.0, "rotational_speed", "hertz")
        }
        // The first second has no speed: unobserved. L10h at 1,000 rpm and C/P = 10 is 16,667 hours.
        let figures = bench.figures()
        #expect(isClose(figures["wear_observed_seconds_total pump part"], 3599))
        #expect(isClose(figures["wear_unobserved_seconds_total pump part"], 1))
        #expect(isClose(figures["wear_percentage pump part"], 100 * 3599.0 / 3600 / (1e6 / 60)))
    }

    @Test func `rainflow counts what closes and what does not`() throws {
        var bench = try WearBench("rainflow", ["exponent": 3, "coefficient": 10_000], quantity: "force")
        for value in [-2.0, 1, -3, 5, -1, 3, -4, 4, -2] {
            bench.give(value, "force", "newtons")
            bench.advance(1000)
        }
        #expect(isClose(bench.figures()["wear_percentage pump part"], 10.94))
    }

    /// A device that was away has not worn meanwhile, and its silence is stated.
    @Test func `a silence is unobserved but for what a value may hold`() throws {
        var bench = try WearBench("operating_hours", ["nominal_life_hours": 1000])
        for _ in 0..<10 {
            bench.give(5)
            bench.advance(1000)
        }
        bench.advance(3_600_000 - 1000)
        bench.give(5)
        // 9 seconds and the minute that a value holds.
        var figures = bench.figures()
        #expect(isClose(figures["wear_observed_seconds_total pump part"], 69))
        #expect(isClose(figures["wear_unobserved_seconds_total pump part"], 3540))
        // One that sends each five minutes is observed all the time, once its interval is known.
        bench = try WearBench("operating_hours", ["nominal_life_hours": 1000, "interval_seconds": 300])
        for _ in 0...12 {
            bench.give(5)
            bench.advance(300_000)
        }
        figures = bench.figures()
        #expect(isClose(figures["wear_observed_seconds_total pump part"], 3600))
        #expect(figures["wear_unobserved_seconds_total pump part"] == 0)
        bench = try WearBench("operating_hours", ["nominal_life_hours": 1000])
        for _ in 0...12 {
            bench.give(5)
            bench.advance(300_000)
        }
        figures = bench.figures()
        #expect(isClose(figures["wear_observed_seconds_total pump part"], 4 * 60 + 8 * 300))
    }

    @Test func `samples not later than the last are passed over`() throws {
        var bench = try WearBench("operating_hours", ["nominal_life_hours": 1000])
        bench.give(5)
        bench.advance(10_000)
        bench.give(5)
        bench.give(5)
        let series = bench.series("motor_current", "amperes")
        let old = Sample(series, unixMilliseconds: WearBench.start + 5_000, value: 5)
        bench.tracker.apply([old, old], clock: bench.clock, journal: 9)
        #expect(isClose(bench.figures()["wear_observed_seconds_total pump part"], 10))
        // Where the values count rather than the time between them, too.
        bench = try WearBench("rainflow", ["exponent": 1, "coefficient": 100], quantity: "force")
        for value in [0.0, 10, 2] {
            bench.give(value, "force", "newtons")
            bench.advance(1000)
        }
        let force = bench.series("force", "newtons")
        let before = bench.figures()["wear_percentage pump part"]
        for value in [50.0, -50] {
            let late = Sample(force, unixMilliseconds: WearBench.start + 1500, value: value)
            bench.tracker.apply([late], clock: bench.clock, journal: 99)
        }
        #expect(before == 9 && bench.figures()["wear_percentage pump part"] == before)
    }

    @Test func `a clock that is set moves the times with it`() throws {
        var bench = try WearBench("operating_hours", ["nominal_life_hours": 1000])
        bench.setClock(unixMilliseconds: 1000, isSynchronised: false)
        for _ in 0..<5 {
            bench.give(5)
            bench.advance(1000)
        }
        bench.setClock(unixMilliseconds: WearBench.start)
        bench.give(5)
        bench.advance(1000)
        // And back.
        bench.setClock(unixMilliseconds: WearBench.start - 7_200_000)
        bench.give(5)
        let figures = bench.figures()
        #expect(isClose(figures["wear_observed_seconds_total pump part"], 6))
        #expect(figures["wear_unobserved_seconds_total pump part"] == 0)
    }

    @Test func `over a boot without a clock wear goes on and counts nothing in between`() throws {
        var bench = try WearBench("operating_hours", ["nominal_life_hours": 1000])
        bench.give(5)
        bench.advance(10_000)
        bench.give(5)
        bench.boot(unixMilliseconds: 3_000, isSynchronised: false)
        bench.give(5)
        bench.advance(10_000)
        bench.give(5)
        #expect(isClose(bench.figures()["wear_observed_seconds_total pump part"], 20))
    }

    @Test func `over a boot with a clock the time between is unobserved`() throws {
        var bench = try WearBench("operating_hours", ["nominal_life_hours": 1000])
        bench.give(5)
        bench.advance(10_000)
        bench.give(5)
        bench.boot(unixMilliseconds: WearBench.start + 130_000, isSynchronised: true)
        bench.give(5)
        let figures = bench.figures()
        #expect(isClose(figures["wear_observed_seconds_total pump part"], 70))
        #expect(isClose(figures["wear_unobserved_seconds_total pump part"], 60))
    }

    @Test func `without a channel the first by name counts, with one that`() throws {
        var bench = try WearBench("operating_hours", ["nominal_life_hours": 1000, "running_above": 1])
        for _ in 0...10 {
            bench.give(0, channel: "2")
            bench.give(0, channel: "1")
            bench.give(5, channel: "0")
            bench.advance(1000)
        }
        #expect(isClose(bench.figures()["wear_percentage pump part"], 100 * 10 / 3600.0 / 1000))
        bench = try WearBench(
            "operating_hours", ["nominal_life_hours": 1000, "running_above": 1], channel: "2")
        for _ in 0...10 {
            bench.give(5, channel: "2")
            bench.give(0, channel: "0")
            bench.advance(1000)
        }
        #expect(isClose(bench.figures()["wear_percentage pump part"], 100 * 10 / 3600.0 / 1000))
    }

    @Test func `values that are no numbers are counted and nothing else`() throws {
        var bench = try WearBench(
            "operating_hours", ["nominal_life_hours": 1000, "nominal_load": 1e-9, "load_exponent": 20])
        bench.give(1e300)
        bench.advance(1000)
        bench.give(.infinity)
        bench.give(5)
        bench.give(StaleMarker.value)
        let figures = bench.figures()
        #expect(figures["wear_refused_samples_total pump part"] == 2)
        #expect(figures["wear_percentage pump part"] == 0)
    }

    @Test func `what nobody declared is nothing`() throws {
        var bench = WearBench(WearSettings())
        bench.give(5)
        #expect(bench.figures().isEmpty && bench.tracker.snapshot().isEmpty)
        bench = try WearBench("operating_hours", ["nominal_life_hours": 1000])
        bench.give(5, "oil_pressure", "pascals")
        let figures = bench.figures()
        #expect(figures["wear_percentage pump part"] == nil)
        #expect(figures["wayside_remaining_useful_life_state pump part no_data"] == 1)
    }
}
