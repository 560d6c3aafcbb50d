import MetricModel

/// A classic histogram for every host, as a web service would have one, because the recorded node has none: two
/// handlers, eleven buckets each. A pure function of the host and the number of scrapes so far.
struct RecordedHistograms {
    private static let bounds = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf"]
    private static let handlers = ["/", "/api"]
    private static let name = "http_request_duration_seconds"

    /// Host by host, handler by handler: a count a bucket, not cumulative, and the sum.
    private var counts: [[UInt64]]
    private var sums: [Double]
    private let labels: [[Labels]]
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

    init(hosts: Int) {
        let each = (0..<hosts).flatMap { host in
            Self.handlers.map { Labels([Label("instance", "gw-\(host)"), Label("job", "web"), Label("handler", $0)]) }
        }
        labels = each.map { own in
            Self.bounds.map { own.merging(["__name__": Self.name + "_bucket", "le": $0]) }
                + [own.merging(["__name__": Self.name + "_count"]), own.merging(["__name__": Self.name + "_sum"])]
        }
        // It has been running for a while: how rates begin near zero differs between versions of Prometheus.
        counts = each.map { _ in Array(repeating: 100_000, count: Self.bounds.count) }
        sums = each.map { _ in 50_000 }
    }

    private mutating func random() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    /// One scrape more of one host.
    mutating func scrape(host: Int, _ visit: (Labels, Double) throws -> Void) rethrows {
        for number in host * Self.handlers.count..<(host + 1) * Self.handlers.count {
            for _ in 0..<(random() % 24) {
                // The sum of two dice: most requests are in the middle.
                let (one, other) = (random() % 6, random() % 6)
                counts[number][Int(one + other)] += 1
                sums[number] += Double(one + other) / 128
            }
            var total: UInt64 = 0
            for (bucket, count) in counts[number].enumerated() {
                total += count
                try visit(labels[number][bucket], Double(total))
            }
            try visit(labels[number][Self.bounds.count], Double(total))
            try visit(labels[number][Self.bounds.count + 1], sums[number])
        }
    }
}
