internal import LabelMatching
internal import MetricModel

/// Recent samples in memory: the series, the label index over them, and two generations of samples.
///
/// A value without locks; the store keeps it in a mutex. Series numbers are dense and only grow until
/// `removeIdle` builds everything anew.
struct SampleHead {
    private(set) var series: [HeadSeries] = []
    private(set) var arena = LabelArena()
    private var index = HeadLabelIndex()
    private var slots = HashSlots()
    /// The senders by name, at most `agentLimit`; those beyond share the number 0.
    private var senders: [String: UInt32] = [:]
    private var seriesPerSender: [Int] = [0]
    /// Samples in the active generation, and in the frozen one.
    private(set) var activeSamples = 0
    private(set) var frozenSamples = 0
    /// No day file holds a newer sample: what series begin with that were not seen since the store was opened.
    private var sealedThrough: Int64
    private let settings: StoreSettings

    init(settings: StoreSettings, sealedThrough: Int64) {
        self.settings = settings
        self.sealedThrough = sealedThrough
    }

    // MARK: Taking in

    /// Applies the samples of a request that the log holds.
    mutating func apply(_ columns: SampleColumns, sender: String, receivedUnixMilliseconds now: Int64) -> IngestCounts {
        var counts = IngestCounts()
        let sender = number(ofSender: sender)
        let bounds = HeadSeries.Bounds(
            oldest: now &- settings.retentionMilliseconds, newest: now &+ settings.aheadLimitMilliseconds,
            openSampleCount: settings.openSampleCount)
        // Senders name their series in the same order each time, so the next is most often the one after the last.
        var expected = series.count
        columns.labelBytes.withUnsafeBytes { labelBytes in
            columns.unixMilliseconds.withUnsafeBufferPointer { times in
                columns.values.withUnsafeBufferPointer { values in
                    for row in columns.rows {
                        let labels = UnsafeRawBufferPointer(rebasing: labelBytes[row.labels])
                        let target: Int
                        if expected < series.count, arena.isEqual(series[expected].labels, labels) {
                            target = expected
                        } else {
                            guard let found = findOrAdd(labels, sender: sender, rowCount: row.samples.count, &counts)
                            else { continue }
                            target = found
                        }
                        expected = target + 1
                        series[target].take(row.samples, times, values, bounds, &counts)
                    }
                }
            }
        }
        activeSamples += counts.stored
        return counts
    }

    private mutating func number(ofSender name: String) -> UInt32 {
        if let known = senders[name] { return known }
        guard senders.count < settings.agentLimit else { return 0 }
        senders[name] = UInt32(seriesPerSender.count)
        seriesPerSender.append(0)
        return UInt32(seriesPerSender.count - 1)
    }

    private mutating func findOrAdd(
        _ labels: UnsafeRawBufferPointer, sender: UInt32, rowCount: Int, _ counts: inout IngestCounts
    ) -> Int? {
        let hash = StableHash.hash(labels)
        if let found = find(labels, hash: hash) { return found }
        guard Self.areWhole(labels) else {
            counts.invalidLabels += rowCount
            return nil
        }
        guard series.count < settings.seriesLimit, seriesPerSender[Int(sender)] < settings.seriesPerSenderLimit else {
            counts.overSeriesLimit += rowCount
            return nil
        }
        return add(
            HeadSeries(labels: arena.append(labels), hash: hash, sender: sender, sealedThrough: sealedThrough))
    }

    private func find(_ labels: UnsafeRawBufferPointer, hash: UInt64) -> Int? {
        slots.find(hash) { series[$0].hash == hash && arena.isEqual(series[$0].labels, labels) }
    }

    private static func areWhole(_ labels: UnsafeRawBufferPointer) -> Bool {
        var walk = PackedLabelWalk()
        var count = 0
        while walk.next(in: labels) != nil { count += 1 }
        return count > 0 && !walk.isDamaged
    }

    private mutating func add(_ made: HeadSeries) -> Int {
        let number = series.count
        series.append(made)
        slots.insert(number, hash: made.hash) { series[$0].hash }
        index.add(UInt32(number), labels: made.labels, in: arena)
        seriesPerSender[Int(made.sender)] += 1
        return number
    }

    // MARK: Sealing

    var hasFrozen: Bool { frozenSamples > 0 }

    /// Makes the active generation the frozen one. There must be none.
    mutating func freeze() {
        precondition(frozenSamples == 0, "one generation is frozen at a time")
        for number in series.indices where !series[number].active.isEmpty {
            series[number].frozen = series[number].active
            series[number].active = HeadSeries.Generation()
        }
        (frozenSamples, activeSamples) = (activeSamples, 0)
    }

    /// Forgets the frozen generation, which is in the day files now.
    mutating func releaseFrozen() {
        for number in series.indices {
            let through = series[number].frozen.latest
            guard !series[number].frozen.isEmpty else { continue }
            series[number].frozen = HeadSeries.Generation()
            series[number].sealedThrough = max(series[number].sealedThrough, through)
            sealedThrough = max(sealedThrough, through)
        }
        frozenSamples = 0
    }

    /// Removes the series without samples whose newest is older than `oldest`, by building all anew, where that is
    /// worth it.
    mutating func removeIdle(before oldest: Int64) {
        let isIdle = { (series: HeadSeries) in
            series.active.isEmpty && series.frozen.isEmpty && series.latest < oldest
        }
        let idleCount = series.count(where: isIdle)
        guard idleCount * 8 > series.count else { return }
        var fresh = SampleHead(settings: settings, sealedThrough: sealedThrough)
        fresh.senders = senders
        fresh.seriesPerSender = [Int](repeating: 0, count: seriesPerSender.count)
        fresh.series.reserveCapacity(series.count - idleCount)
        for old in series where !isIdle(old) {
            let labels = arena.withBytes(old.labels) { fresh.arena.append($0) }
            var moved = HeadSeries(
                labels: labels, hash: old.hash, sender: old.sender, sealedThrough: old.sealedThrough)
            (moved.active, moved.frozen, moved.latest) = (old.active, old.frozen, old.latest)
            _ = fresh.add(moved)
        }
        (fresh.activeSamples, fresh.frozenSamples) = (activeSamples, frozenSamples)
        self = fresh
    }

    /// The newest sample of any series, nil where there is none.
    var newestUnixMilliseconds: Int64? { series.lazy.map(\.latest).max() }

    /// Memory of labels, index and samples, roughly.
    var byteCount: Int {
        let samples = series.reduce(0) { sum, series in
            sum + series.active.open.capacity * 16 + series.active.closed.capacity + series.frozen.open.capacity * 16
                + series.frozen.closed.capacity
        }
        return samples + arena.byteCount + index.byteCount + series.count * (MemoryLayout<HeadSeries>.stride + 8 + 64)
    }
}

extension SampleHead: LabelIndexReader {
    func allSeries() -> [UInt32] { Array(0..<UInt32(series.count)) }

    func series(name: String, value: [UInt8]) -> [UInt32] { index.series(name: name, value: value, in: arena) }

    func series(name: String, valuesWhere isWanted: (UnsafeRawBufferPointer) -> Bool) -> [[UInt32]] {
        index.series(name: name, in: arena, valuesWhere: isWanted)
    }

    func labelNames() -> [String] { index.labelNames }

    func labelValues(of name: String) -> [String] { index.labelValues(of: name, in: arena) }
}
