import LabelMatching
import MetricModel
import QueryFixtures

/// A small store for fuzzed queries, with all that data has in it: counters that start again, gaps, stale markers, NaN
/// and infinities, classic histograms (one that falls), info metrics, names and labels of every kind.
enum FuzzedSeries {
    static let stepMilliseconds: Int64 = 10_000

    static let source: MemorySource = {
        var source = MemorySource()
        func add(_ labels: Labels, _ values: [Double?]) {
            let samples = values.enumerated().compactMap { index, value in
                value.map { (Int64(index) * stepMilliseconds, $0) }
            }
            source.append(labels, samples)
        }
        for job in 0..<2 {
            for instance in 0..<3 {
                let target = Labels([Label("job", "j\(job)"), Label("instance", "i\(instance)")])
                add(
                    target.merging(["__name__": "c_total"]),
                    (0..<40).map { $0 % 7 == instance ? nil : Double(($0 * (instance + 1)) % 23 + $0) })
                add(
                    target.merging(["__name__": "target_info", "version": "v\(instance)"]),
                    Array(repeating: 1, count: 40))
            }
            for (bound, count) in [("0.1", 1.0), ("0.5", 3), ("1", Double(2 + 2 * job)), ("+Inf", 5)] {
                add(
                    Labels([Label("__name__", "h_bucket"), Label("le", bound), Label("job", "j\(job)")]),
                    (0..<40).map { Double($0) * count })
            }
        }
        add(
            ["__name__": "g"],
            [1, -2.5, .nan, .infinity, -.infinity, 0, -0.0, 1e308, 1e308, .leastNonzeroMagnitude]
                + Array(0..<30).map { Double($0) })
        add(
            ["__name__": "g", "x": "1"],
            [4, nil, StaleMarker.value, nil, nil, 7, 7, 7] + Array(repeating: 2, count: 20))
        add(["__name__": "weird.name", "l\u{e9}": "\"\\\n"], [1, 2, 3])
        return source
    }()
}
