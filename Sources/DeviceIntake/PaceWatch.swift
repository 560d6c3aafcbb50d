internal import MetricModel

/// Watches for a device whose uptime goes otherwise than any crystal: such a one would look ever more delayed, or
/// never, and the fit must begin anew instead.
///
/// Two minutes of messages are judged together, and only if they came at the pace of their own uptimes within one
/// eighth, for what the network does to the first and the last one. A backlog that is being flushed comes faster.
struct PaceWatch: Equatable {
    enum Verdict: Equatable {
        case plausible
        /// Nothing came without delay, and the delay did not shrink: what looks like delay is the clock. Begin anew
        /// from the least delayed message of the last minute.
        case beginAnew(ClockPoint)
        /// The uptime ran ahead all the time, so that each message seemed faster than all before.
        case runsAhead
    }

    static let spanNanoseconds: Int64 = 120_000_000_000
    static let leastCount: UInt32 = 10
    /// A delay below this is left to the fit, which follows within the hour.
    static let delayNanoseconds: Int64 = 500_000_000
    /// By how much the delay may seem to shrink between the halves for the unevenness of the network.
    static let shrinkNanoseconds: Int64 = 100_000_000
    /// More than a clock within the plausible drift can gain in a minute.
    static let gainNanoseconds: Int64 = 30_000_000

    private var startArrival = Int64.min
    private var startUptime: Int64 = 0
    private var count: UInt32 = 0
    private var earlyDelay = Int64.max
    private var lateDelay = Int64.max
    private var latePoint = ClockPoint(uptimeNanoseconds: 0, offsetNanoseconds: 0)
    private var lateGain: Int64 = 0

    /// Takes note of a message: its delay by the fit, and by how much it was faster than the fit held possible.
    mutating func note(
        _ point: ClockPoint, arrivalNanoseconds arrival: Int64, delayNanoseconds delay: Int64, gainNanoseconds: Int64
    ) -> Verdict {
        if startArrival == .min || arrival < startArrival { begin(arrival, point) }
        count += 1
        let elapsed = SafeSum.time(arrival, -startArrival)
        if elapsed < PaceWatch.spanNanoseconds / 2 {
            earlyDelay = min(earlyDelay, delay)
        } else {
            lateGain = SafeSum.time(lateGain, gainNanoseconds)
            if delay < lateDelay {
                lateDelay = delay
                latePoint = point
            }
        }
        guard elapsed >= PaceWatch.spanNanoseconds, count >= PaceWatch.leastCount else { return .plausible }
        let verdict = verdict(elapsed, SafeSum.time(point.uptimeNanoseconds, -startUptime))
        begin(arrival, point)
        return verdict
    }

    private func verdict(_ elapsed: Int64, _ advance: Int64) -> Verdict {
        guard SafeSum.time(advance, -elapsed).magnitude <= elapsed.magnitude / 8 else { return .plausible }
        if lateGain > PaceWatch.gainNanoseconds { return .runsAhead }
        guard min(earlyDelay, lateDelay) > PaceWatch.delayNanoseconds, lateDelay != .max,
            earlyDelay == .max || lateDelay >= earlyDelay - PaceWatch.shrinkNanoseconds
        else { return .plausible }
        return .beginAnew(latePoint)
    }

    private mutating func begin(_ arrival: Int64, _ point: ClockPoint) {
        self = PaceWatch()
        startArrival = arrival
        startUptime = point.uptimeNanoseconds
    }
}
