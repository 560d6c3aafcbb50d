import BatchRecord
import LinuxSystem
import MetricModel
import SimulatedSystem
import TestPeers
import TestValues
import Testing

/// What records of a real machine take: `../shared/data/node-1s.tsv.xz`, every fifteenth scrape at its true time, and
/// 200 simulated devices beside it.
@Suite struct RecordingTests {
    private static var recording: String? {
        let root = Files.parent(of: Files.parent(of: Files.parent(of: #filePath)))
        return ["/../shared", "/../../shared"].map { root + $0 + "/data/node-1s.tsv.xz" }.first(where: Files.exists)
    }

    private static var hasPython: Bool { Files.exists("/usr/bin/python3") }

    /// Unpacks the recording, keeps every fifteenth scrape and writes the repeated values out.
    private static let script = """
        import lzma, sys
        for number, line in enumerate(lzma.open(sys.argv[1], "rt")):
            name, values = ("", line.split()[1:]) if number == 0 else (lambda h: (h[0], h[1].split()))(line.split("\\t"))
            last = ""
            for index, value in enumerate(values):
                if value == "=": values[index] = last
                elif value != "-": last = value
            print(name, *values[::15], sep="\\t")
        """

    private struct Recorded {
        var times: [Int64] = []
        var series: [Series] = []
        var values: [[Double?]] = []
    }

    private static func load() throws -> Recorded {
        let scratch = try ScratchDirectory()
        defer { withExtendedLifetime(scratch) {} }
        let path = try #require(recording)
        let python = try RealProcess("python3", ["-c", script, path], log: scratch.path + "/recording")
        #expect(python.waitForEnd() == 0, "\(python.log)")
        var recorded = Recorded()
        var families: [String: MetricFamily] = [:]
        let scope = SeriesScope(["instance": "gw-7", "job": "node"])
        for line in try readText(scratch.path + "/recording").split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            if recorded.times.isEmpty {
                recorded.times = fields.dropFirst().compactMap { Int64($0) }
                continue
            }
            let (name, labels) = parse(String(fields[0]))
            let key = name + labels.map { " " + $0.name }.joined()
            let family =
                families[key]
                ?? MetricFamily(
                    name, name.hasSuffix("_total") ? .counter : .gauge,
                    help: "About as much help as a node_exporter family has on average.", labels: labels.map(\.name))
            families[key] = family
            recorded.series.append(Series(family: family, scope: scope, labelValues: labels.map(\.value)))
            recorded.values.append(fields.dropFirst().map { Double($0) })
        }
        return recorded
    }

    /// `name{a="b",…}`; the recording's values hold no escapes.
    private static func parse(_ text: String) -> (String, [Label]) {
        guard let brace = text.firstIndex(of: "{") else { return (text, []) }
        var labels: [Label] = []
        var rest = text[text.index(after: brace)...].dropLast()
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].drop { $0 == "," }
            let value = rest[equals...].dropFirst(2).prefix { $0 != "\"" }
            labels.append(Label(String(name), String(value)))
            rest = rest[value.endIndex...].dropFirst()
        }
        return (String(text[..<brace]), labels)
    }

    /// 200 boards with eight readings each, every one with a time of its own, noise in the last digits.
    private struct Devices {
        let series: [[Series]]
        var random = SeededRandom(seed: 1)

