internal import Synchronization

/// Counts requests for `http_requests_total{method,endpoint,status}` and
/// `http_request_duration_seconds{method,endpoint}`.
///
/// Label values are bounded: the endpoint is a route's pattern or `other`, the method one of the usual or `other`.
package final class HTTPMetrics: Sendable {
    /// The upper bounds of the histogram's buckets in seconds; +Inf follows.
    package static let bucketBounds: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    package struct RequestCount: Hashable, Sendable {
        package let method: String
        package let endpoint: String
        package let status: Int
        package let count: UInt64
    }

    package struct DurationHistogram: Hashable, Sendable {
        package let method: String
        package let endpoint: String
        /// Cumulative counts for `bucketBounds` and, last, +Inf.
        package let cumulativeCounts: [UInt64]
        package let sumSeconds: Double

        package var count: UInt64 { cumulativeCounts.last ?? 0 }
    }

    private struct Endpoint: Hashable {
        let method: String
        let endpoint: String
    }

    private struct Tally {
        var countByStatus: [Int: UInt64] = [:]
        var bucketCounts = [UInt64](repeating: 0, count: HTTPMetrics.bucketBounds.count + 1)
        var sumSeconds = 0.0
    }

    private let tallies = Mutex<[Endpoint: Tally]>([:])

    package init() {}

    /// Counts one answered request. `endpoint` is the route's pattern, nil where none matched.
    package func record(method: HTTPMethod, endpoint: String?, status: HTTPStatus, seconds: Double) {
        let isUsual = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"].contains(method.rawValue)
        let key = Endpoint(method: isUsual ? method.rawValue : "other", endpoint: endpoint ?? "other")
        let bucket = HTTPMetrics.bucketBounds.firstIndex { seconds <= $0 } ?? HTTPMetrics.bucketBounds.count
        tallies.withLock { tallies in
            tallies[key, default: Tally()].countByStatus[status.code, default: 0] += 1
            tallies[key, default: Tally()].bucketCounts[bucket] += 1
            tallies[key, default: Tally()].sumSeconds += seconds
        }
    }

    /// The counts so far, sorted by endpoint, method and status.
    package func requestCounts() -> [RequestCount] {
        let copy = tallies.withLock { $0 }
        return copy.flatMap { key, tally in
            tally.countByStatus.map { status, count in
                RequestCount(method: key.method, endpoint: key.endpoint, status: status, count: count)
            }
        }.sorted { ($0.endpoint, $0.method, $0.status) < ($1.endpoint, $1.method, $1.status) }
    }

    /// The durations so far, sorted by endpoint and method.
    package func durations() -> [DurationHistogram] {
        let copy = tallies.withLock { $0 }
        return copy.map { key, tally in
            var sum: UInt64 = 0
            let cumulative = tally.bucketCounts.map { count in
                sum += count
                return sum
            }
            return DurationHistogram(
                method: key.method, endpoint: key.endpoint, cumulativeCounts: cumulative, sumSeconds: tally.sumSeconds)
        }.sorted { ($0.endpoint, $0.method) < ($1.endpoint, $1.method) }
    }
}
