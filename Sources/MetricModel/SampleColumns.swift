/// Samples grouped by series and held in shared columns: what a remote-write request holds, in both directions.
///
/// A row is a series: its packed label bytes (see `Labels`) are a range of `labelBytes`, its samples a range of the
/// sample columns, in the order given. Reuse one value with `removeAll()` to keep its memory.
package struct SampleColumns: Sendable {
    package struct Row: Sendable {
        /// Where in `labelBytes` the packed labels are.
        package var labels: Range<Int>
        /// Which entries of `unixMilliseconds` and `values` are this series'.
        package var samples: Range<Int>
        /// Index into `families`, or -1 where nothing is known.
        package var family: Int32

        @inlinable
        package init(labels: Range<Int>, samples: Range<Int>, family: Int32) {
            self.labels = labels
            self.samples = samples
            self.family = family
        }
    }

    /// What a request says of a family.
    package struct Family: Sendable, Hashable {
        /// The family's name; empty where it is the row's `__name__` (remote write 2.0).
        package var name: String
        package var type: MetricType
        package var help: String
        package var unit: String

        package init(name: String, type: MetricType, help: String, unit: String) {
            self.name = name
            self.type = type
            self.help = help
            self.unit = unit
        }

        package static func == (left: Family, right: Family) -> Bool {
            left.type == right.type && left.name.hasEqualBytes(right.name) && left.help.hasEqualBytes(right.help)
                && left.unit.hasEqualBytes(right.unit)
        }
    }

    /// A single observation with labels of its own, mostly the id of a trace, beside a series' samples.
    package struct Exemplar: Sendable, Hashable {
        package let series: Labels
        package let labels: Labels
        package let unixMilliseconds: Int64
        package let value: Double

        package init(series: Labels, labels: Labels, unixMilliseconds: Int64, value: Double) {
            self.series = series
            self.labels = labels
            self.unixMilliseconds = unixMilliseconds
            self.value = value
        }
    }

    package var labelBytes: [UInt8] = []
    package var rows: [Row] = []
    package var unixMilliseconds: [Int64] = []
    package var values: [Double] = []
    /// Start timestamps beside the samples (remote write 2.0), or empty where no sample has one; 0 is unset.
    package var startUnixMilliseconds: [Int64] = []
    package var families: [Family] = []
    /// In no order, and also of series that have no row.
    package var exemplars: [Exemplar] = []

    @inlinable
    package init() {}

    package var sampleCount: Int { values.count }

    /// About how much memory the content takes. Exemplars of one series follow each other and share its labels.
    package var byteCount: Int {
        var count = labelBytes.count + rows.count * MemoryLayout<Row>.stride
        count += (unixMilliseconds.count + values.count + startUnixMilliseconds.count) * 8
        for family in families {
            count += MemoryLayout<Family>.stride
            count += family.name.utf8.count + family.help.utf8.count + family.unit.utf8.count
        }
        var series: Labels?
        for exemplar in exemplars {
            count += MemoryLayout<Exemplar>.stride + exemplar.labels.packed.count
            if exemplar.series != series { count += exemplar.series.packed.count }
            series = exemplar.series
        }
        return count
    }

    package mutating func removeAll() {
        labelBytes.removeAll(keepingCapacity: true)
        rows.removeAll(keepingCapacity: true)
        unixMilliseconds.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        startUnixMilliseconds.removeAll(keepingCapacity: true)
        families.removeAll(keepingCapacity: true)
        exemplars.removeAll()
    }

    /// Starts a row with these labels; samples appended next belong to it.
    package mutating func beginRow(packedLabels: some Collection<UInt8>, family: Int32 = -1) {
        let start = labelBytes.count
        labelBytes.append(contentsOf: packedLabels)
        rows.append(
            Row(labels: start..<labelBytes.count, samples: values.count..<values.count, family: family))
    }

    /// Appends a sample to the row begun last.
    @inlinable
    package mutating func append(unixMilliseconds time: Int64, value: Double) {
        unixMilliseconds.append(time)
        values.append(value)
        let last = rows.count - 1
        rows[last].samples = rows[last].samples.lowerBound..<values.count
    }

    /// The labels of a row as a value of their own; allocates.
    package func labels(of row: Row) -> Labels {
        Labels(alreadyPacked: Array(labelBytes[row.labels]))
    }
}
