internal import Exposition
internal import LabelMatching
internal import MetricModel

/// Writes history as OpenMetrics text: family by family, series by series, each series' samples in ascending time.
///
/// A family is read at once where it is small enough, else series by series, and a series in halves of its time; so
/// memory is bounded by `ReadEndpoint.sampleLimit` samples and the labels of one family.
struct TextExport {
    let source: any HistorySource
    let sets: [[LabelMatcher]]
    let from: Int64
    let through: Int64
    private let write: ([UInt8]) async throws(HistoryFailure) -> Void
    private var progress: TransferProgress
    private var text: [UInt8] = []
    private(set) var counts = TransferCounts()
    /// The family that is being written.
    private(set) var place = ""

    private static let textByteLimit = 256 << 10

    init(
        _ source: any HistorySource, sets: [[LabelMatcher]], from: Int64, through: Int64, progress: TransferProgress,
        write: @escaping ([UInt8]) async throws(HistoryFailure) -> Void
    ) {
        self.source = source
        self.sets = sets
        self.from = from
        self.through = through
        self.progress = progress
        self.write = write
    }

    mutating func run() async throws {
        let names = try await source.metricNames(sets, from: from, through: through)
        let families = ExportFamily.group(names, try await source.families())
        for (number, family) in families.enumerated() {
            // Also lets signals in where nothing here waits for anything.
            await Task.yield()
            if Task.isCancelled { throw HistoryFailure.interrupted }
            place = family.name
            try await export(family)
            progress.tell(counts, samples: counts.sent) {
                "\(number + 1) of \(families.count) families, the last \(family.name)"
            }
        }
        text.append(contentsOf: OpenMetricsHistory.end)
        try await flush()
    }

    func end(_ outcome: String) { progress.end(counts, samples: counts.sent, outcome) }

    /// One series' samples, in one or more columns.
    private struct Entry {
        let key: SeriesOrder
        let labels: Labels
        let columns: SampleColumns
        let rows: [SampleColumns.Row]
    }

    private mutating func export(_ family: ExportFamily) async throws {
        let header = text.count
        OpenMetricsHistory.appendHeader(
            name: family.name, type: family.type, help: family.help, unit: family.unit, to: &text)
        let before = counts.sent
        do throws(HistoryFailure) {
            for entry in try await whole(family) {
                for row in entry.rows { try await append(entry.labels, entry.columns, row) }
            }
        } catch {
            guard case .tooLarge = error else { throw error }
            try await exportSeriesBySeries(family)
        }
        // A family of which nothing can be said has no header either.
        if counts.sent == before { text.removeLast(text.count - header) }
    }

    private func selectors(_ member: String) -> [[LabelMatcher]] {
        sets.map { $0 + [LabelMatcher("__name__", equals: member)] }
    }

    private func whole(_ family: ExportFamily) async throws(HistoryFailure) -> [Entry] {
        var entries: [Labels: Entry] = [:]
        var sampleCount = 0
        for member in family.members {
            for matchers in selectors(member) {
                let columns = try await source.read(matchers, from: from, through: through).columns
                var rows: [Labels: [SampleColumns.Row]] = [:]
                for row in columns.rows { rows[columns.labels(of: row), default: []].append(row) }
                for (labels, found) in rows where entries[labels] == nil {
                    entries[labels] = Entry(key: SeriesOrder(labels), labels: labels, columns: columns, rows: found)
                }
                sampleCount += columns.sampleCount
                if sampleCount > ReadEndpoint.sampleLimit { throw .tooLarge("more than one reading holds") }
            }
        }
        return entries.values.sorted { $0.key < $1.key }
    }

    private mutating func exportSeriesBySeries(_ family: ExportFamily) async throws {
        var found: Set<Labels> = []
        for member in family.members {
            for matchers in selectors(member) {
                found.formUnion(try await source.series(matchers, from: from, through: through))
            }
        }
        let ordered = found.map { (key: SeriesOrder($0), labels: $0) }.sorted { $0.key < $1.key }
        for series in ordered {
            if Task.isCancelled { throw HistoryFailure.interrupted }
            try await export(series.labels)
            progress.tell(counts, samples: counts.sent) { "within \(family.name)" }
        }
    }

    /// Reads one series in as large pieces as it comes in.
    private mutating func export(_ labels: Labels) async throws {
        let matchers = labels.map { LabelMatcher($0.name, equals: $0.value) }
        var waiting = [(from, through)]
        while let (start, end) = waiting.popLast() {
            do throws(HistoryFailure) {
                let columns = try await source.read(matchers, from: start, through: end).columns
                for row in columns.rows where columns.labels(of: row) == labels {
                    try await append(labels, columns, row)
                }
            } catch {
                // Others may match too: those that have these labels and more.
                guard case .tooLarge = error, start < end else { throw error }
                let middle = start + (end - start) / 2
                waiting += [(middle + 1, end), (start, middle)]
            }
        }
    }

    /// What readers take `NaN` for.
    private static let usualNaN: UInt64 = 0x7ff8_0000_0000_0001

    private mutating func append(
        _ labels: Labels, _ columns: SampleColumns, _ row: SampleColumns.Row
    ) async throws(HistoryFailure) {
        guard let start = OpenMetricsHistory.start(of: labels) else {
            return counts.leaveOut("samples without a name", row.samples.count)
        }
        for index in row.samples {
            let value = columns.values[index]
            if StaleMarker.isStale(value) {
                counts.leaveOut("stale markers", 1)
                continue
            }
            if value.isNaN, value.bitPattern != Self.usualNaN { counts.leaveOut("payloads of NaNs", 1) }
            OpenMetricsHistory.appendSample(
                start, unixMilliseconds: columns.unixMilliseconds[index], value: value, to: &text)
            counts.sent += 1
            if text.count >= Self.textByteLimit { try await flush() }
        }
    }

    private mutating func flush() async throws(HistoryFailure) {
        guard !text.isEmpty else { return }
        try await write(text)
        text.removeAll(keepingCapacity: true)
    }
}
