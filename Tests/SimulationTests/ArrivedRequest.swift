import MetricModel
import RemoteWrite

@testable import WaysideAgent

/// A request as a receiver sees it, read by the real decoders.
struct ArrivedRequest {
    struct Entry {
        let serial: Int
        let series: Int32
        let unixMilliseconds: Int64
    }

    let format: WireFormat
    let records: RecordsHeader?
    let body: [UInt8]
    let columns: SampleColumns
    /// The samples of the simulation's own series, in the order of the columns.
    let entries: [Entry]

    /// From the first to the last that it holds; nil where it holds none.
    var serials: ClosedRange<Int>? {
        guard let first = entries.lazy.map(\.serial).min(), let last = entries.lazy.map(\.serial).max() else {
            return nil
        }
        return first...last
    }

    /// Decodes a request; what makes no sense is told to `promises`.
    init(_ request: OutgoingRequest, _ promises: Promises) {
        format = request.format
        records = request.records
        body = request.body
        var columns = SampleColumns()
        var entries: [Entry] = []
        do {
            var message: [UInt8] = []
            try SnappyBlock.decompress(request.body, byteLimit: 64 << 20, into: &message)
            let counts =
                switch request.format {
                case .writeRequest1: try WriteRequest1.decode(message, limits: DecodeLimits(), into: &columns)
                case .writeRequest2: try WriteRequest2.decode(message, limits: DecodeLimits(), into: &columns)
                }
            if counts.hasRefusals { promises.violation("the receiver cannot read: \(counts.refusalText)") }
        } catch {
            promises.violation("the receiver cannot read a request: \(error)")
        }
        for row in columns.rows {
            let packed = Array(columns.labelBytes[row.labels])
            guard let series = promises.knownNumber(ofPacked: packed) else {
                let name = Labels(alreadyPacked: packed).metricName
                if !name.hasPrefix("wayside_") { promises.violation("a series nobody has made: \(name)") }
                continue
            }
            for index in row.samples {
                let time = columns.unixMilliseconds[index]
                guard let serial = promises.serial(of: columns.values[index]), promises.series[serial] == series,
                    promises.times[serial] == time
                else {
                    promises.violation(
                        "a sample nobody has given: series \(series), \(columns.values[index]) at \(time)")
                    continue
                }
                entries.append(Entry(serial: serial, series: series, unixMilliseconds: time))
            }
        }
        self.columns = columns
        self.entries = entries
    }
}
