internal import BatchRecord
internal import MetricModel

/// Places the batches of boots that are over (DESIGN.md, "Earlier boots"): pure, from what the ring knows of them.
enum EarlierBoots {
    /// A correction and how many samples it moves.
    struct Placement: Equatable {
        let correction: TimeCorrectionRecord
        let sampleCount: UInt64
    }

    /// `spans` are in the order of the ring, the running boot's among them. `now` is nil where the clock cannot be
    /// trusted; no time before `floorUnixMilliseconds` is.
    static func place(
        _ spans: [BootSpan], running bootID: BootID, now: ClockReading?, floorUnixMilliseconds floor: Int64
    ) -> [Placement] {
        let ends = latestEnds(spans, running: bootID, now: now)
        var newest: Int64?
        var placements: [Placement] = []
        for (index, span) in spans.enumerated() where span.bootID != bootID {
            if let good = span.newestUnixMilliseconds, good >= floor { newest = max(newest ?? good, good) }
            guard let open = span.open else { continue }
            if let clock = span.synchronised {
                let boot = clock.bootUnixMilliseconds
                let isRight = open.isWithin(TimeJudge.stepMilliseconds, of: boot)
                if !isRight { placements.append(placement(span, open, at: boot, isUncertain: false)) }
                continue
            }
            let from = max(newest ?? floor, floor)
            if open.earliestUnixMilliseconds >= from, open.latestUnixMilliseconds <= ends[index] ?? .max {
                // Nothing speaks against its clock.
                newest = open.latestUnixMilliseconds
                continue
            }
            guard let boot = guess(open, after: newest, before: ends[index]) else { continue }
            placements.append(placement(span, open, at: boot, isUncertain: true))
            newest = boot &+ open.lastBootNanoseconds / 1_000_000
        }
        return placements
    }

    /// When the boot began, at the earliest that the record before allows, as if the gateway had booted again at once;
    /// but so that its last batch comes before the next boot that is known. Nil where neither is.
    private static func guess(_ open: BootSpan.Open, after newest: Int64?, before end: Int64?) -> Int64? {
        let latest = end.map { $0 &- 1 &- open.lastBootNanoseconds / 1_000_000 }
        guard let newest else { return latest }
        return min(newest &+ 1, latest ?? .max)
    }

    /// For each span, the beginning of the next boot that is known, which it must have ended before.
    private static func latestEnds(_ spans: [BootSpan], running bootID: BootID, now: ClockReading?) -> [Int64?] {
        var end = now?.bootUnixMilliseconds
        var ends: [Int64?] = []
        for span in spans.reversed() {
            ends.append(end)
            if span.bootID != bootID, let clock = span.synchronised { end = clock.bootUnixMilliseconds }
        }
        return ends.reversed()
    }

    private static func placement(
        _ span: BootSpan, _ open: BootSpan.Open, at boot: Int64, isUncertain: Bool
    ) -> Placement {
        Placement(
            correction: TimeCorrectionRecord(
                bootID: span.bootID, firstRecord: open.first, lastRecord: open.last, bootUnixMilliseconds: boot,
                isUncertain: isUncertain),
            sampleCount: open.sampleCount)
    }
}

extension BootSpan.Open {
    /// Whether no batch's clock was further off than this.
    func isWithin(_ milliseconds: Int64, of boot: Int64) -> Bool {
        boot &- lowestBootUnixMilliseconds <= milliseconds && highestBootUnixMilliseconds &- boot <= milliseconds
    }
}
