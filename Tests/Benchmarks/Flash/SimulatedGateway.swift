import BenchmarkRecording
import MetricModel
import SimulatedSystem
import TestValues

/// A gateway second by second: the recorded node every 15 s, and boards with eight readings each, which publish every
/// 15 s too, each at a time of its own.
struct SimulatedGateway {
    static let interval = 15

    private let recording: Recording
    private let node: [Series]
    private let boards: [[Series]]
    private var random = SeededRandom(seed: 1)

    init(_ recording: Recording, boardCount: Int = 200, texts: FamilyTexts = FamilyTexts()) {
        self.recording = recording
        var families: [String: MetricFamily] = [:]
        let scope = SeriesScope(["instance": "gw-7", "job": "node", "site": "plant-3"])
        node = recording.labels.map { labels in
            let own = labels.filter { !["__name__", "instance", "job"].contains($0.name) }
            let key = labels.metricName + own.map { " " + $0.name }.joined()
            let text = texts[labels.metricName]
            let help = text.help.isEmpty ? "About as much help as a node_exporter family has on average." : text.help
            let family =
                families[key]
                ?? MetricFamily(labels.metricName, text.type, help: help, labels: own.map(\.name))
            families[key] = family
            return Series(family: family, scope: scope, labelValues: own.map(\.value))
        }
        boards = (0..<boardCount).map(SimulatedGateway.board)
    }

    private static let boardFamilies = [
        MetricFamily("sensor_motor_current_amperes", .gauge, help: "Motor current.", labels: ["device_id", "motor"]),
        MetricFamily(
            "sensor_vibration_acceleration_meters_per_second_squared", .gauge, help: "Acceleration along an axis.",
            labels: ["device_id", "axis"]),
        MetricFamily("sensor_temperature_celsius", .gauge, help: "Temperature.", labels: ["device_id", "sensor"]),
        MetricFamily("sensor_safety_emergency_stop", .gauge, help: "1 while it is pressed.", labels: ["device_id"]),
    ]

    private static func board(_ number: Int) -> [Series] {
        let scope = SeriesScope(["instance": "gw-7", "job": "devices", "site": "plant-3"])
        let device = "modax-\(1_000_000 + number * 7919)"
        let keys: [(Int, [String])] = [
            (0, [device, "0"]), (0, [device, "1"]), (1, [device, "x"]), (1, [device, "y"]), (1, [device, "z"]),
            (1, [device, "magnitude"]), (2, [device, "0"]), (3, [device]),
        ]
        return keys.map { Series(family: boardFamilies[$0.0], scope: scope, labelValues: $0.1) }
    }

    /// The batches of a second: the node's where it is due, and the messages that arrive in it. After the recording's
    /// end its values come again.
    mutating func batches(second: Int, startUnixMilliseconds: Int64) -> [SampleBatch] {
        let clock = ClockReading(
            bootID: BootID(high: 1, low: 2), bootNanoseconds: Int64(second) * 1_000_000_000,
            unixMilliseconds: startUnixMilliseconds + Int64(second) * 1000, isSynchronised: true)
        var result: [SampleBatch] = []
        if second.isMultiple(of: SimulatedGateway.interval) { result.append(nodeBatch(second, clock)) }
        var arrived = SampleBatch(clock: clock, limit: 10_000)
        for number in boards.indices where number % SimulatedGateway.interval == second % SimulatedGateway.interval {
            append(
                boards[number], at: clock.unixMilliseconds - Int64.random(in: 0..<1000, using: &random), to: &arrived)
        }
        result.append(arrived)
        return result
    }

    private func nodeBatch(_ second: Int, _ clock: ClockReading) -> SampleBatch {
        var batch = SampleBatch(clock: clock, limit: 10_000)
        let source = second % recording.times.count
        for (series, values) in zip(node, recording.values) where !values[source].isNaN {
            batch.append(Sample(series, unixMilliseconds: clock.unixMilliseconds, value: values[source]))
        }
        return batch
    }

    /// Sensor noise in the last digits.
    private mutating func append(_ board: [Series], at time: Int64, to batch: inout SampleBatch) {
        let values: [Double] = [
            Double(Int.random(in: 380...420, using: &random)) / 100,
            Double(Int.random(in: 380...420, using: &random)) / 100,
            Double(Int.random(in: -300...300, using: &random)) / 1000,
            Double(Int.random(in: -300...300, using: &random)) / 1000,
            Double(Int.random(in: 9500...10_100, using: &random)) / 1000,
            Double(Int.random(in: 9500...10_100, using: &random)) / 1000,
            Double(Int.random(in: 402...419, using: &random)) / 10, 0,
        ]
        for (series, value) in zip(board, values) {
            batch.append(Sample(series, unixMilliseconds: time, value: value))
        }
    }
}
