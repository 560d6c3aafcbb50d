internal import MetricModel

/// A text of lines with a name and a number, as /proc/vmstat, and the series of those that are wanted.
///
/// The kernel gives the same names in the same order until it is another kernel, and few of them are wanted. So the names
/// of the last text are kept, and while the next one has the same, no row is looked for.
struct FieldText {
    /// The names of the text read last, joined, and where each ends.
    private var known: [UInt8] = []
    private var ends: [Int] = []
    /// Where in the text the wanted numbers stand, and what they are.
    private var wanted: [(index: Int, series: Series?)] = []
    private var names: [Range<Int>] = []
    private var values: [Double] = []
    private var rows = FieldRows()

    /// Reads `bytes` and gives what is wanted of it. `declare` is asked once for each name, as by `FieldRows`.
    mutating func give(
        _ bytes: UnsafeRawBufferPointer, _ output: inout CollectorOutput,
        declare: (_ name: String) -> (family: MetricFamily, labelValues: [String])?
    ) throws(DamagedText) {
        let isAsBefore = readAsBefore(bytes)
        if !isAsBefore { try readAnew(bytes, &output, declare) }
        for (index, series) in wanted { output.append(series, values[index]) }
        // After the samples, because a field that ended may have had the series of one that is there.
        if !isAsBefore { rows.end(&output) }
    }

    /// Gives all series back, for a text that is no more.
    mutating func removeAll(_ output: inout CollectorOutput) {
        rows.removeAll(&output)
        self = FieldText()
    }

    /// Whether the text has the names of the one before; `values` are then its numbers. What is damaged is left to
    /// `readAnew`, which says where.
    private mutating func readAsBefore(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var cursor = ByteCursor(bytes)
        let (known, ends) = (known, ends)
        values.removeAll(keepingCapacity: true)
        do throws(DamagedText) {
            return try known.withUnsafeBufferPointer { (known) throws(DamagedText) in
                var start = 0
                for end in ends {
                    let name = UnsafeBufferPointer(rebasing: known[start..<end])
                    guard cursor.take(UnsafeRawBufferPointer(name)), cursor.isAtSpace else { return false }
                    values.append(try cursor.number())
                    guard cursor.isLineDone() else { return false }
                    cursor.skipLine()
                    start = end
                }
                return cursor.isAtEnd
            }
        } catch {
            return false
        }
    }

    private mutating func readAnew(
        _ bytes: UnsafeRawBufferPointer, _ output: inout CollectorOutput,
        _ declare: (_ name: String) -> (family: MetricFamily, labelValues: [String])?
    ) throws(DamagedText) {
        // A text that is damaged leaves all as it was for the one before.
        try FieldLines.parse(bytes, into: &names, &values)
        known.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        wanted.removeAll(keepingCapacity: true)
        rows.begin()
        for (index, name) in names.enumerated() {
            let key = UnsafeRawBufferPointer(rebasing: bytes[name])
            if case .wanted(let series) = rows.row(key, &output, declare: declare) { wanted.append((index, series)) }
            known.append(contentsOf: key)
            ends.append(known.count)
        }
    }
}
