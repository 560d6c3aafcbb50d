internal import MetricModel

/// How long what was said of a reading may be repeated: four of its intervals, at least five minutes, which is when a
/// single reading ends too.
struct Freshness: Sendable {
    private var stampUnixMilliseconds: Int64?
    private var steps = StepObserver()
    private var measuredBootNanoseconds = Int64.min

    private static let leastMilliseconds: Int64 = 300_000

    /// A sample of the batch that this clock was read for.
    mutating func note(_ stamp: Int64, _ clock: ClockReading) {
        if let last = stampUnixMilliseconds {
            let (step, overflow) = stamp.subtractingReportingOverflow(last)
            if !overflow { steps.add(step) }
        }
        stampUnixMilliseconds = stamp
        let lag = SafeSum.unixTime(
            clock.unixMilliseconds, SafeSum.clamped(-SafeSum.clamped(stamp, SafeSum.unixLimit), SafeSum.unixLimit))
        let measured = SafeSum.time(clock.bootNanoseconds, -SafeSum.nanoseconds(milliseconds: lag))
        measuredBootNanoseconds = max(measuredBootNanoseconds, measured)
    }

    /// The gateway has booted: what was measured before is of no known age.
    mutating func forget() { self = Freshness() }

    func isFresh(_ clock: ClockReading) -> Bool {
        guard measuredBootNanoseconds != .min else { return false }
        let hold = max(WearInput.holdIntervals * (steps.medianMilliseconds ?? 0), Freshness.leastMilliseconds)
        return SafeSum.time(clock.bootNanoseconds, -measuredBootNanoseconds) <= hold * 1_000_000
    }
}
