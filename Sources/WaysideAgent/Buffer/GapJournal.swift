internal import BatchRecord
internal import MetricModel

/// The gaps there are: those that the ring has written down, for the pages, and those still to be shipped as
/// `wayside_gap_seconds{reason}`.
struct GapJournal {
    /// How many gaps the pages show; the sums know of all.
    static let recentLimit = 100
    /// How many may wait to be shipped; more go into the last of them.
    private static let waitingLimit = 1000
    static let family = MetricFamily(
        "wayside_gap_seconds", .gauge,
        help: "At a gap's end: how long the samples lasted that were lost before they were delivered.",
        labels: ["reason"])

    /// The newest last.
    private(set) var recent: [GapRecord] = []
    /// Samples that gaps name, by reason: of this run, and of those before as far as the ring still has them.
    private(set) var lostSamples: [GapRecord.Reason: UInt64] = [:]
    private(set) var earlierLostSamples: UInt64 = 0
    private let scope: SeriesScope?
    private var clock: ClockReading?
    private var waiting: [GapRecord] = []
    private var series: [GapRecord.Reason: Series] = [:]
    /// The end of the last gap shipped, so that a series' times increase.
    private var lastEnds: [GapRecord.Reason: Int64] = [:]

    /// Without an origin gaps are written down and not shipped.
    init(_ origin: GapOrigin?) {
        scope = origin?.scope
        clock = origin?.clock
    }

    /// Takes a gap that the ring has from earlier.
    mutating func recover(_ gap: GapRecord) {
        keep(gap)
        earlierLostSamples += gap.sampleCount
        lastEnds[gap.reason] = max(lastEnds[gap.reason] ?? .min, gap.lastUnixMilliseconds)
    }

    /// Takes a gap that was found now.
    mutating func add(_ gap: GapRecord) {
        keep(gap)
        lostSamples[gap.reason, default: 0] += gap.sampleCount
        // A gap of which no time is known cannot be placed.
        guard scope != nil, gap.lastUnixMilliseconds > 0 else { return }
        if waiting.count < Self.waitingLimit {
            waiting.append(gap)
        } else {
            waiting[waiting.count - 1].lastUnixMilliseconds = gap.lastUnixMilliseconds
        }
    }

    /// Batches that are appended tell the time, which a gap's batch needs.
    mutating func note(_ reading: ClockReading) { clock = reading }

    /// How many `takeBatch` has to give.
    var waitingCount: Int { clock == nil ? 0 : waiting.count }

    /// Takes the next gap as a batch of one sample, for the ring.
    mutating func takeBatch() -> SampleBatch? {
        guard let scope, let clock, let gap = waiting.first else { return nil }
        waiting.removeFirst()
        let series = series[gap.reason] ?? Series(family: Self.family, scope: scope, labelValues: [gap.reason.name])
        self.series[gap.reason] = series
        let end = max(gap.lastUnixMilliseconds, (lastEnds[gap.reason] ?? .min) &+ 1)
        lastEnds[gap.reason] = end
        var batch = SampleBatch(clock: clock, limit: 1)
        let seconds = Double(gap.lastUnixMilliseconds - gap.firstUnixMilliseconds) / 1000
        batch.append(Sample(series, unixMilliseconds: end, value: seconds))
        return batch
    }

    /// Whether a gap that the ring has names all of these damaged records.
    func knowsDamage(_ range: ClosedRange<UInt64>) -> Bool {
        recent.contains {
            $0.reason == .damaged && $0.firstRecord <= range.lowerBound && $0.lastRecord >= range.upperBound
        }
    }

    /// The last record in `range` that a gap names, 0 for none.
    func lastNamed(in range: ClosedRange<UInt64>) -> UInt64 {
        let naming = recent.filter { $0.firstRecord <= range.upperBound && $0.lastRecord >= range.lowerBound }
        return naming.map(\.lastRecord).max() ?? 0
    }

    private mutating func keep(_ gap: GapRecord) {
        if recent.count == Self.recentLimit { recent.removeFirst() }
        recent.append(gap)
    }
}

/// Whose gaps they are, and when they were found.
struct GapOrigin: Sendable {
    var scope: SeriesScope
    var clock: ClockReading
}
