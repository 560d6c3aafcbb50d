internal import MetricModel
internal import SampleCodec

/// Fills the tables of a final file, series by series in the order of a settled `FinalIndexBuilder`.
final class FinalWriter {
    private let database: Database
    private let day: CalendarDay
    private let stream: SliceStream
    private let columns: FinalColumns
    private let sliceByteCount: Int
    /// A row of `metrics` to be. They are written at the end: what their names have in common is known then.
    private struct Row {
        let metric: UInt32
        var list: FinalSeriesList
    }

    private var rows: [Row] = []
    private var usedSets: [Bool] = []
    /// What was learned of clock ticks, machine by machine.
    private var hints: [UInt32: TickHint] = [:]
    private let hintLimit = 4096
    private var partCount = 0
    private var sampleCount = 0
    private var first = Int64.max
    private var last = Int64.min

    init(_ database: Database, day: CalendarDay, settings: StoreSettings, pageByteCount: Int) throws(StoreError) {
        self.database = database
        self.day = day
        sliceByteCount = FinalSchema.sliceByteCount(pageByteCount: pageByteCount)
        stream = try SliceStream(database, sliceByteCount: sliceByteCount, isWriting: true)
        columns = try FinalColumns(
            database, day: day, stream: stream, chunkSampleLimit: settings.finalChunkSampleLimit)
    }

    /// A series without samples leaves no trace.
    func write(
        _ entry: FinalIndexBuilder.Entry, _ run: SampleRun, _ index: FinalIndexBuilder
    ) throws(StoreError) {
        guard let runFirst = run.times.first, let runLast = run.times.last else { return }
        if usedSets.isEmpty { usedSets = [Bool](repeating: false, count: index.labelSets.count) }
        let place = stream.byteCount
        let machine = index.machine(ofSet: entry.labelSet)
        var hint = hints[machine] ?? TickHint()
        let series = try columns.write(run, labelSet: entry.labelSet + 1, hint: &hint)
        if hints.count >= hintLimit { hints.removeAll() }
        hints[machine] = hint
        guard let series else { return }
        if rows.last?.metric != entry.metric || (rows.last?.list.seriesCount ?? 0) >= FinalSchema.seriesPerRow {
            rows.append(Row(metric: entry.metric, list: FinalSeriesList(place: place)))
        }
        rows[rows.count - 1].list.append(series)
        partCount += series.partCount
        usedSets[Int(entry.labelSet)] = true
        sampleCount += run.count
        first = min(first, runFirst)
        last = max(last, runLast)
    }

    /// Writes what is known only at the end.
    func finish(_ index: FinalIndexBuilder) throws(StoreError) {
        try stream.finish()
        let seriesCount = try writeMetrics(index)
        try writeSets(index)
        let names = try writeLabels(index)
        let insert = try database.prepare("INSERT INTO properties VALUES (?, ?)")
        for (name, value) in [
            ("chunks", Int64(partCount)), ("day_unix_ms", day.firstUnixMilliseconds), ("first_unix_ms", first),
            ("label_sets", Int64(index.labelSets.count)), ("last_unix_ms", last), ("samples", Int64(sampleCount)),
            ("series", Int64(seriesCount)), ("slice_bytes", Int64(sliceByteCount)),
            ("stream_bytes", Int64(stream.byteCount)),
        ] + names {
            try insert.bind(1, name)
            try insert.bind(2, value)
            try insert.run()
        }
    }

    /// Answers how many series there are.
    private func writeMetrics(_ index: FinalIndexBuilder) throws(StoreError) -> Int {
        let insert = try database.prepare("INSERT INTO metrics VALUES (?, ?, ?, ?)")
        let runs = FinalNames.runs(
            rows.map { index.metrics[Int($0.metric)] }, weights: rows.map(\.list.bytes.count))
        var seriesCount = 0
        for (row, run) in zip(rows, runs) {
            let name = index.metrics[Int(row.metric)]
            try insert.bind(1, Int64(seriesCount + 1))
            if run.isFirst {
                try insert.bind(2, String(decoding: name[..<run.prefixByteCount], as: UTF8.self))
            } else {
                try insert.bindNull(2)
            }
            try insert.bind(3, String(decoding: name[run.prefixByteCount...], as: UTF8.self))
            try insert.bind(4, blob: row.list.bytes)
            try insert.run()
            seriesCount += row.list.seriesCount
        }
        return seriesCount
    }

    /// Sets that are not used have no labels.
    private func writeSets(_ index: FinalIndexBuilder) throws(StoreError) {
        let insert = try database.prepare("INSERT INTO label_sets VALUES (?, ?)")
        for start in stride(from: 0, to: index.labelSets.count, by: FinalSchema.setsPerRow) {
            var list: [UInt8] = []
            for set in start..<min(start + FinalSchema.setsPerRow, index.labelSets.count) {
                var last = 0
                for label in index.labelSets[set] where isUsed(set) {
                    NumberList.append(Int(label) + 1 - last, to: &list)
                    last = Int(label) + 1
                }
                NumberList.append(0, to: &list)
            }
            try insert.bind(1, Int64(start + 1))
            try insert.bind(2, blob: list)
            try insert.run()
        }
    }

    private func isUsed(_ set: Int) -> Bool { !usedSets.isEmpty && usedSets[set] }

    /// The labels of sets that are used; answers the names with the numbers of their first labels.
    private func writeLabels(_ index: FinalIndexBuilder) throws(StoreError) -> [(String, Int64)] {
        var postings = [[UInt32]](repeating: [], count: index.labels.count)
        for (set, labels) in index.labelSets.enumerated() where isUsed(set) {
            for label in labels { postings[Int(label)].append(UInt32(set + 1)) }
        }
        let insert = try database.prepare("INSERT INTO labels VALUES (?, ?, ?)")
        var names: [(String, Int64)] = []
        var lastName: [UInt8]?
        for (label, sets) in postings.enumerated() where !sets.isEmpty {
            let (name, value) = FinalIndexBuilder.parts(index.labels[label])
            if name != lastName {
                names.append((FinalSchema.labelPrefix + String(decoding: name, as: UTF8.self), Int64(label + 1)))
                lastName = name
            }
            try insert.bind(1, Int64(label + 1))
            try insert.bind(2, String(decoding: value, as: UTF8.self))
            // What all sets have needs no list.
            if sets.count == index.labelSets.count {
                try insert.bindNull(3)
            } else {
                try insert.bind(3, blob: Postings.encode(sets))
            }
            try insert.run()
        }
        return names
    }
}
