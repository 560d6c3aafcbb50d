import MetricModel

/// Samples by packed labels, in the order in which they came.
struct ReceivedSamples: Sendable {
    struct Point: Sendable, Hashable {
        let unixMilliseconds: Int64
        let valueBits: UInt64
    }

    private(set) var series: [[UInt8]: [Point]] = [:]
    /// Faults that no receiver should see, in words.
    private(set) var faults: [String] = []

    init() {}

    init(_ columns: SampleColumns) {
        add(columns)
    }

    /// Adds a request's samples. One that came before with the same value is passed over, as a hub would; one that is
    /// older than the series' newest and unknown, or has another value, is a fault.
    mutating func add(_ columns: SampleColumns) {
        for row in columns.rows {
            let labels = Array(columns.labelBytes[row.labels])
            for index in row.samples {
                let point = Point(
                    unixMilliseconds: columns.unixMilliseconds[index], valueBits: columns.values[index].bitPattern)
                let known = series[labels] ?? []
                if let newest = known.last, point.unixMilliseconds <= newest.unixMilliseconds {
                    if !known.contains(point) {
                        faults.append("\(ReceivedSamples.text(labels)) at \(point.unixMilliseconds) came out of order")
                    }
                } else {
                    series[labels, default: []].append(point)
                }
            }
        }
    }

    /// Whether Prometheus would refuse the request: a sample older than its series' newest, or of the same time with
    /// another value.
    func wouldBeRefused(_ columns: SampleColumns) -> Bool {
        columns.rows.contains { row in
            guard let newest = series[Array(columns.labelBytes[row.labels])]?.last else { return false }
            return row.samples.contains { index in
                let time = columns.unixMilliseconds[index]
                return time < newest.unixMilliseconds
                    || time == newest.unixMilliseconds && columns.values[index].bitPattern != newest.valueBits
            }
        }
    }

    var newestUnixMilliseconds: Int64 {
        series.values.compactMap(\.last?.unixMilliseconds).max() ?? 0
    }

    var sampleCount: Int { series.values.reduce(0) { $0 + $1.count } }

    /// What is up to a time.
    func upTo(_ unixMilliseconds: Int64) -> ReceivedSamples {
        var result = ReceivedSamples()
        result.series = series.mapValues { $0.filter { $0.unixMilliseconds <= unixMilliseconds } }
            .filter { !$0.value.isEmpty }
        return result
    }

    /// The series of a metric.
    func named(_ metric: String) -> ReceivedSamples {
        var result = ReceivedSamples()
        result.series = series.filter { ReceivedSamples.metric($0.key) == metric }
        return result
    }

    /// All series but those of a metric.
    func without(_ metric: String) -> ReceivedSamples {
        var result = ReceivedSamples()
        result.series = series.filter { ReceivedSamples.metric($0.key) != metric }
        return result
    }

    /// What is here and not in `other`.
    func subtracting(_ other: ReceivedSamples) -> ReceivedSamples {
        var result = ReceivedSamples()
        for (labels, points) in series {
            let known = Set(other.series[labels] ?? [])
            let rest = points.filter { !known.contains($0) }
            if !rest.isEmpty { result.series[labels] = rest }
        }
        return result
    }

    /// The series and times, for a failure's message.
    var summary: String {
        let lines = series.prefix(5).map { "\(ReceivedSamples.text($0.key)): \($0.value.map(\.unixMilliseconds))" }
        return "\(sampleCount) samples of \(series.count) series\n" + lines.joined(separator: "\n")
    }

    private static func metric(_ labels: [UInt8]) -> String {
        Labels(alreadyPacked: labels).first { $0.name == "__name__" }?.value ?? ""
    }

    private static func text(_ labels: [UInt8]) -> String {
        Labels(alreadyPacked: labels).map { "\($0.name)=\($0.value)" }.joined(separator: ",")
    }
}
