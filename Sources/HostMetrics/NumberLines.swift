internal import MetricModel

/// A file of lines `key number number …` whose numbers are known by their places: which of them are metrics.
///
/// Lines that are not in the table are read over. What the kernel has no line for counts 0, as in node_exporter: it has
/// never happened.
struct NumberLines {
    struct Metric: Sendable {
        let family: MetricFamily
        var labelValues: [String] = []
        /// What the number is divided by.
        var divisor = 1.0
    }

    struct Line: Sendable {
        let key: StaticString
        /// What the numbers behind the key are, in their order; nil for those that are not told.
        let metrics: [Metric?]
        /// Whether the first number says how many follow (`proc3 22 0 …`). Of such a line a kernel may have fewer than the
        /// table, which count 0, or more; of others it has all.
        var isCounted = false
    }

    private let lines: [Line]
    /// What is wanted: the place in `values`, what it is divided by, and the series.
    private let wanted: [(index: Int, divisor: Double, series: Series?)]
    private var values: [UInt64]

    /// `labelValues` come before those of each metric.
    init(_ lines: [Line], _ labelValues: [String] = [], _ output: inout CollectorOutput) {
        self.lines = lines
        let metrics = lines.flatMap(\.metrics)
        values = [UInt64](repeating: 0, count: metrics.count)
        var wanted: [(index: Int, divisor: Double, series: Series?)] = []
        for (index, metric) in metrics.enumerated() {
            guard let metric else { continue }
            wanted.append(
                (index, metric.divisor, output.series(metric.family, labelValues + metric.labelValues)))
        }
        self.wanted = wanted
    }

    mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) {
        try Self.parse(bytes, lines, into: &values)
    }

    func give(_ output: inout CollectorOutput) {
        for (index, divisor, series) in wanted { output.append(series, Double(values[index]) / divisor) }
    }

    /// `values` has a place for each metric of each line, nil ones too.
    static func parse(
        _ bytes: UnsafeRawBufferPointer, _ lines: [Line], into values: inout [UInt64]
    ) throws(DamagedText) {
        for index in values.indices { values[index] = 0 }
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            let key = UnsafeRawBufferPointer(rebasing: bytes[cursor.column()])
            var first = 0
            for line in lines {
                if isEqual(key, line.key) {
                    try parse(line, &cursor, at: first, &values)
                    break
                }
                first += line.metrics.count
            }
            cursor.skipLine()
        }
    }

    private static func parse(
        _ line: Line, _ cursor: inout ByteCursor, at first: Int, _ values: inout [UInt64]
    ) throws(DamagedText) {
        guard line.isCounted else {
            for index in line.metrics.indices { values[first + index] = try cursor.unsigned() }
            return
        }
        let start = cursor.offset
        let count = try cursor.unsigned()
        var found: UInt64 = 0
        cursor.skipSpaces()
        while !cursor.isAtLineEnd {
            let value = try cursor.unsigned()
            if found < line.metrics.count { values[first + Int(found)] = value }
            found += 1
            cursor.skipSpaces()
        }
        guard found == count else { throw DamagedText(byteOffset: start, expected: "as many numbers as the line says") }
    }

    private static func isEqual(_ bytes: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
        bytes.isEqual(to: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
