import LinuxSystem
import MetricModel
import RemoteWrite
import TestPeers
import TestValues

/// Half an hour of series that a hub and a Prometheus are both sent: counters with resets, gauges with gaps, stale markers
/// and NaN, a classic histogram, and where shared/data is, a recorded node.
///
/// Times lie 7 ms behind whole seconds and queries on them, so it does not matter that the ranges of Prometheus 2.42 are
/// closed at their start and those of 3 open. The made values are multiples of an eighth, so that sums are exact in any
/// order.
struct AgreementData {
    static let count = 120
    static let step: Int64 = 15_000

    /// Of the first sample, in milliseconds.
    let start: Int64
    private(set) var columns = SampleColumns()
    /// Metrics of the recorded node with the largest magnitude of their values.
    private(set) var hostMetrics: [String: Double] = [:]

    private typealias Value = (_ step: Int) -> Double?

    init(start: Int64) throws {
        self.start = start
        addMade()
        try addHost()
    }

    private mutating func add(_ name: String, _ pairs: [String: String], _ value: Value) {
        let labels = Labels(pairs.map { Label($0.key, $0.value) } + [Label("__name__", name)])
        columns.beginRow(packedLabels: labels.packed, family: -1)
        for step in 0..<Self.count {
            guard let number = value(step) else { continue }
            columns.append(unixMilliseconds: start + Int64(step) * Self.step + 7, value: number)
        }
    }

    private mutating func addMade() {
        var random = SeededRandom(seed: 11)
        for job in ["a", "b"] {
            for instance in 0..<4 {
                let noise = (0..<Self.count).map { _ in Double(Int.random(in: -40...40, using: &random)) / 8 }
                add("temp", ["instance": "\(instance)", "job": job]) { step in
                    // One says that it ends, the other only is not there.
                    if instance == 1, step == 40, job == "a" { return StaleMarker.value }
                    if instance == 1, (40..<70).contains(step) { return nil }
                    return instance == 2 && step % 31 == 5 ? .nan : 20 + noise[step]
                }
                for (offset, code) in ["200", "500"].enumerated() {
                    // No two counters are ever equal, because which of equal series topk takes is not defined.
                    let base = 1_000_000 + Double(instance) * 4096 + (job == "a" ? 0 : 1024)
                    let rise = noise.map { $0.magnitude + Double(offset) }
                    let sums = rise.reduce(into: [base]) { $0.append($0[$0.count - 1] + $1) }
                    add("req_total", ["code": code, "instance": "\(instance)", "job": job]) { step in
                        instance == 3 && step >= 50 ? sums[step] - base : sums[step]
                    }
                }
            }
            for (index, bound) in ["0.1", "0.5", "1.0", "+Inf"].enumerated() {
                add("lat_bucket", ["job": job, "le": bound]) { Double(1000 + $0 * (index + 2) + index) }
            }
        }
    }

    private static let hostFamilies = [
        "node_cpu_seconds_total", "node_memory_MemAvailable_bytes", "node_load1", "node_network_receive_bytes_total",
        "node_filesystem_avail_bytes", "node_disk_io_time_seconds_total", "node_pressure_cpu_waiting_seconds_total",
    ]

    /// Every fifteenth scrape of the recorded node, if it and xzgrep are there.
    private mutating func addHost() throws {
        let path = Programs.packageRoot + "/../shared/data/node-1s.tsv.xz"
        guard Files.exists(path), let grep = Programs.peer("xzgrep") else { return }
        let text = try Programs.run(grep, ["-E", "^(\(Self.hostFamilies.joined(separator: "|")))[{\t]", path]).output
        for line in text.split(separator: "\n") {
            let halves = line.split(separator: "\t")
            guard halves.count == 2 else { continue }
            let values = Self.recorded(halves[1])
            let (name, labels) = Self.parsed(halves[0])
            hostMetrics[name] = values.reduce(hostMetrics[name] ?? 0) { max($0, $1?.magnitude ?? 0) }
            add(name, labels) { $0 < values.count ? values[$0] : nil }
        }
    }

    private static func recorded(_ text: Substring) -> [Double?] {
        var values: [Double?] = []
        var last = Double.nan
        for (number, word) in text.split(separator: " ").enumerated() {
            if word != "=", word != "-" { last = Double(word) ?? .nan }
            if number % 15 == 0 { values.append(word == "-" ? nil : last) }
        }
        return values
    }

    /// `name{a="b",c="d"}`; the recording's values hold neither quotes nor commas.
    private static func parsed(_ text: Substring) -> (name: String, labels: [String: String]) {
        var labels = ["instance": "host", "job": "node"]
        let parts = text.split(separator: "{", maxSplits: 1)
        for pair in parts.dropFirst().joined().dropLast().split(separator: ",") {
            let words = pair.split(separator: "=", maxSplits: 1)
            if words.count == 2 { labels[String(words[0])] = String(words[1].dropFirst().dropLast()) }
        }
        return (String(parts[0]), labels)
    }
}
