internal import LabelMatching
internal import MetricModel

/// The questions asked of a day's final form.
final class FinalReading {
    private let database: Database
    private let day: CalendarDay
    private let labels: FinalLabels
    let columns: ColumnReader
    private let metricsFrom: Statement
    private let prefixAt: Statement
    private let streamByteCount: Int
    /// The range of all times.
    let firstUnixMilliseconds: Int64
    let lastUnixMilliseconds: Int64
    let sampleCount: Int
    let seriesCount: Int
    /// Parts of series.
    let chunkCount: Int
    private static let metricLabel = "__name__"
    /// The rows of metrics by their first series' numbers, and those numbers by the metrics' names, as they were asked
    /// for; cleared when the rows have `knownSeriesLimit` series.
    private var knownRows: [Int64: [FinalSeries]] = [:]
    private var knownFirstRows: [[UInt8]: Int64] = [:]
    private var knownSeriesCount = 0
    private static let knownSeriesLimit = 1 << 16

    init(_ database: Database, day: CalendarDay) throws(StoreError) {
        self.database = database
        self.day = day
        let properties = try FinalProperties(database, day: day)
        labels = try FinalLabels(database, properties)
        streamByteCount = properties.streamByteCount
        let stream = try SliceStream(database, sliceByteCount: properties.sliceByteCount)
        columns = try ColumnReader(database, day: day, stream: stream)
        firstUnixMilliseconds = properties.firstUnixMilliseconds
        lastUnixMilliseconds = properties.lastUnixMilliseconds
        sampleCount = properties.sampleCount
        seriesCount = properties.seriesCount
        chunkCount = properties.chunkCount
        metricsFrom = try database.prepare(
            "SELECT first_series, prefix, name, series FROM metrics WHERE first_series >= ? ORDER BY first_series")
        prefixAt = try database.prepare(
            "SELECT prefix FROM metrics WHERE first_series <= ? AND prefix NOT NULL ORDER BY first_series DESC LIMIT 1")
    }

    func overlaps(_ from: Int64, _ through: Int64) -> Bool {
        seriesCount > 0 && firstUnixMilliseconds <= through && lastUnixMilliseconds >= from
    }

    /// The series for which every matcher holds, ascending, with their metrics' names.
    func select(_ matchers: [LabelMatcher]) throws(StoreError) -> [(name: String, series: [FinalSeries])] {
        let ofName = matchers.filter { $0.name == Self.metricLabel }
        let others = matchers.filter { $0.name != Self.metricLabel }
        let wanted = try wantedSets(others)
        var found: [(name: String, series: [FinalSeries])] = []
        // Most queries name one metric.
        if let exact = ofName.first(where: { $0.operation == .equal }), !exact.value.isEmpty {
            let name = Array(exact.value.utf8)
            try visitRows(named: name) { row throws(StoreError) in try take(row, name, ofName, wanted, &found) }
        } else {
            try visitRows(from: 1) { row, name throws(StoreError) in
                try take(row, name, ofName, wanted, &found)
                return true
            }
        }
        return found
    }

    /// Visits rows with the names of their metrics until `visit` says that it is enough.
    private func visitRows(
        from first: Int64, _ visit: (Statement, [UInt8]) throws(StoreError) -> Bool
    ) throws(StoreError) {
        try metricsFrom.bind(1, first)
        defer { metricsFrom.reset() }
        var prefix: [UInt8]?
        while try metricsFrom.step() {
            if !metricsFrom.isNull(1) { prefix = metricsFrom.bytes(1) }
            // The row that was asked for may be within a run.
            if prefix == nil { prefix = try self.prefix(at: metricsFrom.integer(0)) }
            guard try visit(metricsFrom, (prefix ?? []) + metricsFrom.bytes(2)) else { return }
        }
    }

    /// A metric with many series has several rows.
    private func visitRows(
        named name: [UInt8], _ visit: (Statement) throws(StoreError) -> Void
    ) throws(StoreError) {
        if knownFirstRows[name] == nil { knownFirstRows[name] = try firstRow(named: name) }
        guard let first = knownFirstRows[name] else { return }
        try visitRows(from: first) { row, found throws(StoreError) in
            guard found == name else { return false }
            try visit(row)
            return true
        }
    }

    /// What the names of a run of rows begin with.
    private func prefix(at row: Int64) throws(StoreError) -> [UInt8] {
        try prefixAt.bind(1, row)
        defer { prefixAt.reset() }
        guard try prefixAt.step() else { throw .damaged(database.path, "the metric at \(row) has no beginning") }
        return prefixAt.bytes(0)
    }

    private func take(
        _ row: Statement, _ name: [UInt8], _ ofName: [LabelMatcher], _ wanted: [Bool]?,
        _ found: inout [(name: String, series: [FinalSeries])]
    ) throws(StoreError) {
        guard name.withUnsafeBytes({ name in ofName.allSatisfy { $0.matches(name) } }) else { return }
        let series = try series(of: row).filter { wanted?[Int($0.labelSet)] ?? true }
        if !series.isEmpty { found.append((String(decoding: name, as: UTF8.self), series)) }
    }

