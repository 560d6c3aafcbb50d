import LabelMatching
import MetricModel
import PromQL
import PrometheusAPI
import QueryFixtures
import TestValues
import Testing

/// Asks this engine and Debian's Prometheus the same random questions about the same data.
///
/// Sample times lie 7 ms off whole seconds, queries on them and 5 s off a subquery's steps, so it does not matter that 2.42's ranges are closed at
/// their start and those of 3 open; all values are multiples of an eighth, so that sums are exact in any order.
@Suite struct DifferentialTests {
    static let start: Int64 = 1_700_000_000_000

    struct Data {
        var source = MemorySource()
        var text = ""

        /// One family: series that each give a value for a step, or nil for a gap.
        mutating func add(_ name: String, _ type: String, _ series: [(String, Labels, (Int) -> Double?)]) {
            text += "# TYPE \(name) \(type)\n"
            for (labelText, labels, value) in series {
                var samples: [(Int64, Double)] = []
                for step in 0..<120 {
                    guard let number = value(step) else { continue }
                    let time = DifferentialTests.start + Int64(step) * 15_000 + 7
                    samples.append((time, number))
                    text += "\(labelText) \(number) \(time / 1000).\(String(time % 1000 + 1000).dropFirst())\n"
                }
                source.append(labels, samples)
            }
        }
    }

    static func labels(_ name: String, _ pairs: [(String, String)]) -> (String, Labels) {
        let inside = pairs.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
        return ("\(name){\(inside)}", Labels(pairs.map { Label($0.0, $0.1) } + [Label("__name__", name)]))
    }

    /// Counters with resets, gauges with gaps and NaN, and a classic histogram.
    static func data() -> Data {
        var data = Data()
        var random = SeededRandom(seed: 11)
        var gauges: [(String, Labels, (Int) -> Double?)] = []
        var counters = gauges
        var buckets = gauges
        for job in ["a", "b"] {
            for instance in 0..<4 {
                let noise = (0..<120).map { _ in Double(Int.random(in: -40...40, using: &random)) / 8 }
                let (text, labels) = labels("temp", [("instance", "\(instance)"), ("job", job)])
                gauges.append(
                    (
                        text, labels,
                        { step in
                            if instance == 1, (40..<70).contains(step) { return nil }
                            return instance == 2 && step % 31 == 5 ? .nan : 20 + noise[step]
                        }
                    ))
                for (offset, code) in ["200", "500"].enumerated() {
                    // No two counters are ever equal, because which of equal series topk takes is not defined.
                    let base = 1_000_000 + Double(instance) * 4096 + (job == "a" ? 0 : 1024)
                    let rise = noise.map { $0.magnitude + Double(offset) }
                    let sums = rise.reduce(into: [base]) { $0.append($0[$0.count - 1] + $1) }
                    let (text, labels) = Self.labels(
                        "req_total", [("code", code), ("instance", "\(instance)"), ("job", job)])
                    counters.append(
                        (text, labels, { step in instance == 3 && step >= 50 ? sums[step] - base : sums[step] }))
                }
            }
            for (index, bound) in ["0.1", "0.5", "1.0", "+Inf"].enumerated() {
                let (text, labels) = Self.labels("lat_bucket", [("job", job), ("le", bound)])
                buckets.append((text, labels, { Double(1000 + $0 * (index + 2) + index) }))
            }
        }
        data.add("lat_bucket", "unknown", buckets)
        data.add("req_total", "unknown", counters)
        data.add("temp", "gauge", gauges)
        data.text += "# EOF\n"
        return data
    }

    /// Series by their labels' text, each a list of (time, value) texts.
    static func series(_ body: String) -> [String: [(String, String)]] {
        var found: [String: [(String, String)]] = [:]
        for part in body.split(separator: "{\"metric\":").dropFirst() {
            guard let mark = part.firstRange(of: "},\"value") else { continue }
            let key = String(part[..<mark.upperBound])
            let points = part[mark.upperBound...].split(separator: "[").dropFirst().compactMap {
                text -> (String, String)? in
                let words = text.split(whereSeparator: { $0 == "," || $0 == "\"" || $0 == "]" })
                return words.count >= 2 ? (String(words[0]), String(words[1])) : nil
            }
            found[key, default: []] += points
        }
        return found
    }

    static func number(_ text: String) -> Double {
        text == "+Inf" ? .infinity : text == "-Inf" ? -.infinity : Double(text) ?? .nan
    }

    /// What differs between two answers, or nil.
    static func difference(_ ours: String, _ theirs: String) -> String? {
        let wasRefused = (ours.contains("\"status\":\"error\""), theirs.contains("\"status\":\"error\""))
        if wasRefused.0 || wasRefused.1 { return wasRefused.0 == wasRefused.1 ? nil : "only one refused" }
        let (left, right) = (series(ours), series(theirs))
        if Set(left.keys) != Set(right.keys) { return "other series" }
        for (key, points) in left {
            let others = right[key] ?? []
            if points.map(\.0) != others.map(\.0) { return "\(key): other times" }
            for (point, other) in zip(points, others) {
                let (ours, theirs) = (number(point.1), number(other.1))
                if ours == theirs || (ours.isNaN && theirs.isNaN) { continue }
                // One part in 10¹² of the largest number that went in, which is about a million.
                if (ours - theirs).magnitude > 1e-12 * max(1e6, ours.magnitude) { return "\(key): \(point) \(other)" }
            }
        }
        return nil
    }

    @Test(.enabled(if: PrometheusPeer.isInstalled), arguments: [UInt64(20_261_121)])
    func agreesWithPrometheus(seed: UInt64) throws {
        let data = Self.data()
        let peer = try PrometheusPeer(openMetrics: data.text)
        let api = PrometheusAPI(source: data.source, build: BuildInformation(version: "3.0.0"))
        var generator = QueryGenerator(random: SeededRandom(seed: seed))
        var answered = 0
        for index in 0..<600 {
            let query = generator.query()
            let parameters =
                index % 3 == 0
                ? [("query", query), ("time", "\(1_700_000_110 + 15 * (index % 100))")]
                : [
                    ("query", query), ("start", "1700000000"), ("end", "1700001800"),
                    ("step", index % 3 == 1 ? "60" : "45"),
                ]
            let path = index % 3 == 0 ? "query" : "query_range"
            let ours = try #require(api.answer(path: path, parameters: parameters, nowUnixMilliseconds: 0))
            let ourText = String(decoding: ours.body, as: UTF8.self)
            let theirs = try peer.answer(path: path, parameters: parameters)
            if let difference = Self.difference(ourText, theirs) {
                Issue.record(
                    "seed \(seed), \(parameters): \(difference)\n\(ourText.prefix(600))\n\(theirs.prefix(600))")
            }
            if ourText.contains("\"metric\"") { answered += 1 }
        }
        // Most questions must have answers, or the comparison says little.
        #expect(answered > 400)
    }
}
