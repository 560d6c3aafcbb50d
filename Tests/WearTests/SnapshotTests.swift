import MetricModel
import TestValues
import Testing

@testable import Wear

@Suite struct SnapshotTests {
    private func settings(_ kinds: [(String, [String: Double])] = SnapshotTests.kinds) throws -> WearSettings {
        var settings = WearSettings()
        for (kind, parameters) in kinds {
            let quantity = kind == "arrhenius" ? "temperature" : "motor_current"
            settings.models.append(
                WearSettings.Declared(
                    device: IDPattern("p*"),
                    model: try WearModel(
                        WearDeclaration(component: kind, model: kind, quantity: quantity, parameters: parameters))))
        }
        return settings
    }

    private static let kinds: [(String, [String: Double])] = [
        ("operating_hours", ["nominal_life_hours": 1000, "nominal_load": 5, "load_exponent": 1.5]),
        (
            "arrhenius",
            ["nominal_life_hours": 1000, "activation_energy_electronvolts": 0.8, "reference_celsius": 55]
        ),
        ("rainflow", ["exponent": 3, "coefficient": 1e9]), ("trend", ["failure_threshold": 100]),
        ("bearing_life", ["dynamic_load_rating_newtons": 1e4, "load_newtons": 300]),
    ]

    /// A run with all models, silences, clock steps and two devices; `visit` sees each step before it.
    private func run(
        _ bench: inout WearBench, seed: UInt64, steps: Range<Int>, _ random: inout SeededRandom
    ) {
        for index in steps {
            bench.give(5 + random.normal() + Double(index) * 0.01)
            bench.give(4 + random.normal(), device: "press")
            bench.give(60 + random.normal(), "temperature", "celsius")
            bench.advance(index.isMultiple(of: 37) ? 300_000 : 1000)
            if index == 150 { bench.setClock(unixMilliseconds: bench.clock.unixMilliseconds + 5_000_000) }
        }
    }

    @Test func `a snapshot and what follows are as if nothing had happened`() throws {
        var random = SeededRandom(seed: 4)
        var bench = WearBench(try settings())
        run(&bench, seed: 4, steps: 0..<120, &random)
        var other = bench
        other.tracker = try bench.restored()
        #expect(other.tracker.snapshot() == bench.tracker.snapshot())
        #expect(other.figures() == bench.figures())
        var second = random
        run(&bench, seed: 4, steps: 120..<400, &random)
        run(&other, seed: 4, steps: 120..<400, &second)
        #expect(other.figures() == bench.figures())
        #expect(other.tracker.snapshot() == bench.tracker.snapshot())
        #expect(bench.figures().count > 30)
    }

    @Test func `parts are kept to their limit and stand alone`() throws {
        var random = SeededRandom(seed: 4)
        var bench = WearBench(try settings())
        run(&bench, seed: 4, steps: 0..<80, &random)
        let parts = bench.tracker.snapshot(byteLimit: 600)
        #expect(parts.count > 3)
        var other = WearTracker(settings: bench.tracker.settings, scope: WearBench.scope)
        for part in parts { try other.restore(part) }
        other.meetRestored()
        #expect(other.snapshot() == bench.tracker.snapshot())
    }

