import BatchRecord
import MetricModel

/// A sample by content, down to the bits: what must come back from a record.
struct PlainSample: Hashable, CustomStringConvertible {
    let labels: Labels
    let family: SampleColumns.Family
    let unixMilliseconds: Int64
    let bits: UInt64

    init(_ sample: Sample) {
        let family = sample.series.family
        labels = sample.series.fullLabels()
        self.family = SampleColumns.Family(
            name: family.name, type: family.type, help: family.help, unit: family.unit)
        unixMilliseconds = sample.unixMilliseconds
        bits = sample.value.bitPattern
    }

    init(_ entry: BatchRecordDecoder.Entry) {
        labels = entry.declaration.labels
        family = entry.declaration.family
        unixMilliseconds = entry.unixMilliseconds
        bits = entry.value.bitPattern
    }

    var description: String { "\(labels) \(String(bits, radix: 16)) @\(unixMilliseconds)" }
}
