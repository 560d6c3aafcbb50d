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
    /// What the columns decoded from this open file are kept under.
    private let fileNumber: UInt64
    private let decoded: DecodedColumns

    /// The statements belong to `database`, which they keep open.
    init(
        _ database: Database, day: CalendarDay, settings: StoreSettings, decoded: DecodedColumns = DecodedColumns()
    ) throws(StoreError) {
        self.database = database
        self.decoded = decoded
        fileNumber = decoded.numberForFile()
        let isFinal = try DaySchema.check(database)
        final = isFinal ? try FinalReading(database, day: day) : nil
        deletions = try DayDeletions(database)
        sealed = try DaySchema.sealPrefix(database, isFinal: isFinal, day: day).map { prefix throws(StoreError) in
            try DayReading(database, day: day, prefix: prefix, chunkSampleLimit: settings.chunkSampleLimit)
        }
    }

    deinit { decoded.remove(file: fileNumber) }

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

    /// The matching series with their pieces that have samples in the range. More samples than `limit` that are in the
    /// range for sure end the reading, as `isCancelled` does.
    func pieces(
        _ matchers: [LabelMatcher], from: Int64, through: Int64, limit: Int, isCancelled: () -> Bool
    ) throws(StoreError) -> (series: [StoredSeries], sampleCount: SampleEstimate) {
        var list = StoredSeriesList()
        var found: [StoredSeries] = []
        var count = SampleEstimate()
        if let final, final.overlaps(from, through) {
            for (name, all) in try final.select(matchers) {
                for series in all where count.certain <= limit && !isCancelled() {
                    let labels = try final.packedLabels(series, name: name)
                    let orders = deletions.touching(packedLabels: labels)
                    var counted = SampleEstimate()
                    let pieces = try final.pieces(
                        series, from: from, through: through, file: fileNumber, known: decoded, sampleCount: &counted)
                    guard !pieces.isEmpty else { continue }
                    count.add(counted, isCertain: orders.isEmpty)
                    found.append(
                        StoredSeries(packedLabels: labels, pieces: pieces.without(times: orders.times())))
                }
            }
        }
        list.add(found)
        found = []
        guard let sealed, count.certain <= limit else { return (list.series, count) }
        let seals = try sealed.seals(from: from, through: through)
        guard !seals.isEmpty else { return (list.series, count) }
        for number in try sealed.select(matchers) where count.certain <= limit && !isCancelled() {
            guard let labels = try sealed.packedLabels(series: number) else { continue }
            let orders = deletions.touching(packedLabels: labels)
            var pieces: [StoredPiece] = []
            for seal in seals {
                var counted = SampleEstimate()
                let chunks = try sealed.pieces(
                    series: Int64(number), seal: seal, from: from, through: through, sampleCount: &counted)
                count.add(counted, isCertain: orders.isEmpty)
                pieces += chunks.without(times: orders.times(ofSeal: seal))
            }
            if !pieces.isEmpty { found.append(StoredSeries(packedLabels: labels, pieces: pieces)) }
        }
        list.add(found)
        return (list.series, count)
    }

    /// Whether the day has samples in the range.
    private func hasSeals(_ from: Int64, _ through: Int64) throws(StoreError) -> Bool {
        guard let sealed else { return false }
        return try !sealed.seals(from: from, through: through).isEmpty
    }

    /// The packed labels of the series that match, where the day has samples in the range; one may come twice.
    func series(
        _ matcherSets: [[LabelMatcher]], from: Int64, through: Int64
    ) throws(StoreError) -> [[UInt8]] {
        var found: [[UInt8]] = []
        for matchers in matcherSets {
            if let final, final.overlaps(from, through) {
                for (name, all) in try final.select(matchers) {
                    for series in all {
                        let labels = try final.packedLabels(series, name: name)
                        guard try isLeft(series, labels, in: final, from: from, through: through) else { continue }
                        found.append(labels)
                    }
                }
            }
            guard let sealed else { continue }
            let seals = try sealed.seals(from: from, through: through)
            guard !seals.isEmpty else { continue }
            for number in try sealed.select(matchers) {
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
