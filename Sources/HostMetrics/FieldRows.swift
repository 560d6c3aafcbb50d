internal import MetricModel

/// The series of a text's fields, found by the bytes of their names: for files that say each time what their numbers are.
struct FieldRows {
    enum Row {
        case unwanted
        /// Nil where there was no room for the series.
        case wanted(Series?)

        var series: [Series?] {
            if case .wanted(let series) = self { [series] } else { [] }
        }
    }

    private var rows = KeyedRows<Row>()

    /// Starts a run.
    mutating func begin() { rows.begin() }

    /// What is kept of the field called `key`. `declare` is asked once what its metric and label values are; nil for
    /// fields that are not wanted.
    mutating func row(
        _ key: UnsafeRawBufferPointer, _ output: inout CollectorOutput,
        declare: (_ name: String) -> (family: MetricFamily, labelValues: [String])?
    ) -> Row {
        if let known = rows.find(key, run: output.run) { return rows[known] }
        let declared = declare(String(decoding: key, as: UTF8.self))
        let row = declared.map { Row.wanted(output.series($0.family, $0.labelValues)) } ?? .unwanted
        _ = rows.insert(key, row, run: output.run)
        return row
    }

    /// Gives the value of the field called `key`.
    mutating func give(
        _ key: UnsafeRawBufferPointer, _ value: Double, _ output: inout CollectorOutput,
        declare: (_ name: String) -> (family: MetricFamily, labelValues: [String])?
    ) {
        if case .wanted(let series) = row(key, &output, declare: declare) { output.append(series, value) }
    }

    /// Ends a run: the series of fields that are no more are given back.
    mutating func end(_ output: inout CollectorOutput) {
        rows.forgetUnseen(&output) { $0.series }
    }

    /// Gives all series back, for the fields of something that is no more.
    mutating func removeAll(_ output: inout CollectorOutput) {
        rows.forgetAll(&output) { $0.series }
    }
}
