internal import MetricModel
internal import SampleCodec

/// Fills the tables of a final file, series by series in the order of a settled `FinalIndexBuilder`.
final class FinalWriter {
    private let database: Database
    private let day: CalendarDay
    private let stream: SliceStream
    private let columns: FinalColumns
    private let sliceByteCount: Int
    private let insertMetric: Statement
    /// The metric under way: its series' sets and chunks.
    private var metric: UInt32?
    private var sets: [UInt32] = []
    private var chunks: [Int64] = []
    private var usedSets: [Bool] = []
    /// What was learned of clock ticks, machine by machine.
    private var hints: [UInt32: TickHint] = [:]
    private let hintLimit = 4096
    private var seriesCount: Int64 = 0
    private var sampleCount: Int64 = 0
    private var first = Int64.max
    private var last = Int64.min

    init(_ database: Database, day: CalendarDay, settings: StoreSettings, pageByteCount: Int) throws(StoreError) {
        self.database = database
        self.day = day
        sliceByteCount = FinalSchema.sliceByteCount(pageByteCount: pageByteCount)
        stream = try SliceStream(database, sliceByteCount: sliceByteCount, isWriting: true)
        columns = try FinalColumns(
            database, day: day, stream: stream, chunkSampleLimit: settings.finalChunkSampleLimit)
        insertMetric = try database.prepare("INSERT INTO metrics VALUES (?, ?, ?, ?)")
    }

    /// A series without samples leaves no trace.
    func write(
        _ entry: FinalIndexBuilder.Entry, _ run: SampleRun, _ index: FinalIndexBuilder
    ) throws(StoreError) {
        guard let runFirst = run.times.first, let runLast = run.times.last else { return }
        if usedSets.isEmpty { usedSets = [Bool](repeating: false, count: index.labelSets.count) }
        if metric != entry.metric { try finishMetric(index) }
        metric = entry.metric
        let machine = index.machine(ofSet: entry.labelSet)
        var hint = hints[machine] ?? TickHint()
        chunks.append(try columns.write(run, hint: &hint))
        if hints.count >= hintLimit { hints.removeAll() }
        hints[machine] = hint
        sets.append(entry.labelSet + 1)
        usedSets[Int(entry.labelSet)] = true
        sampleCount += Int64(run.count)
        first = min(first, runFirst)
        last = max(last, runLast)
    }

    private func finishMetric(_ index: FinalIndexBuilder) throws(StoreError) {
        guard let metric, !sets.isEmpty else { return }
        try insertMetric.bind(1, seriesCount + 1)
        try insertMetric.bind(2, String(decoding: index.metrics[Int(metric)], as: UTF8.self))
        try insertMetric.bind(3, NumberList.text(sets))
        try insertMetric.bind(4, NumberList.text(chunks))
        try insertMetric.run()
        seriesCount += Int64(sets.count)
        (sets, chunks) = ([], [])
    }

    /// Writes what is known only at the end.
    func finish(_ index: FinalIndexBuilder) throws(StoreError) {
        try finishMetric(index)
        try stream.finish()
        try writeLabels(index)
        let insert = try database.prepare("INSERT INTO properties VALUES (?, ?)")
        for (name, value) in [
            ("day_unix_ms", day.firstUnixMilliseconds), ("first_unix_ms", first), ("last_unix_ms", last),
            ("samples", sampleCount), ("series", seriesCount), ("slice_bytes", Int64(sliceByteCount)),
            ("stream_bytes", Int64(stream.byteCount)),
        ] {
            try insert.bind(1, name)
            try insert.bind(2, value)
            try insert.run()
        }
    }

    /// The sets that are used, and the labels in them.
    private func writeLabels(_ index: FinalIndexBuilder) throws(StoreError) {
        let insertSet = try database.prepare("INSERT INTO label_sets VALUES (?, ?)")
        var postings = [[UInt32]](repeating: [], count: index.labels.count)
        for (set, labels) in index.labelSets.enumerated() where !usedSets.isEmpty && usedSets[set] {
            try insertSet.bind(1, Int64(set + 1))
            try insertSet.bind(2, NumberList.text(labels.map { $0 + 1 }))
            try insertSet.run()
            for label in labels { postings[Int(label)].append(UInt32(set + 1)) }
        }
        let insertLabel = try database.prepare("INSERT INTO labels VALUES (?, ?, ?)")
        let insertName = try database.prepare("INSERT INTO label_names VALUES (?, ?)")
        var lastName: [UInt8]?
        for (label, sets) in postings.enumerated() where !sets.isEmpty {
            let (name, value) = FinalIndexBuilder.parts(index.labels[label])
            if name != lastName {
                try insertName.bind(1, Int64(label + 1))
                try insertName.bind(2, String(decoding: name, as: UTF8.self))
                try insertName.run()
                lastName = name
            }
            try insertLabel.bind(1, Int64(label + 1))
            try insertLabel.bind(2, String(decoding: value, as: UTF8.self))
            try insertLabel.bind(3, blob: Postings.encode(sets))
            try insertLabel.run()
        }
    }
}
