internal import LabelMatching
internal import MetricModel

/// All that is in a day file: its final form, the rows of seals, or both. Where both have a sample of a time, the final
/// form's is the first.
final class DayContents {
    private let database: Database
    let final: FinalReading?
    let sealed: DayReading?
    /// What is deleted and still in the file.
    let deletions: DayDeletions
    /// What the columns decoded from this file are kept under.
    private let fileNumber: UInt64
    private let decoded: DecodedColumns

    /// The statements belong to `database`, which they keep open.
    init(
        _ database: Database, day: CalendarDay, settings: StoreSettings, decoded: DecodedColumns = DecodedColumns(),
        fileNumber: UInt64 = 0
    ) throws(StoreError) {
        self.database = database
        self.decoded = decoded
        self.fileNumber = fileNumber
        let isFinal = try DaySchema.check(database)
        final = isFinal ? try FinalReading(database, day: day) : nil
        deletions = try DayDeletions(database)
        sealed = try DaySchema.sealPrefix(database, isFinal: isFinal, day: day).map { prefix throws(StoreError) in
            try DayReading(database, day: day, prefix: prefix, chunkSampleLimit: settings.chunkSampleLimit)
        }
    }

    /// What is held of the file's pages in memory.
    var cacheByteCount: Int { database.cacheByteCount }

    /// Runs `body` on one state of the file, whatever a seal writes meanwhile.
    func snapshot<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        try database.execute("BEGIN")
        let result: Swift.Result<Result, StoreError>
        do throws(StoreError) { result = .success(try body()) } catch { result = .failure(error) }
        // Nothing was written, so there is nothing that ending it could lose.
        do throws(StoreError) { try database.execute("COMMIT") } catch {}
        return try result.get()
    }

    /// The matching series with their pieces that have samples in the range. More bytes than `byteLimit` end the reading,
    /// as `isCancelled` does.
    func pieces(
        _ matchers: [LabelMatcher], from: Int64, through: Int64, byteLimit: Int, isCancelled: () -> Bool
    ) throws(StoreError) -> (series: [StoredSeries], size: SelectionSize) {
        var list = StoredSeriesList()
        var found: [StoredSeries] = []
        var size = SelectionSize()
        if let final, final.overlaps(from, through) {
            defer { final.columns.endSelection() }
            for (name, all) in try final.select(matchers) {
                for series in all where size.bytes <= byteLimit && !isCancelled() {
                    let pieces = try final.pieces(
                        series, from: from, through: through, file: fileNumber, known: decoded, size: &size)
                    guard !pieces.isEmpty else { continue }
                    let labels = try final.packedLabels(series, name: name)
                    let orders = deletions.touching(packedLabels: labels)
                    found.append(StoredSeries(packedLabels: labels, pieces: pieces.without(times: orders.times())))
                    size.add(samples: 0, bytes: StoredSeries.byteCount(labels: labels, pieces: pieces.count))
                }
            }
        }
        list.add(found)
        found = []
        guard let sealed, size.bytes <= byteLimit else { return (list.series, size) }
        let seals = try sealed.seals(from: from, through: through)
        guard !seals.isEmpty else { return (list.series, size) }
        for number in try sealed.select(matchers) where size.bytes <= byteLimit && !isCancelled() {
            guard let labels = try sealed.packedLabels(series: number) else { continue }
            let orders = deletions.touching(packedLabels: labels)
            var pieces: [StoredPiece] = []
            for seal in seals {
                let chunks = try sealed.pieces(
                    series: Int64(number), seal: seal, from: from, through: through, size: &size)
                pieces += chunks.without(times: orders.times(ofSeal: seal))
            }
            if pieces.isEmpty { continue }
            found.append(StoredSeries(packedLabels: labels, pieces: pieces))
            size.add(samples: 0, bytes: StoredSeries.byteCount(labels: labels, pieces: pieces.count))
        }
        list.add(found)
        return (list.series, size)
    }

    /// Whether the day has samples in the range.
    private func hasSeals(_ from: Int64, _ through: Int64) throws(StoreError) -> Bool {
        guard let sealed else { return false }
        return try !sealed.seals(from: from, through: through).isEmpty
    }

    /// The packed labels of the series that match, where the day has samples in the range; one may come twice. Not all of
    /// them where `isCancelled` holds.
    func series(
        _ matcherSets: [[LabelMatcher]], from: Int64, through: Int64, isCancelled: () -> Bool = { false }
    ) throws(StoreError) -> [[UInt8]] {
        var found: [[UInt8]] = []
        for matchers in matcherSets {
            if let final, final.overlaps(from, through) {
                for (name, all) in try final.select(matchers) {
                    for series in all where !isCancelled() {
                        let labels = try final.packedLabels(series, name: name)
                        guard try isLeft(series, labels, in: final, from: from, through: through) else { continue }
                        found.append(labels)
                    }
                }
            }
            guard let sealed else { continue }
            let seals = try sealed.seals(from: from, through: through)
            guard !seals.isEmpty else { continue }
            for number in try sealed.select(matchers) where !isCancelled() {
                guard let labels = try sealed.packedLabels(series: number),
                    try isLeft(sealed: number, labels, in: sealed, seals: seals, from: from, through: through)
                else { continue }
                found.append(labels)
            }
        }
        return found
    }

    func labelNames(from: Int64, through: Int64) throws(StoreError) -> [String] {
        // The index has the labels of deleted series too.
        if !deletions.isEmpty {
            return try series([[]], from: from, through: through).flatMap { labels in
                Labels(alreadyPacked: labels).map(\.name)
            }
        }
        var names: [String] = []
        if let final, final.overlaps(from, through) { names += try final.labelNames() }
        if let sealed, try hasSeals(from, through) { names += try sealed.labelNames() }
        return names
    }

    func labelValues(of name: String, from: Int64, through: Int64) throws(StoreError) -> [String] {
        if !deletions.isEmpty {
            return try series([[]], from: from, through: through).compactMap { Labels(alreadyPacked: $0)[name] }
        }
        var values: [String] = []
        if let final, final.overlaps(from, through) { values += try final.labelValues(of: name) }
        if let sealed, try hasSeals(from, through) { values += try sealed.labelValues(of: name) }
        return values
    }
}
