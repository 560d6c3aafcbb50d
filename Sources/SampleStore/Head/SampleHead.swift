internal import LabelMatching
internal import MetricModel

/// Recent samples in memory: the series, the label index over them, and two generations of samples.
///
/// A value without locks; the store keeps it in a mutex. Series numbers are dense and only grow until
/// `removeIdle` builds everything anew.
struct SampleHead {
    private(set) var series = PagedArray<HeadSeries>()
    private(set) var arena = LabelArena()
    private(set) var blocks = HeadBlocks()
    private var index = HeadLabelIndex()
    private var slots = HashSlots()
    private var quotas: SeriesQuotas
    /// What a seal is writing, by the series' number; empty while none runs. Series that came since are not in it.
    private(set) var frozen: [FrozenStream] = []
    /// Samples in the active generation, and in the frozen one.
    private(set) var activeSamples = 0
    private(set) var frozenSamples = 0
    /// No day file holds a newer sample: what series begin with that were not seen since the store was opened.
    private var sealedThrough: Int64
    /// How often the series have been numbered anew.
    private(set) var numbering = 0
    /// How often a series' samples were read back for late ones.
    private(set) var lateLookUps = 0
    private let settings: StoreSettings

    /// A sample that is not its series' newest: the series' number and the sample's place in the request.
    private typealias LatePlace = (series: Int, position: Int)

    init(settings: StoreSettings, sealedThrough: Int64) {
        self.settings = settings
        self.sealedThrough = sealedThrough
        quotas = SeriesQuotas(settings: settings)
    }

    // MARK: Taking in

    /// Applies the samples of a request that the log holds. `newSayings` gets the rows whose series came with another
    /// family the last time; `sayings` are the families' hashes, where they belong to the rows that point to them.
    mutating func apply(
        _ columns: SampleColumns, sender: String, _ bounds: SampleBounds, sayings: [UInt32], newSayings: inout [Int]
    ) -> IngestCounts {
        var counts = IngestCounts()
        let sender = quotas.number(ofSender: sender)
        // Senders name their series in the same order each time, so the next is most often the one after the last.
        var expected = series.count
        var late: [LatePlace] = []
        columns.labelBytes.withUnsafeBytes { labelBytes in
            columns.unixMilliseconds.withUnsafeBufferPointer { times in
                columns.values.withUnsafeBufferPointer { values in
                    for (number, row) in columns.rows.enumerated() where !row.samples.isEmpty {
                        let labels = UnsafeRawBufferPointer(rebasing: labelBytes[row.labels])
                        let saying = sayings.indices.contains(Int(row.family)) ? sayings[Int(row.family)] : 0
                        var target = expected
                        if row.samples.count == 1, expected < series.count {
                            let position = row.samples.lowerBound
                            let taking = takeExpected(
                                expected, labels, times[position], values[position].bitPattern, saying, bounds)
                            if taking.isTaken {
                                expected += 1
                                counts.stored += 1
                                if taking.isNewSaying { newSayings.append(number) }
                                continue
                            }
                        }
                        if expected >= series.count || !arena.isEqual(series[expected].labels, labels) {
                            guard let found = findOrAdd(labels, sender: sender, rowCount: row.samples.count, &counts)
                            else { continue }
                            target = found
                        }
                        expected = target + 1
                        if saying != 0, isNew(saying, of: target) { newSayings.append(number) }
                        take(row.samples, of: target, times, values, bounds, &late, &counts)
                    }
                    takeLate(&late, times, values, &counts)
                }
            }
        }
        activeSamples += counts.stored
        return counts
    }

    /// Takes the one sample of a row in one go, where the row is of the series that was expected and the sample is new:
    /// what nearly all are. Else nothing is changed.
    @inline(__always)
    private mutating func takeExpected(
        _ number: Int, _ labels: UnsafeRawBufferPointer, _ time: Int64, _ bits: UInt64, _ saying: UInt32,
        _ bounds: SampleBounds
    ) -> (isTaken: Bool, isNewSaying: Bool) {
        series.update(number) { series in
            guard time > series.latest, time >= bounds.oldest, time <= bounds.newest,
                arena.isEqual(series.labels, labels)
            else { return (false, false) }
            series.take(time, bits, &blocks)
            guard saying != 0, series.saying != saying else { return (true, false) }
            series.saying = saying
            return (true, true)
        }
    }

    /// Whether a series comes with another family than the last time, which is noted.
    @inline(__always)
    private mutating func isNew(_ saying: UInt32, of number: Int) -> Bool {
        series.update(number) { series in
            defer { series.saying = saying }
            return series.saying != saying
        }
    }