        init() {
            let scope = SeriesScope(["instance": "gw-7", "job": "wayside"])
            let help = "About as much help as a device's family has."
            let current = MetricFamily(
                "sensor_motor_current_amperes", .gauge, help: help, unit: "amperes", labels: ["device_id", "motor"])
            let vibration = MetricFamily(
                "sensor_vibration_acceleration_meters_per_second_squared", .gauge, help: help,
                labels: ["device_id", "axis"])
            let temperature = MetricFamily(
                "sensor_temperature_celsius", .gauge, help: help, unit: "celsius", labels: ["device_id", "sensor"])
            let stop = MetricFamily("sensor_safety_emergency_stop", .gauge, help: help, labels: ["device_id"])
            series = (0..<200).map { number in
                let device = "modax-\(1_000_000 + number * 7919)"
                let keys: [(MetricFamily, [String])] = [
                    (current, [device, "0"]), (current, [device, "1"]), (vibration, [device, "x"]),
                    (vibration, [device, "y"]), (vibration, [device, "z"]), (vibration, [device, "magnitude"]),
                    (temperature, [device, "0"]), (stop, [device]),
                ]
                return keys.map { Series(family: $0.0, scope: scope, labelValues: $0.1) }
            }
        }

        mutating func append(to batch: inout SampleBatch) {
            for device in series {
                let time = batch.clock.unixMilliseconds - Int64.random(in: 0..<1000, using: &random)
                let values: [Double] = [
                    Double(Int.random(in: 380...420, using: &random)) / 100,
                    Double(Int.random(in: 380...420, using: &random)) / 100,
                    Double(Int.random(in: -300...300, using: &random)) / 1000,
                    Double(Int.random(in: -300...300, using: &random)) / 1000,
                    Double(Int.random(in: 9500...10_100, using: &random)) / 1000,
                    Double(Int.random(in: 9500...10_100, using: &random)) / 1000,
                    Double(Int.random(in: 402...419, using: &random)) / 10, 0,
                ]
                for (series, value) in zip(device, values) {
                    batch.append(Sample(series, unixMilliseconds: time, value: value))
                }
            }
        }
    }

    // Skipped where the shared folder or python3, which unpacks the recording, is not there.
    @Test(.enabled(if: recording != nil && hasPython)) func anHourOfARealMachineIsSmall() throws {
        let recorded = try Self.load()
        #expect(recorded.series.count == 514 && recorded.times.count == 240)
        var devices = Devices()
        var shelf = RecordShelf()
        var host = 0
        var hostSamples = 0
        for (index, time) in recorded.times.enumerated() {
            let clock = ClockReading(
                bootID: BatchFixture.clock.bootID, bootNanoseconds: Int64(index) * 15_000_000_000,
                unixMilliseconds: time, isSynchronised: true)
            var batch = SampleBatch(clock: clock, limit: 10_000)
            for (series, values) in zip(recorded.series, recorded.values) {
                if let value = values[index] { batch.append(Sample(series, unixMilliseconds: time, value: value)) }
            }
            hostSamples += batch.samples.count
            let before = shelf.stored.count
            shelf.append(batch)
            host += shelf.stored[before...].filter(\.isSamples).reduce(0) { $0 + $1.bytes.count }
            batch = SampleBatch(clock: clock, limit: 10_000)
            devices.append(to: &batch)
            shelf.append(batch)
            shelf.commit()
        }
        let samples = shelf.expected.count
        let payload = shelf.stored.reduce(0) { $0 + $1.bytes.count }
        let dictionary = shelf.stored.filter { !$0.isSamples }.reduce(0) { $0 + $1.bytes.count }
        let declared = recorded.series.count + devices.series.count * 8
        func ratio(_ dividend: Int, _ divisor: Int) -> Double {
            (Double(dividend) / Double(divisor) * 1000).rounded() / 1000
        }
        print(
            "BatchRecord: \(samples) samples of \(declared) series, \(ratio(payload, samples)) bytes of payload a",
            "sample, the dictionary included; node samples alone \(ratio(host, hostSamples)),",
            "devices' alone \(ratio(payload - dictionary - host, samples - hostSamples)),",
            "a series' declaration \(ratio(dictionary / 2, declared)), written twice;",
            "in the file \(ratio(shelf.offset, samples)) with a commit each 15 s; \(shelf.segment) segment")
        #expect(ratio(payload, samples) <= 3.5)
        #expect(try shelf.decode() == shelf.expected)
    }
}
