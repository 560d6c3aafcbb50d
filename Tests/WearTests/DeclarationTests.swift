import MetricModel
import Testing

@testable import Wear

@Suite struct DeclarationTests {
    private func hours(_ component: String, _ life: Double = 100) -> WearDeclaration {
        WearDeclaration(
            component: component, model: "operating_hours", quantity: "motor_current",
            parameters: ["nominal_life_hours": life])
    }

    @Test func `what is wrong is named`() {
        func problem(_ declaration: WearDeclaration) -> DeclarationProblem? {
            do throws(DeclarationProblem) { _ = try WearModel(declaration) } catch { return error }
            return nil
        }
        var declaration = hours("belt")
        #expect(problem(declaration) == nil)
        declaration.parameters["nominal_lief_hours"] = 1
        #expect(problem(declaration) == .unknownParameter("nominal_lief_hours", model: "operating_hours"))
        declaration = hours("belt", -1)
        #expect(problem(declaration) == .outOfRange("nominal_life_hours", value: -1, range: 1e-3...1e9))
        declaration = hours("belt", .nan)
        #expect(problem(declaration) != nil)
        declaration.parameters = [:]
        #expect(problem(declaration) == .missingParameter("nominal_life_hours", model: "operating_hours"))
        declaration = hours("belt")
        declaration.quantity = nil
        #expect(problem(declaration) == .missingQuantity(model: "operating_hours"))
        declaration.model = "hours"
        #expect(problem(declaration) == .unknownModel("hours"))
        #expect(problem(hours("a b")) == .component("a b"))
        declaration = hours("belt")
        declaration.parameters["load_exponent"] = 2
        #expect("\(problem(declaration).map { "\($0)" } ?? "")".contains("nominal_load"))
        for index in 0..<20 { declaration.parameters["p\(index)"] = 1 }
        #expect(problem(declaration) == .tooLong)
        var bearing = WearDeclaration(
            component: "b", model: "bearing_life", quantity: "force",
            parameters: ["dynamic_load_rating_newtons": 1, "load_newtons": 1, "speed_rpm": 1])
        #expect(problem(bearing) != nil)
        bearing.parameters["speed_rpm"] = nil
        bearing.parameters["life_exponent"] = 3.1
        #expect(problem(bearing) != nil)
        var fatigue = WearDeclaration(
            component: "b", model: "rainflow", quantity: "force", parameters: ["exponent": 3, "reference_range": 1])
        #expect(problem(fatigue) != nil)
        fatigue.parameters["reference_cycles"] = 1e6
        #expect(problem(fatigue) == nil)
    }

    /// The example of PROTOCOL.md.
    @Test func `the protocol's example is a declaration`() throws {
        let model = try WearModel(
            WearDeclaration(
                component: "motor", model: "operating_hours", quantity: "motor_current", channel: "0",
                parameters: ["nominal_load": 5, "load_exponent": 3, "nominal_life_hours": 20_000]))
        #expect(model.inputs == [WearInputName(quantity: "motor_current", channel: "0")])
    }

    @Test(arguments: [
        ("*", "a", true), ("press-*", "press-1", true), ("press-*", "press", false), ("a*b*c", "a1b2c", true),
        ("a*b*c", "acb", false), ("a*a", "a", false), ("pump", "pump", true), ("pump", "pump1", false),
        ("*-1", "x-1", true), ("", "", true), ("**", "x", true), ("a*bb*b", "abbb", true), ("a*bb*b", "abb", false),
    ])
    func `patterns of ids`(_ pattern: String, _ id: String, _ isMatch: Bool) {
        #expect(IDPattern(pattern).matches(id) == isMatch)
    }

    @Test func `a birth declares, the settings go before it, and it survives`() throws {
        var bench = try WearBench("operating_hours", ["nominal_life_hours": 1000])
        var answer = bench.tracker.declare([hours("belt"), hours("part", 5)], by: "pump")
        #expect(answer.isChanged && answer.problems.isEmpty)
        for _ in 0...3600 {
            bench.give(5)
            bench.advance(1000)
        }
        var figures = bench.figures()
        #expect(figures["wear_percentage pump belt"].map { abs($0 - 1) < 1e-9 } == true)
        #expect(figures["wear_percentage pump part"].map { abs($0 - 0.1) < 1e-9 } == true)
        bench.tracker = try bench.restored()
        #expect(bench.figures() == figures)
        // The same again changes nothing; another parameter keeps what is worn.
        answer = bench.tracker.declare([hours("belt"), hours("part", 5)], by: "pump")
        #expect(!answer.isChanged)
        answer = bench.tracker.declare([hours("belt", 200)], by: "pump")
        #expect(answer.isChanged)
        figures = bench.figures()
        #expect(figures["wear_percentage pump belt"].map { abs($0 - 1) < 1e-9 } == true)
        bench.give(5)
        #expect(bench.tracker.declare([], by: "pump").isChanged)
        figures = bench.figures()
        #expect(figures["wear_percentage pump belt"] == nil)
        #expect(figures["wear_percentage pump part"] != nil)
    }

    @Test func `a birth that cannot be used says so under its component`() throws {
        var bench = WearBench(WearSettings())
        var wrong = hours("belt")
        wrong.model = "hours"
        let answer = bench.tracker.declare([wrong, hours("a b")], by: "pump")
        #expect(answer.problems == [.unknownModel("hours"), .component("a b")])
        bench.give(5)
        let figures = bench.figures()
        #expect(figures["wayside_remaining_useful_life_state pump belt declaration_invalid"] == 1)
        #expect(figures.keys.allSatisfy { !$0.contains("a b") })
    }

    @Test func `a device that is forgotten is gone, another is not`() throws {
        var bench = try WearBench("operating_hours", ["nominal_life_hours": 1000])
        for _ in 0...10 {
            bench.give(5)
            bench.give(5, device: "press")
            bench.advance(1000)
        }
        let press = bench.figures().filter { $0.key.contains("press") }
        bench.tracker.forget("pump")
        #expect(bench.figures().filter { $0.key.contains("pump") }.isEmpty)
        #expect(bench.figures().filter { $0.key.contains("press") } == press)
        bench.give(5, device: "press")
        #expect(bench.figures()["wear_observed_seconds_total press part"] == 11)
        bench.give(5)
        #expect(bench.figures()["wear_observed_seconds_total pump part"] == 0)
    }

    @Test func `limits are kept and counted`() throws {
        var settings = WearSettings()
        settings.models = [WearSettings.Declared(device: IDPattern("*"), model: try WearModel(hours("belt")))]
        settings.limit = 2
        var bench = WearBench(settings)
        for device in ["a", "b", "c"] { bench.give(1, device: device) }
        let figures = bench.figures()
        #expect(figures["wayside_wear_refused_total"] == 1)
        #expect(figures.keys.filter { $0.hasPrefix("wear_percentage") }.count == 2)
    }

    @Test func `a quantity is known by its family's name`() {
        func isOf(_ quantity: String, _ name: String, _ unit: String) -> Bool {
            WearInputName.isOf(quantity, MetricFamily(name, .gauge, help: "", unit: unit))
        }
        #expect(isOf("temperature", "sensor_temperature_celsius", "celsius"))
        #expect(isOf("oil_level", "sensor_oil_level", ""))
        #expect(isOf("flow_hertz", "sensor_flow_hertz", "hertz"))
        #expect(!isOf("temperature", "sensor_temperature_limit_celsius", "celsius"))
        #expect(!isOf("temperature", "device_temperature_celsius", "celsius"))
        #expect(!isOf("temp", "sensor_temperature_celsius", "celsius"))
    }
}
