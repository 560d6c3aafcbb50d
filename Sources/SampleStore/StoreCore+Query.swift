internal import LabelMatching
internal import MetricModel
internal import Synchronization

extension StoreCore {
    /// A series' samples in the head, taken out under the lock and decoded outside it.
    private struct HeadPart: Sendable {
        let labels: [UInt8]
        let frozen: HeadSamples
        let active: HeadSamples
    }

    /// The matching series. The head is looked at before the files: what a seal moves meanwhile is then seen twice, and
    /// merged, rather than not at all.
    func selection(
        _ matchers: [LabelMatcher], from: Int64, through: Int64, sampleLimit: Int, isCancelled: () -> Bool
    ) throws(QueryFailure) -> StoredSelection {
        let head = try headParts(matchers, from: from, through: through)
        var list = StoredSeriesList()
        var (certain, decoded) = (0, 0)
        for day in catalog.days(from: from, through: through) {
            let found = try pieces(
                day, matchers, from: from, through: through, limit: sampleLimit - certain, isCancelled: isCancelled)
            if isCancelled() { throw .cancelled }
            certain += found.sampleCount.certain
            decoded += found.sampleCount.decoded
            if certain > sampleLimit { throw .tooManySamples(limit: sampleLimit) }
            list.add(found.series)
        }
        list.add(head.map { StoredSeries(packedLabels: $0.labels, pieces: [.head($0.frozen), .head($0.active)]) })
        decoded += head.reduce(0) { $0 + $1.frozen.bytes.count + $1.active.bytes.count }
        return StoredSelection(list.series, from: from, through: through, sampleEstimate: decoded, catalog)
    }

    /// The samples of the matching series.
    func select(
        _ matchers: [LabelMatcher], from: Int64, through: Int64, sampleLimit: Int
    ) throws(QueryFailure) -> [SeriesColumn] {
        let selection = try selection(
            matchers, from: from, through: through, sampleLimit: sampleLimit, isCancelled: { false })
        var columns: [SeriesColumn] = []
        var total = 0
        for (index, labels) in selection.labels.enumerated() {
            var buffer = SampleBuffer()
            do throws(SourceError) {
                try selection.read(index, into: &buffer)
            } catch { throw .source(error) }
            guard !buffer.values.isEmpty else { continue }
            total += buffer.values.count
            if total > sampleLimit { throw .tooManySamples(limit: sampleLimit) }
            columns.append(
                SeriesColumn(labels: labels, unixMilliseconds: buffer.unixMilliseconds, values: buffer.values))
        }
        return columns
    }

    private func headParts(
        _ matchers: [LabelMatcher], from: Int64, through: Int64
    ) throws(QueryFailure) -> [HeadPart] {
        do throws(StoreError) {
            return try memory.withLock { memory throws(StoreError) in
                let head = memory.head
                return try head.select(matchers).compactMap { number in
                    let number = Int(number)
                    guard head.overlaps(number, from, through) else { return nil }
                    return HeadPart(
                        labels: head.labels(of: number), frozen: head.frozenSamples(of: number),
                        active: head.activeSamples(of: number))
                }
            }
        } catch { throw .store(error) }
    }

    /// A damaged file has no samples.
    private func pieces(
        _ day: CalendarDay, _ matchers: [LabelMatcher], from: Int64, through: Int64, limit: Int,
        isCancelled: () -> Bool
    ) throws(QueryFailure) -> (series: [StoredSeries], sampleCount: SampleEstimate) {
        do throws(StoreError) {
            return try catalog.read(day) { contents throws(StoreError) in
                try contents.pieces(matchers, from: from, through: through, limit: limit, isCancelled: isCancelled)
            } ?? ([], SampleEstimate())
        } catch { throw .store(error) }
    }

    // MARK: Labels

    func seriesLabels(
        _ matcherSets: [[LabelMatcher]], from: Int64, through: Int64
    ) throws(QueryFailure) -> Set<Labels> {
        let sets = matcherSets.isEmpty ? [[]] : matcherSets
        var all: Set<Labels> = []
        do throws(StoreError) {
            try memory.withLock { memory throws(StoreError) in
                for matchers in sets {
                    for number in try memory.head.select(matchers) {
                        guard memory.head.overlaps(Int(number), from, through) else { continue }
                        all.insert(Labels(alreadyPacked: memory.head.labels(of: Int(number))))
                    }
                }
            }
            for day in catalog.days(from: from, through: through) {
                let found = try catalog.read(day) { contents throws(StoreError) in
                    try contents.series(sets, from: from, through: through)
                }
                for labels in found ?? [] { all.insert(Labels(alreadyPacked: labels)) }
            }
        } catch { throw .store(error) }
        return all
    }

    func labelNames(
        _ matcherSets: [[LabelMatcher]], from: Int64, through: Int64
    ) throws(QueryFailure) -> [String] {
        guard matcherSets.isEmpty else {
            let found = try seriesLabels(matcherSets, from: from, through: through)
            return Self.ascending(Set(found.lazy.flatMap { $0 }.map { Array($0.name.utf8) }))
        }
        return try fromIndexes(from, through) { head in
            head.labelNames()
        } ofDay: { contents throws(StoreError) in
            try contents.labelNames(from: from, through: through)
        }
    }

    func labelValues(
        of name: String, _ matcherSets: [[LabelMatcher]], from: Int64, through: Int64
    ) throws(QueryFailure) -> [String] {
        guard matcherSets.isEmpty else {
            let found = try seriesLabels(matcherSets, from: from, through: through)
            return Self.ascending(Set(found.lazy.compactMap { $0[name].map { Array($0.utf8) } }))
        }
        return try fromIndexes(from, through) { head in
            head.labelValues(of: name)
        } ofDay: { contents throws(StoreError) in
            try contents.labelValues(of: name, from: from, through: through)
        }
    }

    /// What the label indexes say without regard to single series: the head's where it has samples in the range, and
    /// the days'.
    private func fromIndexes(
        _ from: Int64, _ through: Int64, ofHead: (SampleHead) -> [String],
        ofDay: (DayContents) throws(StoreError) -> [String]
    ) throws(QueryFailure) -> [String] {
        var all: Set<[UInt8]> = []
        do throws(StoreError) {
            memory.withLock { memory in
                guard memory.head.overlaps(from, through) else { return }
                all.formUnion(ofHead(memory.head).lazy.map { Array($0.utf8) })
            }
            for day in catalog.days(from: from, through: through) {
                let found = try catalog.read(day) { contents throws(StoreError) in try ofDay(contents) }
                all.formUnion((found ?? []).lazy.map { Array($0.utf8) })
            }
        } catch { throw .store(error) }
        return Self.ascending(all)
    }

    /// The texts with these bytes. A set of texts would take equivalent ones for one.
    private static func ascending(_ texts: Set<[UInt8]>) -> [String] {
        texts.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) }
    }
}
