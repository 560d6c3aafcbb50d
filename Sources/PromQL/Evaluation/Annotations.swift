internal import MetricModel

/// Remarks on a query's data that are no errors, each text once.
struct Annotations {
    private var warningTexts: Set<ExactText> = []
    private var infoTexts: Set<ExactText> = []
    private var repairs: [RepairKey: RepairRecord] = [:]
    private let query: String
    /// How often something was noted, the same text again included.
    private(set) var changeCount = 0

    private struct RepairKey: Hashable {
        let metricName: ExactText
        let range: TextRange
    }

    private struct RepairRecord {
        var repair: HistogramBuckets.Repair
        var firstTime: Int64
        var lastTime: Int64
        var count: Int
    }

    init(query: String) {
        self.query = query
    }

    mutating func warn(_ message: String, _ range: TextRange) {
        changeCount += 1
        warningTexts.insert(ExactText("PromQL warning: \(message) (\(range.position(in: query)))"))
    }

    mutating func inform(_ message: String, _ range: TextRange) {
        changeCount += 1
        infoTexts.insert(ExactText("PromQL info: \(message) (\(range.position(in: query)))"))
    }

    /// Notes that a histogram's counts had to be made monotonic at a time; one remark sums up all of a metric's.
    mutating func forcedMonotonicity(
        _ metricName: String, _ range: TextRange, _ repair: HistogramBuckets.Repair, at time: Int64
    ) {
        changeCount += 1
        let key = RepairKey(metricName: ExactText(metricName), range: range)
        guard var record = repairs[key] else {
            repairs[key] = RepairRecord(repair: repair, firstTime: time, lastTime: time, count: 1)
            return
        }
        record.repair.lowestBound = min(record.repair.lowestBound, repair.lowestBound)
        record.repair.highestBound = max(record.repair.highestBound, repair.highestBound)
        record.repair.largestDifference = max(record.repair.largestDifference, repair.largestDifference)
        record.firstTime = min(record.firstTime, time)
        record.lastTime = max(record.lastTime, time)
        record.count += 1
        repairs[key] = record
    }

    var warnings: [String] { warningTexts.sorted().map(\.text) }

    var infos: [String] {
        (Array(infoTexts) + repairs.map { ExactText(text(of: $0.key, $0.value)) }).sorted().map(\.text)
    }

    private func text(of key: RepairKey, _ record: RepairRecord) -> String {
        let name = key.metricName.text.isEmpty ? "" : " for metric name \(Token.quoted(key.metricName.text))"
        let times = [record.firstTime, record.lastTime].map {
            CalendarTime(unixSeconds: ($0 - ($0 % 1000 + 1000) % 1000) / 1000).text
        }
        return "PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see "
            + "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)\(name), "
            + "from buckets \(GoNumber.general(record.repair.lowestBound)) to "
            + "\(GoNumber.general(record.repair.highestBound)), with a max diff of "
            + "\(GoNumber.twoDigits(record.repair.largestDifference)), over \(record.count) samples "
            + "from \(times[0]) to \(times[1]) (\(key.range.position(in: query)))"
    }
}
