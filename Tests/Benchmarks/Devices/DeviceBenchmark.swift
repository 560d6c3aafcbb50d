import DeviceIntake
import JSONText
import MetricModel

/// Decodes device messages again and again and prints the CPU time of one: the least over many short rounds, which is
/// what the code costs where nothing else gets in its way.
///
/// usage: device-benchmark [ROUNDS]
@main struct DeviceBenchmark {
    private static let messagesPerRound = 2000

    static func main() {
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 100
        print("ns of user time a message, the least of \(rounds) rounds of \(messagesPerRound)")
        for message in BenchmarkMessage.all {
            let payload = message.payload
            if !message.isBinary { report("json reader", message, rounds) { readJSON(payload) } }
            var settings = DeviceIntakeSettings()
            settings.mappings = energyMapping()
            var intake = DeviceIntake(settings: settings, scope: SeriesScope(["job": "devices"]))
            let topic = Array(message.topic.utf8)
            report("decode", message, rounds) {
                topic.withUnsafeBytes { topic in
                    payload.withUnsafeBytes { payload in
                        intake.decodedReadingCount(of: DeviceMessage(topic: topic, payload: payload)) ?? -1
                    }
                }
            }
        }
    }

    /// The first of config/mappings/energy.yaml.
    private static func energyMapping() -> [DeviceMapping] {
        do throws(MappingError) {
            let topic = try MappingTopic("energy/devices/{device_id}/data")
            var mapping = DeviceMapping(topic: topic, deviceID: .text(try MappingText("{device_id}", of: topic)))
            mapping.time = DeviceMapping.Time(
                path: try MappingPath("$.timestamp"), format: .rfc3339, isSynchronised: true)
            mapping.status = DeviceMapping.Status(
                path: try MappingPath("$.status"), online: ["online"], offline: ["offline"])
            for (name, unit) in [
                ("power", "kW"), ("voltage", "V"), ("current", "A"), ("energy", "kWh"), ("enabled", ""),
                ("anomaly", ""),
            ] {
                guard let metric = MappedMetric(quantity: name, unit: unit, type: .gauge) else { continue }
                mapping.readings.append(
                    DeviceMapping.Reading(
                        path: try MappingPath("$.\(name)"), metric: metric, channel: .empty, unit: unit, scale: 1,
                        offset: 0, words: []))
            }
            return [mapping]
        } catch {
            preconditionFailure("the benchmark's mapping is sound: \(error)")
        }
    }

    private static func report(
        _ what: String, _ message: BenchmarkMessage, _ rounds: Int, _ body: () -> Int
    ) {
        let expected = body()
        precondition(expected > 0, "\(message.name) was not understood")
        var least = Double.infinity
        for _ in 0..<rounds {
            let start = UserTime.nanoseconds()
            var sum = 0
            for _ in 0..<messagesPerRound { sum &+= body() }
            let spent = UserTime.nanoseconds() - start
            precondition(sum == expected * messagesPerRound, "each time the same")
            least = min(least, Double(spent) / Double(messagesPerRound))
        }
        print("\(Int(least.rounded()))\t\(what)\t\(message.name)\t\(message.payload.count) bytes")
    }

    /// Every token of a text; returns how many there are.
    private static func readJSON(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { text in
            var reader = JSONReader(text, limits: JSONLimits(byteLimit: 8192, depthLimit: 8))
            var count = 0
            do throws(JSONError) {
                while true {
                    switch try reader.next() {
                    case .end: return count
                    case .number(let number): if reader.double(number) >= -1e9 { count += 1 }
                    default: count += 1
                    }
                }
            } catch {
                preconditionFailure("the benchmark's messages are JSON: \(error)")
            }
        }
    }
}