    /// A device may declare other names at every birth, and wear them; what others have stays.
    @Test func `made-up components take nobody else's state`() throws {
        var settings = try settings()
        settings.limit = 40
        var bench = WearBench(settings)
        var random = SeededRandom(seed: 4)
        run(&bench, seed: 4, steps: 0..<20, &random)
        let before = bench.figures()
        for number in 0..<30 {
            let names = (0..<8).map { "made-up-\(8 * number + $0)" }
            let declared = names.map {
                WearDeclaration(
                    component: $0, model: "operating_hours", quantity: "motor_current",
                    parameters: ["nominal_life_hours": 5])
            }
            #expect(bench.tracker.declare(declared, by: "aaa").isChanged)
            for _ in 0..<3 {
                bench.give(5, device: "aaa")
                bench.advance(1000)
            }
        }
        #expect(bench.tracker.orphans.count <= WearTracker.orphanLimit)
        var other = bench
        other.tracker = try bench.restored()
        let after = other.figures()
        let wear = before.filter { $0.key.hasPrefix("wear_percentage p") }
        #expect(wear.count > 5)
        for (name, figure) in wear { #expect(after[name] == figure, "\(name)") }
        // A birth that changes nothing of what is declared keeps what it has worn.
        let worn = after["wear_percentage aaa made-up-239"]
        #expect(worn ?? 0 > 0)
    }

    /// What is cut off, flipped or made up never traps, and leaves the tracker as it was where it is refused.
    @Test func `hostile bytes`() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("hostile wear snapshots: seed \(seed)")
        var random = SeededRandom(seed: seed)
        var bench = WearBench(try settings())
        _ = bench.tracker.declare(
            [
                WearDeclaration(
                    component: "belt", model: "operating_hours", quantity: "motor_current",
                    parameters: ["nominal_life_hours": 5])
            ],
            by: "pump")
        run(&bench, seed: seed, steps: 0..<80, &random)
        let part = bench.tracker.snapshot()[0]
        for count in 0..<part.count {
            var other = WearTracker(settings: bench.tracker.settings, scope: WearBench.scope)
            let before = other.snapshot()
            do throws(StateError) {
                try other.restore(Array(part[..<count]))
            } catch {
                #expect(other.snapshot() == before)
            }
        }
        for _ in 0..<200 {
            var bytes = part
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            var other = bench
            other.tracker = WearTracker(settings: bench.tracker.settings, scope: WearBench.scope)
            do throws(StateError) { try other.tracker.restore(bytes) } catch { continue }
            other.tracker.meetRestored()
            run(&other, seed: seed, steps: 140..<160, &random)
            #expect(other.figures().values.allSatisfy { $0.isFinite })
            // Its own snapshot is taken, whatever was in it.
            _ = try other.restored()
        }
        #expect(throws: StateError.unknownVersion(9)) {
            var other = WearTracker(settings: bench.tracker.settings, scope: WearBench.scope)
            try other.restore([9])
        }
    }

    @Test func `golden bytes`() throws {
        var bench = WearBench(try settings([("operating_hours", ["nominal_life_hours": 1000])]))
        bench.give(2)
        bench.advance(2000)
        bench.give(3)
        try bench.tracker.reset(
            "operating_hours", of: "pump", unixMilliseconds: WearBench.start + 2000, note: "new belt")
        bench.advance(36_000)
        bench.give(4)
        let hexadecimal = Hexadecimal.text(bench.tracker.snapshot()[0])
        #expect(hexadecimal == SnapshotTests.golden)
    }

    private static let golden =
        "01030101000000000000000200000000000000000c9fadf10000009056acfba10100000101b3010470756d700f6f70657261"
        + "74696e675f686f75727301f168e388b5f8e43ea09902000001f0c9abfba1010000086e65772062656c749056acfba1010000"
        + "00000000000010409056acfba1010000a09902d00f0000000000000000000000000000000000008000000000000000000000"
        + "000000000000000000000000000000000000000000000000000000000000000000000000000000000000007b14ae47e17a84"
        + "3ff168e388b5f8e43e000000000000000000"

    @Test func `a state that nothing declares is kept until something does`() throws {
        var bench = try WearBench("operating_hours", ["nominal_life_hours": 1000])
        for _ in 0...3600 {
            bench.give(5)
            bench.advance(1000)
        }
        let parts = bench.tracker.snapshot()
        // A start with another setting, and a snapshot of that.
        var other = WearTracker(settings: try settings(), scope: WearBench.scope)
        for part in parts { try other.restore(part) }
        other.meetRestored()
        #expect(other.status(of: "pump").allSatisfy { $0.component != "part" })
        var again = try WearBench("operating_hours", ["nominal_life_hours": 2000])
        for part in other.snapshot() { try again.tracker.restore(part) }
        again.tracker.meetRestored()
        #expect(again.figures()["wear_percentage pump part"].map { abs($0 - 0.1) < 1e-9 } == true)
        // Another model takes over the damage and begins its own counting.
        var fatigue = try WearBench("rainflow", ["exponent": 3, "coefficient": 1e9])
        for part in parts { try fatigue.tracker.restore(part) }
        fatigue.tracker.meetRestored()
        #expect(fatigue.figures()["wear_percentage pump part"].map { abs($0 - 0.1) < 1e-9 } == true)
    }

    @Test func `a reset begins anew, keeps its count and survives`() throws {
        var bench = try WearBench("operating_hours", ["nominal_life_hours": 1])
        for _ in 0...1800 {
            bench.give(5)
            bench.advance(1000)
        }
        #expect(bench.figures()["wear_percentage pump part"].map { abs($0 - 50) < 1e-9 } == true)
        #expect(throws: WearTracker.ResetProblem.unknownDevice) {
            try bench.tracker.reset("part", of: "pumq", unixMilliseconds: 5, note: "")
        }
        #expect(throws: WearTracker.ResetProblem.unknownComponent(["part"])) {
            try bench.tracker.reset("parts", of: "pump", unixMilliseconds: 5, note: "")
        }
        let long = String(repeating: "ü", count: 300)
        try bench.tracker.reset("part", of: "pump", unixMilliseconds: bench.clock.unixMilliseconds, note: long)
        bench.give(5)
        bench.tracker = try bench.restored()
        let figures = bench.figures()
        // The second since the last sample is of the new part.
        #expect(figures["wear_percentage pump part"].map { abs($0 - 100 / 3600.0) < 1e-9 } == true)
        #expect(figures["wear_resets_total pump part"] == 1)
        #expect(figures["wear_last_reset_timestamp_seconds pump part"] == Double(bench.clock.unixMilliseconds) / 1000)
        #expect(bench.tracker.status(of: "pump").first?.lastResetNote == String(repeating: "ü", count: 100))
    }
}
