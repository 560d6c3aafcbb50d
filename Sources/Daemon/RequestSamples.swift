package import HTTPExchange
package import MetricModel

/// A program's own HTTP requests as samples: `http_requests_total` and `http_request_duration_seconds`.
package enum RequestSamples {
    private static let requests = MetricFamily(
        "http_requests_total", .counter, help: "Requests answered, by method, endpoint and status.",
        labels: ["method", "endpoint", "status"])
    private static let duration = "http_request_duration_seconds"
    private static let durationHelp = "How long requests took to answer."
    // One family on the page: a histogram's three kinds of series share its name and differ in a suffix.
    private static let buckets = MetricFamily(
        duration + "_bucket", .histogram, help: durationHelp, labels: ["method", "endpoint", "le"])
    private static let sum = MetricFamily(
        duration + "_sum", .histogram, help: durationHelp, labels: ["method", "endpoint"])
    private static let count = MetricFamily(
        duration + "_count", .histogram, help: durationHelp, labels: ["method", "endpoint"])

    package static func append(_ metrics: HTTPMetrics, table: inout SeriesTable, to batch: inout SampleBatch) {
        for entry in metrics.requestCounts() {
            batch.append(
                Double(entry.count), of: requests, [entry.method, entry.endpoint, String(entry.status)], from: &table)
        }
        let bounds = HTTPMetrics.bucketBounds.map { "\($0)" } + ["+Inf"]
        for entry in metrics.durations() {
            for (bound, value) in zip(bounds, entry.cumulativeCounts) {
                batch.append(Double(value), of: buckets, [entry.method, entry.endpoint, bound], from: &table)
            }
            batch.append(entry.sumSeconds, of: sum, [entry.method, entry.endpoint], from: &table)
            batch.append(Double(entry.count), of: count, [entry.method, entry.endpoint], from: &table)
        }
    }
}