    private func series(of row: Statement) throws(StoreError) -> [FinalSeries] {
        let first = row.integer(0)
        if let known = knownRows[first] { return known }
        let series = row.withBytes(3) {
            FinalSeriesList.decode($0, setCount: labels.setCount, streamByteCount: streamByteCount)
        }
        guard let series, first > 0, first <= seriesCount else {
            throw .damaged(database.path, "the series from \(first) on")
        }
        if knownSeriesCount + series.count > Self.knownSeriesLimit {
            knownRows.removeAll()
            knownFirstRows.removeAll()
            knownSeriesCount = 0
        }
        knownRows[first] = series
        knownSeriesCount += series.count
        return series
    }

    /// Which sets the matchers leave, by number; nil for all.
    private func wantedSets(_ matchers: [LabelMatcher]) throws(StoreError) -> [Bool]? {
        guard !matchers.isEmpty else { return nil }
        var wanted = [Bool](repeating: false, count: labels.setCount + 1)
        for set in try labels.select(matchers) where Int(set) < wanted.count { wanted[Int(set)] = true }
        return wanted
    }

    /// The first row of a metric, by halving: names ascend with their numbers.
    private func firstRow(named name: [UInt8]) throws(StoreError) -> Int64? {
        var low: Int64 = 1
        var high = Int64(seriesCount) + 1
        var found: Int64?
        while low < high {
            let middle = low + (high - low) / 2
            var row: (first: Int64, name: [UInt8])?
            try visitRows(from: middle) { statement, name throws(StoreError) in
                row = (statement.integer(0), name)
                return false
            }
            guard let row, row.first < high else {
                high = middle
                continue
            }
            if row.name.lexicographicallyPrecedes(name) {
                low = row.first + 1
            } else {
                if row.name == name { found = row.first }
                high = middle
            }
        }
        return found
    }

    func packedLabels(_ series: FinalSeries, name: String) throws(StoreError) -> [UInt8] {
        try labels.packed(set: series.labelSet, metric: name)
    }

    /// The series with exactly these labels.
    func find(packedLabels: [UInt8]) throws(StoreError) -> FinalSeries? {
        var name: [UInt8] = []
        var others: [(name: String, value: [UInt8])] = []
        packedLabels.withUnsafeBytes { bytes in
            var walk = PackedLabelWalk()
            while let label = walk.next(in: bytes) {
                let text = String(decoding: bytes[label.name], as: UTF8.self)
                if text == Self.metricLabel {
                    name = Array(bytes[label.value])
                } else {
                    others.append((text, Array(bytes[label.value])))
                }
            }
        }
        guard let set = try labels.set(ofPacked: others) else { return nil }
        var found: FinalSeries?
        try visitRows(named: name) { row throws(StoreError) in
            if found == nil { found = try series(of: row).first { $0.labelSet == set } }
        }
        return found
    }

    /// Adds the series' samples. One that cannot be read, because a page of it is damaged, is counted in the run.
    func collect(_ series: FinalSeries, from: Int64, through: Int64, into run: inout SampleRun) throws(StoreError) {
        do throws(StoreError) {
            try columns.collect(series.first, from: from, through: through, into: &run)
            for part in series.others { try columns.collect(part, from: from, through: through, into: &run) }
        } catch {
            guard error.isDamage else { throw error }
            run.noteDamagedChunk()
        }
    }

    /// The series' parts with samples in the range, not decoded; what a damaged page keeps from being read is one too.
    func pieces(
        _ series: FinalSeries, from: Int64, through: Int64, file: UInt64, known: DecodedColumns,
        size: inout SelectionSize
    ) throws(StoreError) -> [StoredPiece] {
        var pieces: [StoredPiece] = []
        do throws(StoreError) {
            for index in 0..<series.partCount {
                let part = index == 0 ? series.first : series.others[index - 1]
                let undecoded = try columns.undecoded(
                    part, from: from, through: through, file: file, known: known, size: &size)
                if let undecoded { pieces.append(.final(undecoded)) }
            }
        } catch {
            guard error.isDamage else { throw error }
            pieces.append(.damaged(day))
        }
        return pieces
    }

    /// As `collect`, saying what is wrong with it, or nil.
    func check(_ series: FinalSeries, into run: inout SampleRun) throws(StoreError) -> String? {
        do throws(StoreError) {
            try columns.collect(series.first, from: .min, through: .max, into: &run)
            for part in series.others { try columns.collect(part, from: .min, through: .max, into: &run) }
            return nil
        } catch {
            guard error.isDamage, case .database(_, _, let reason) = error else { throw error }
            return reason
        }
    }

    func labelNames() throws(StoreError) -> [String] {
        let hasNames = try database.integer("SELECT 1 FROM metrics WHERE name != '' OR prefix != '' LIMIT 1") != nil
        return try labels.labelNames() + (hasNames ? [Self.metricLabel] : [])
    }

    func labelValues(of name: String) throws(StoreError) -> [String] {
        guard name == Self.metricLabel else { return try labels.labelValues(of: name) }
        var names: [[UInt8]] = []
        try visitRows(from: 1) { _, name throws(StoreError) in
            if !name.isEmpty, names.last != name { names.append(name) }
            return true
        }
        return names.map { String(decoding: $0, as: UTF8.self) }
    }
}
