import LabelMatching
import LinuxSystem
import MetricModel
import SampleStore
import TestPeers

/// What a hub has acknowledged, sample by sample, and how that compares with what it has.
struct AcknowledgedSamples {
    /// The bits of each value by packed labels and time.
    private(set) var series: [[UInt8]: [Int64: UInt64]] = [:]
    private(set) var sampleCount = 0

    init(_ messages: [ReceivedMessage]) throws {
        for message in messages {
            let columns = try ReceivedMessage.decode(message.headers, message.body).columns
            for row in columns.rows {
                let labels = Array(columns.labelBytes[row.labels])
                for index in row.samples {
                    let time = columns.unixMilliseconds[index]
                    // The first of a time stays.
                    if series[labels]?[time] != nil { continue }
                    series[labels, default: [:]][time] = columns.values[index].bitPattern
                    sampleCount += 1
                }
            }
        }
    }

    /// The samples for which the condition of labels and time holds.
    func filter(_ isIncluded: (Labels, Int64) -> Bool) -> AcknowledgedSamples {
        var result = self
        for (labels, samples) in series {
            let unpacked = Labels(alreadyPacked: labels)
            result.series[labels] = samples.filter { isIncluded(unpacked, $0.key) }
        }
        result.sampleCount = result.series.values.reduce(0) { $0 + $1.count }
        return result
    }

    /// Asks for all samples of the last `range`, as PromQL writes it, or those that match, and says what is missing, what differs, and what
    /// is there twice. To PromQL stale markers are no samples.
    func faults(
        inAnswersOf query: QueryAPI, matching matchers: String = "__name__=~\".+\"", over range: String = "1d"
    ) async throws -> [String] {
        var found: [[UInt8]: [(Int64, UInt64)]] = [:]
        for (labels, samples) in try await query.samples("{\(matchers)}[\(range)]") {
            let packed = Labels(labels.map { Label($0.key, $0.value) }).packed
            found[Array(packed)] = samples.map { ($0.0, (Double($0.1) ?? .nan).bitPattern) }
        }
        return faults(in: found) { $0 != StaleMarker.bitPattern }
    }

    /// The same of a store that nobody has open, read from its files; stale markers too.
    func faults(inStoreAt directory: String) throws -> [String] {
        let store = try SampleStore(directory: directory) { request in
            let headers = ["content-type": request.contentType, "content-encoding": request.contentEncoding]
            return try ReceivedMessage.decode(headers, request.body).columns
        }
        defer { store.close() }
        var found: [[UInt8]: [(Int64, UInt64)]] = [:]
        for column in try store.select([], from: .min, through: .max, sampleLimit: .max) {
            found[Array(column.labels.packed), default: []] += zip(
                column.unixMilliseconds, column.values.map(\.bitPattern))
        }
        return faults(in: found) { _ in true }
    }

    private func faults(
        in found: [[UInt8]: [(Int64, UInt64)]], where isExpected: (UInt64) -> Bool
    ) -> [String] {
        var faults: [String] = []
        for (labels, samples) in found {
            for (earlier, later) in zip(samples, samples.dropFirst()) where earlier.0 >= later.0 {
                faults.append("\(Labels(alreadyPacked: labels)) has \(later.0) twice or out of order")
            }
        }
        for (labels, wanted) in series {
            let there = Dictionary(found[labels] ?? [], uniquingKeysWith: { first, _ in first })
            for (time, bits) in wanted where isExpected(bits) && there[time] != bits {
                let what =
                    there[time].map { "has \(Double(bitPattern: $0)) for \(Double(bitPattern: bits))" } ?? "lacks it"
                faults.append("\(Labels(alreadyPacked: labels)) at \(time) \(what)")
            }
        }
        return faults
    }
}
