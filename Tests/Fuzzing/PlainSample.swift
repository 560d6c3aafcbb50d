import BatchRecord
import MetricModel

/// A sample by content, down to the bits.
struct PlainSample: Hashable {
    let labels: Labels
    let unixMilliseconds: Int64
    let bits: UInt64

    init(_ entry: BatchRecordDecoder.Entry) {
        labels = entry.declaration.labels
        unixMilliseconds = entry.unixMilliseconds
        bits = entry.value.bitPattern
    }

    /// A series with these labels.
    static func series(_ labels: Labels) -> Series {
        let others = labels.filter { $0.name != "__name__" }
        let family = MetricFamily(labels.metricName, .gauge, help: "", labels: others.map(\.name))
        return Series(family: family, scope: SeriesScope(.empty), labelValues: others.map(\.value))
    }
}
