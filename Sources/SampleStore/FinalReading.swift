internal import LabelMatching
internal import MetricModel

/// The questions asked of a day's final form.
final class FinalReading {
    private let database: Database
    private let day: CalendarDay
    private let labels: FinalLabels
    let columns: ColumnReader
    private let allMetrics: Statement
    private let oneMetric: Statement
    private let metricFrom: Statement
    /// The range of all times.
    let firstUnixMilliseconds: Int64
    let lastUnixMilliseconds: Int64
    let sampleCount: Int
    let seriesCount: Int
    private static let metricLabel = "__name__"
    /// The series of metrics by their first one's number, and the labels of series, as they were asked for; each cleared
    /// when it has grown to its limit.
    private var knownSeries: [Int64: [FinalSeries]] = [:]
    private var knownSeriesCount = 0
    private static let knownSeriesLimit = 1 << 16
    private var knownLabels: [UInt32: [UInt8]] = [:]
    private static let knownLabelsLimit = 1 << 14

    init(_ database: Database, day: CalendarDay) throws(StoreError) {
        self.database = database
        self.day = day
        labels = try FinalLabels(database)
        let properties = try FinalProperties(database, day: day)
        let stream = try SliceStream(database, sliceByteCount: properties.sliceByteCount)
        columns = try ColumnReader(database, day: day, stream: stream, streamByteCount: properties.streamByteCount)
        firstUnixMilliseconds = properties.firstUnixMilliseconds
        lastUnixMilliseconds = properties.lastUnixMilliseconds
        sampleCount = properties.sampleCount
        seriesCount = properties.seriesCount
        allMetrics = try database.prepare("SELECT first_series, name, label_sets, chunks FROM metrics ORDER BY 1")
        oneMetric = try database.prepare(
            "SELECT first_series, name, label_sets, chunks FROM metrics WHERE first_series = ?")
        metricFrom = try database.prepare(
            "SELECT first_series, name FROM metrics WHERE first_series >= ? ORDER BY 1 LIMIT 1")
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
            guard let first = try metric(named: Array(exact.value.utf8)) else { return [] }
            try oneMetric.bind(1, first)
            defer { oneMetric.reset() }
            while try oneMetric.step() { try take(oneMetric, ofName, wanted, &found) }
            return found
        }
        defer { allMetrics.reset() }
        while try allMetrics.step() { try take(allMetrics, ofName, wanted, &found) }
        return found
    }

    private func take(
        _ row: Statement, _ ofName: [LabelMatcher], _ wanted: [Bool]?,
        _ found: inout [(name: String, series: [FinalSeries])]
    ) throws(StoreError) {
        guard row.withBytes(1, { name in ofName.allSatisfy { $0.matches(name) } }) else { return }
        let series = try series(of: row).filter { wanted?[Int($0.labelSet)] ?? true }
        if !series.isEmpty { found.append((row.text(1), series)) }
    }

    private func series(of row: Statement) throws(StoreError) -> [FinalSeries] {
        let first = row.integer(0)
        if let known = knownSeries[first] { return known }
        let found = try readSeries(of: row, from: first)
        if knownSeriesCount + found.count > Self.knownSeriesLimit {
            knownSeries.removeAll()
            knownSeriesCount = 0
        }
        knownSeries[first] = found
        knownSeriesCount += found.count
        return found
    }

    private func readSeries(of row: Statement, from first: Int64) throws(StoreError) -> [FinalSeries] {
        guard let sets = row.withBytes(2, NumberList.parse), let chunks = row.withBytes(3, NumberList.parse),
            sets.count == chunks.count, first > 0, first <= Int64(UInt32.max) - Int64(sets.count),
            sets.allSatisfy({ $0 < labels.setLimit })
        else { throw .damaged(database.path, "the series of metric \(row.text(1))") }
        return sets.indices.map { index in
            FinalSeries(
                number: UInt32(first) + UInt32(index), metric: UInt32(first), labelSet: sets[index],
                chunk: chunks[index])
        }
    }

    /// Which sets the matchers leave, by number; nil for all.
    private func wantedSets(_ matchers: [LabelMatcher]) throws(StoreError) -> [Bool]? {
        guard !matchers.isEmpty else { return nil }
        var wanted = [Bool](repeating: false, count: labels.setLimit)
        for set in try labels.select(matchers) where Int(set) < wanted.count { wanted[Int(set)] = true }
        return wanted
    }

    /// The row of a metric, by halving: names ascend with their numbers.
    private func metric(named name: [UInt8]) throws(StoreError) -> Int64? {
        var low: Int64 = 1
        var high = Int64(seriesCount) + 1
        while low < high {
            let middle = low + (high - low) / 2
            try metricFrom.bind(1, middle)
            defer { metricFrom.reset() }
            guard try metricFrom.step(), metricFrom.integer(0) < high else {
                high = middle
                continue
            }
            let order = metricFrom.withBytes(1) { FinalLabels.order($0, name) }
            if order == 0 { return metricFrom.integer(0) }
            if order < 0 { low = metricFrom.integer(0) + 1 } else { high = middle }
        }
        return nil
    }

    func packedLabels(_ series: FinalSeries, name: String) throws(StoreError) -> [UInt8] {
        if let known = knownLabels[series.number] { return known }
        let packed = try labels.packed(set: series.labelSet, metric: name)
        if knownLabels.count >= Self.knownLabelsLimit { knownLabels.removeAll() }
        knownLabels[series.number] = packed
        return packed
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
        guard let first = try metric(named: name), let set = try labels.set(ofPacked: others) else { return nil }
        try oneMetric.bind(1, first)
        defer { oneMetric.reset() }
        guard try oneMetric.step() else { return nil }
        return try series(of: oneMetric).first { $0.labelSet == set }
    }

    /// Adds the series' samples. One that cannot be read, because a page of it is damaged, is counted in the run.
    func collect(_ series: FinalSeries, from: Int64, through: Int64, into run: inout SampleRun) throws(StoreError) {
        do throws(StoreError) {
            try columns.collect(chunk: Int64(series.chunk), from: from, through: through, into: &run)
        } catch {
            guard error.isDamage else { throw error }
            run.noteDamagedChunk()
        }
    }

    /// The series' parts with samples in the range, not decoded; what a damaged page keeps from being read is one too.
    func pieces(
        _ series: FinalSeries, from: Int64, through: Int64, file: UInt64, known: DecodedColumns,
        sampleCount: inout SampleEstimate
    ) throws(StoreError) -> [StoredPiece] {
        var parts: [UndecodedPart] = []
        var isDamaged = false
        do throws(StoreError) {
            try columns.parts(
                chunk: Int64(series.chunk), from: from, through: through, file: file, known: known, into: &parts,
                sampleCount: &sampleCount)
        } catch {
            guard error.isDamage else { throw error }
            isDamaged = true
        }
        return parts.map { .final($0) } + (isDamaged ? [.damaged(day)] : [])
    }

    /// As `collect`, saying what is wrong with it, or nil.
    func check(_ series: FinalSeries, into run: inout SampleRun) throws(StoreError) -> String? {
        do throws(StoreError) {
            try columns.collect(chunk: Int64(series.chunk), from: .min, through: .max, into: &run)
            return nil
        } catch {
            guard error.isDamage, case .database(_, _, let reason) = error else { throw error }
            return reason
        }
    }

    func labelNames() throws(StoreError) -> [String] {
        let hasNames = try database.integer("SELECT 1 FROM metrics WHERE name != '' LIMIT 1") != nil
        return try labels.labelNames() + (hasNames ? [Self.metricLabel] : [])
    }

    func labelValues(of name: String) throws(StoreError) -> [String] {
        guard name == Self.metricLabel else { return try labels.labelValues(of: name) }
        let all = try database.prepare("SELECT name FROM metrics WHERE name != ''")
        var names: [String] = []
        while try all.step() { names.append(all.text(0)) }
        return names
    }
}
