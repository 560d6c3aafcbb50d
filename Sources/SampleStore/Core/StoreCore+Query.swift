internal import LabelMatching
internal import MetricModel
internal import Synchronization

extension StoreCore {
    /// The matching series. The head is looked at before the files: what a seal moves meanwhile is then seen twice, and
    /// merged, rather than not at all.
    func selection(
        _ matchers: [LabelMatcher], from: Int64, through: Int64, sampleLimit: Int, isCancelled: () -> Bool
    ) throws(QueryFailure) -> StoredSelection {
        let byteLimit = sampleLimit.multipliedReportingOverflow(by: SampleBuffer.sampleByteCount)
        let limit = byteLimit.overflow ? Int.max : byteLimit.partialValue
        var size = SelectionSize()
        let head = try ofHead(matchers, isCancelled: isCancelled) {
            head, number throws(QueryFailure) -> StoredSeries? in
            guard head.overlaps(number, from, through) else { return nil }
            let labels = head.labels(of: number)
            let (frozen, active) = (head.frozenSamples(of: number), head.activeSamples(of: number))
            let bytes = frozen.bytes.count + active.bytes.count
            // A byte of them is about a sample.
            size.add(samples: bytes, bytes: bytes + StoredSeries.byteCount(labels: labels, pieces: 2))
            if size.bytes > limit { throw .tooManySamples(limit: sampleLimit) }
            return StoredSeries(packedLabels: labels, pieces: [.head(frozen), .head(active)])
        }
        var list = StoredSeriesList()
        for day in catalog.days(from: from, through: through) {
            let found = try pieces(
                day, matchers, from: from, through: through, byteLimit: limit - size.bytes, isCancelled: isCancelled)
            if isCancelled() { throw .cancelled }
            size.add(found.size)
            if size.bytes > limit { throw .tooManySamples(limit: sampleLimit) }
            list.add(found.series)
        }
        list.add(head)
        return StoredSelection(list.series, from: from, through: through, size, catalog)
    }

    /// How many series of the head are looked at before others may have its lock.
    private static let seriesPerSlice = 512

    /// Takes something of each matching series of the head, some at a time, so that those who bring samples do not wait.
    ///
    /// What a seal takes out of the head meanwhile is in the files by then, which are to be read afterwards. Where it has
    /// numbered the series anew, this begins again.
    private func ofHead<Element>(
        _ matchers: [LabelMatcher], isCancelled: () -> Bool,
        _ take: (SampleHead, Int) throws(QueryFailure) -> Element?
    ) throws(QueryFailure) -> [Element] {
        while true {
            let (numbers, numbering) = try selectInHead(matchers)
            var found: [Element] = []
            var position = 0
            var isSame = true
            while isSame, position < numbers.count {
                if isCancelled() { throw .cancelled }
                let slice = numbers[position..<min(position + Self.seriesPerSlice, numbers.count)]
                isSame = try memory.withLock { memory throws(QueryFailure) in
                    guard memory.head.numbering == numbering else { return false }
                    for number in slice {
                        if let element = try take(memory.head, Int(number)) { found.append(element) }
                    }
                    return true
                }
                position += slice.count
            }
            if isSame { return found }
        }
    }

    private func selectInHead(
        _ matchers: [LabelMatcher]
    ) throws(QueryFailure) -> (numbers: [UInt32], numbering: Int) {
        do throws(StoreError) {
            return try memory.withLock { memory throws(StoreError) in
                (try memory.head.select(matchers), memory.head.numbering)
            }
        } catch { throw .store(error) }
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

    /// A damaged file has no samples.
    private func pieces(
        _ day: CalendarDay, _ matchers: [LabelMatcher], from: Int64, through: Int64, byteLimit: Int,
        isCancelled: () -> Bool
    ) throws(QueryFailure) -> (series: [StoredSeries], size: SelectionSize) {
        do throws(StoreError) {
            return try catalog.read(day) { contents throws(StoreError) in
                try contents.pieces(
                    matchers, from: from, through: through, byteLimit: byteLimit, isCancelled: isCancelled)
            } ?? ([], SelectionSize())
        } catch { throw .store(error) }
    }

    // MARK: Labels

    func seriesLabels(
        _ matcherSets: [[LabelMatcher]], from: Int64, through: Int64, isCancelled: () -> Bool
    ) throws(QueryFailure) -> Set<Labels> {
        let sets = matcherSets.isEmpty ? [[]] : matcherSets
        var all: Set<Labels> = []
        for matchers in sets {
            let found = try ofHead(matchers, isCancelled: isCancelled) { head, number throws(QueryFailure) in
                head.overlaps(number, from, through) ? head.labels(of: number) : nil
            }
            for labels in found { all.insert(Labels(alreadyPacked: labels)) }
        }
        do throws(StoreError) {
            for day in catalog.days(from: from, through: through) {
                let found = try catalog.read(day) { contents throws(StoreError) in
                    try contents.series(sets, from: from, through: through, isCancelled: isCancelled)
                }
                for labels in found ?? [] { all.insert(Labels(alreadyPacked: labels)) }
                if isCancelled() { break }
            }
        } catch { throw .store(error) }
        if isCancelled() { throw .cancelled }
        return all
    }

    func labelNames(
        _ matcherSets: [[LabelMatcher]], from: Int64, through: Int64, isCancelled: () -> Bool
    ) throws(QueryFailure) -> [String] {
        guard matcherSets.isEmpty else {
            let found = try seriesLabels(matcherSets, from: from, through: through, isCancelled: isCancelled)
            return Self.ascending(Set(found.lazy.flatMap { $0 }.map { Array($0.name.utf8) }))
        }
        return try fromIndexes(from, through) { head in
            head.labelNames()
        } ofDay: { contents throws(StoreError) in
            try contents.labelNames(from: from, through: through)
        }
    }

    func labelValues(
        of name: String, _ matcherSets: [[LabelMatcher]], from: Int64, through: Int64, isCancelled: () -> Bool
    ) throws(QueryFailure) -> [String] {
        guard matcherSets.isEmpty else {
            let found = try seriesLabels(matcherSets, from: from, through: through, isCancelled: isCancelled)
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