    /// Takes one row's samples in, but for those that are not newer than all before: they go into `late`.
    @inline(__always)
    private mutating func take(
        _ range: Range<Int>, of number: Int, _ times: UnsafeBufferPointer<Int64>,
        _ values: UnsafeBufferPointer<Double>, _ bounds: SampleBounds, _ late: inout [LatePlace],
        _ counts: inout IngestCounts
    ) {
        for position in range {
            let (time, bits) = (times[position], values[position].bitPattern)
            guard time >= bounds.oldest, time <= bounds.newest else {
                refuse(time, of: number, bounds, &counts)
                continue
            }
            let isNew = series.update(number) { series in
                guard time > series.latest else { return false }
                series.take(time, bits, &blocks)
                return true
            }
            if isNew { counts.stored += 1 } else { putOff(time, bits, at: position, of: number, &late, &counts) }
        }
    }

    /// Puts a sample off that is not newer than all before, unless it is the newest once more: what a sender does that
    /// has not heard the answer.
    private func putOff(
        _ time: Int64, _ bits: UInt64, at position: Int, of number: Int, _ late: inout [LatePlace],
        _ counts: inout IngestCounts
    ) {
        let active = series[number].active
        if time == active.lastTime, !active.isEmpty {
            counts.repeats(bits, of: active.lastBits)
        } else {
            late.append((number, position))
        }
    }

    private func refuse(_ time: Int64, of number: Int, _ bounds: SampleBounds, _ counts: inout IngestCounts) {
        let reason = time < bounds.oldest ? IngestRefusal.Reason.tooOld : .tooFarAhead
        counts.refuse(reason, sampleCount: 1) { labels(of: number) }
    }

    /// Takes the request's late samples, unless their time is taken. A series is looked through once, however many of
    /// its rows had any, and only one is in memory at a time. That they come after the request's new samples makes no
    /// difference: those are at later times.
    private mutating func takeLate(
        _ late: inout [LatePlace], _ times: UnsafeBufferPointer<Int64>, _ values: UnsafeBufferPointer<Double>,
        _ counts: inout IngestCounts
    ) {
        // By the position too: the first sample of a time stays.
        late.sort { ($0.series, $0.position) < ($1.series, $1.position) }
        var next = 0
        while next < late.count {
            let number = late[next].series
            var known = LateSamples([frozenSamples(of: number), activeSamples(of: number)])
            lateLookUps += 1
            while next < late.count, late[next].series == number {
                let (time, bits) = (times[late[next].position], values[late[next].position].bitPattern)
                next += 1
                if let there = known[time] {
                    counts.repeats(bits, of: there)
                    continue
                }
                series.update(number) { $0.active.append(time, bits, to: &blocks) }
                known.note(time, bits)
                counts.stored += 1
                counts.outOfOrder += 1
            }
        }
    }

    private mutating func findOrAdd(
        _ labels: UnsafeRawBufferPointer, sender: UInt32, rowCount: Int, _ counts: inout IngestCounts
    ) -> Int? {
        let hash = StableHash.hash(labels)
        if let found = slots.find(hash, { arena.isEqual(series[$0].labels, labels) }) { return found }
        guard Self.areWhole(labels) else {
            counts.refuse(.invalidLabels, sampleCount: rowCount) { [] }
            return nil
        }
        if let reason = quotas.admit(sender, labelByteCount: labels.count) {
            counts.refuse(reason, sampleCount: rowCount) { Array(labels) }
            return nil
        }
        return add(HeadSeries(labels: arena.append(labels), sender: sender, sealedThrough: sealedThrough), hash: hash)
    }

    private static func areWhole(_ labels: UnsafeRawBufferPointer) -> Bool {
        var walk = PackedLabelWalk()
        var count = 0
        while walk.next(in: labels) != nil { count += 1 }
        return count > 0 && !walk.isDamaged
    }

    private mutating func add(_ made: HeadSeries, hash: UInt64) -> Int {
        let number = series.count
        series.append(made)
        slots.insert(number, hash: hash)
        index.add(UInt32(number), labels: made.labels, in: arena)
        return number
    }

    // MARK: Reading

    func labels(of number: Int) -> [UInt8] { arena.array(series[number].labels) }

    func activeSamples(of number: Int) -> HeadSamples { series[number].active.samples(blocks) }

    func frozenSamples(of number: Int) -> HeadSamples { frozenStream(of: number).samples(blocks) }

    func frozenStream(of number: Int) -> FrozenStream { number < frozen.count ? frozen[number] : .empty }

    /// Whether the series has samples in the range, as far as their first and last can tell.
    func overlaps(_ number: Int, _ from: Int64, _ through: Int64) -> Bool {
        series[number].active.overlaps(from, through) || frozenStream(of: number).overlaps(from, through)
    }

