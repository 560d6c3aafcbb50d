import LabelMatching
import MetricModel
import PromQL

/// Whole queries over a small store: each ends within its limits, and an instant query comes to what a range query
/// comes to at that step.
///
/// The first three bytes choose the time, the step and whether names go late; the rest is the query.
struct EvaluationTarget: FuzzTarget {
    static let name = "promql-eval"
    static let dictionary =
        QueryTarget.dictionary + [
            "c_total", "g", "h_bucket", "target_info", "job", "instance", "le", "[1m]", "[2m:10s]", "rate(",
            "increase(",
            "fill(0)", "fill_left(1)", "fill_right(", "anchored", "smoothed", "info(", "step()", "range()", "max_of(",
            "limitk(2, ", "limit_ratio(0.5, ", "quantile_over_time(0.5, ", "histogram_fraction(0, 1, ", " </ ",
        ] + QueryFunction.allCases.map { $0.rawValue + "(" }

    static func seeds() -> [[UInt8]] {
        [
            "sum by (job) (rate(c_total[1m]))", "topk(2, c_total) or g", "histogram_quantile(0.9, h_bucket)",
            "c_total / on (job, instance) group_left (version) target_info", "max_over_time(rate(c_total[1m])[2m:10s])",
            "info(c_total)", "c_total + fill(0) c_total{instance=\"i1\"}", "increase(c_total[1m] anchored)",
            "label_replace(c_total, \"x\", \"$1-$1\", \"job\", \"(.*)\")", "count_values(\"v\", g)", "g smoothed",
            "deriv(g[1m]) unless predict_linear(c_total[1m], 60)", "absent_over_time(g[30s])", "c_total offset -30s",
            "quantile by (job) (scalar(g), c_total)", "sort_desc(g @ end())", "limit_ratio(0.3, c_total)",
            "sum_over_time(g[max_of(step(), 30s)])", "g % 3 == bool g ^ 2", "histogram_fraction(0, 0.7, h_bucket)",
            "double_exponential_smoothing(c_total[2m], 0.5, 0.1)", "vector(time()) > 60", "-g atan2 c_total",
        ].map { [30, 1, 0] + Array($0.utf8) }
    }

    private static let sampleLimit = 20_000

    func run(_ bytes: [UInt8]) {
        var cursor = InputCursor(bytes)
        let time = Int64(cursor.byte()) * 3000
        let step = Int64(cursor.byte() & 63) * 1000 + 1000
        var options = QueryOptions()
        options.delaysNameRemoval = cursor.byte() & 1 == 1
        options.isExperimental = true
        options.sampleLimit = Self.sampleLimit
        options.labelByteLimit = 4096
        options.parsing.byteLimit = 2048
        options.parsing.depthLimit = 60
        options.parsing.patternLimit = 4
        let engine = QueryEngine(options)
        let text = String(decoding: bytes.dropFirst(3), as: UTF8.self)
        let instant = attempt { () throws(QueryError) in
            try engine.instant(text, at: time, source: FuzzedSeries.source, interruption: Asking().ask)
        }
        let range = attempt { () throws(QueryError) in
            try engine.range(
                text, from: time - step, through: time + 2 * step, stepMilliseconds: step,
                source: FuzzedSeries.source, interruption: Asking().ask)
        }
        if let range { checkMatrix(range.value, text) }
        guard let instant, let range else { return }
        let words = ["start", "end", "range", "step", "sort"]
        if words.contains(where: { text.lowercased().contains($0) }) { return }
        compare(instant.value, range.value, at: time, text)
    }

    private func checkMatrix(_ value: QueryValue, _ text: String) {
        guard case .matrix(let columns) = value else { fatalError("does not hold: a range query gives a matrix") }
        hold(columns.reduce(0) { $0 + $1.values.count } <= Self.sampleLimit, "\(text) keeps the limit")
        for (left, right) in zip(columns, columns.dropFirst()) {
            hold(left.labels < right.labels, "\(text) is in the order of labels")
        }
        for column in columns {
            hold(!column.values.isEmpty, "\(text) has no empty series")
            hold(!column.values.contains { StaleMarker.isStale($0) }, "\(text) has no stale markers")
        }
    }

    private func compare(_ instant: QueryValue, _ range: QueryValue, at time: Int64, _ text: String) {
        guard case .matrix(let columns) = range else { return }
        var wanted: [Labels: Double] = [:]
        for column in columns {
            if let index = column.unixMilliseconds.firstIndex(of: time) { wanted[column.labels] = column.values[index] }
        }
        var got: [Labels: Double] = [:]
        switch instant {
        case .scalar(_, let value): got[.empty] = value
        case .vector(_, let samples): for sample in samples { got[sample.labels] = sample.value }
        case .string, .matrix: return
        }
        hold(wanted.count == got.count, "\(text) at \(time): \(got) as an instant, \(wanted) in a range")
        for (labels, value) in got {
            guard let other = wanted[labels] else { fatalError("does not hold: \(text) has \(labels) in a range too") }
            let areEqual = value == other || (value.isNaN && other.isNaN)
            hold(areEqual, "\(text) at \(time): \(labels) is \(value) as an instant, \(other) in a range")
        }
    }
}