    /// The same of any series.
    func overlaps(_ from: Int64, _ through: Int64) -> Bool {
        (0..<series.count).contains { overlaps($0, from, through) }
    }

    // MARK: Sealing

    var hasFrozen: Bool { frozenSamples > 0 }

    /// Makes the active generation the frozen one. There must be none.
    mutating func freeze() {
        precondition(frozenSamples == 0, "one generation is frozen at a time")
        frozen.reserveCapacity(series.count)
        for number in 0..<series.count { frozen.append(series.update(number) { $0.active.freeze() }) }
        (frozenSamples, activeSamples) = (activeSamples, 0)
    }

    /// Forgets the frozen generation, which is in the day files now.
    mutating func releaseFrozen() {
        for (number, stream) in frozen.enumerated() where !stream.isEmpty {
            series.update(number) { $0.sealedThrough = max($0.sealedThrough, stream.latest) }
            sealedThrough = max(sealedThrough, stream.latest)
            blocks.release(first: stream.first, last: stream.last)
        }
        frozen = []
        frozenSamples = 0
    }

    /// Removes the series without samples whose newest is older than `oldest`, by building all anew, where that is
    /// worth it. Nothing is frozen then.
    mutating func removeIdle(before oldest: Int64) {
        precondition(frozen.isEmpty, "a frozen generation has the series' numbers")
        var idleCount = 0
        series.forEach { if Self.isIdle($0, oldest) { idleCount += 1 } }
        guard idleCount * 8 > series.count else { return }
        var isLeaving: [Bool] = []
        isLeaving.reserveCapacity(series.count)
        series.forEach { isLeaving.append(Self.isIdle($0, oldest)) }
        rebuild(without: isLeaving)
    }

    /// Removes the series without samples for which one of the sets of matchers holds, so that their labels are listed
    /// no more. Nothing is frozen then.
    mutating func removeEmpty(_ matcherSets: [[LabelMatcher]]) throws(StoreError) {
        precondition(frozen.isEmpty, "a frozen generation has the series' numbers")
        var isLeaving = [Bool](repeating: false, count: series.count)
        for matchers in matcherSets {
            for number in try select(matchers) where series[Int(number)].active.isEmpty {
                isLeaving[Int(number)] = true
            }
        }
        if isLeaving.contains(true) { rebuild(without: isLeaving) }
    }

    private mutating func rebuild(without isLeaving: [Bool]) {
        var fresh = SampleHead(settings: settings, sealedThrough: sealedThrough)
        fresh.lateLookUps = lateLookUps
        fresh.numbering = numbering + 1
        for number in 0..<series.count where !isLeaving[number] {
            let old = series[number]
            let labels = arena.withBytes(old.labels) { (fresh.arena.append($0), StableHash.hash($0)) }
            let active = old.active.moved(from: blocks, to: &fresh.blocks)
            let sender = fresh.quotas.move(old.sender, labelByteCount: Int(old.labels.count), from: quotas)
            _ = fresh.add(old.moved(to: labels.0, sender, active), hash: labels.1)
        }
        fresh.activeSamples = activeSamples
        self = fresh
    }

    private static func isIdle(_ series: HeadSeries, _ oldest: Int64) -> Bool {
        series.active.isEmpty && series.latest < oldest
    }

    /// The senders that were refused series, the worst first.
    func offenders(listLimit: Int) -> [SeriesOffender] { quotas.offenders(listLimit: listLimit) }

    /// The newest sample of any series, nil where there is none.
    var newestUnixMilliseconds: Int64? {
        var newest: Int64?
        series.forEach { newest = max(newest ?? $0.latest, $0.latest) }
        return newest
    }

    /// How many there are of what; the lists at most `limit` long.
    func cardinality(limit: Int) -> HeadCardinality {
        var cardinality = index.cardinality(limit: limit, in: arena)
        cardinality.seriesCount = series.count
        for number in 0..<series.count {
            let (active, frozen) = (series[number].active, frozenStream(of: number))
            for (first, last) in [(active.earliest, active.latest), (frozen.earliest, frozen.latest)]
            where first <= last {
                cardinality.chunkCount += 1
                let known = cardinality.times ?? first...last
                cardinality.times = min(known.lowerBound, first)...max(known.upperBound, last)
            }
        }
        return cardinality
    }

    /// Memory of labels, index and samples, roughly.
    var byteCount: Int {
        blocks.byteCount + arena.byteCount + index.byteCount + slots.byteCount
            + series.count * MemoryLayout<HeadSeries>.stride + frozen.count * MemoryLayout<FrozenStream>.stride
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
