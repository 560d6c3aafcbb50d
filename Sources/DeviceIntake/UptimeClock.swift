internal import MetricModel

/// Places a device's uptime on the gateway's CLOCK_BOOTTIME, so that a message that waited somewhere gets the time at
/// which it was measured.
///
/// Arrival minus uptime is the moment the device started, plus what its clock has lost since, plus the time the
/// message was on its way. The first two are a line over the uptime, and no message lies below it; so the line is laid
/// under all messages and touches two of those that were fastest: an edge of their lower convex hull, the one where
/// the mean of the uptimes is. Source: Moon, Skelly and Towsley, Estimation and removal of clock skew from network
/// delay measurements, INFOCOM 1999. What a message lies above the line, it has waited.
///
/// No message counts that lies above or below another by more than `plausibleDrift` explains. A backlog is far above
/// what came before the outage, so it never bends the line. Points age in two generations of half an hour each, and
/// one ends only when live messages have spanned that time: an outage, however long, leaves the line that was.
///
/// A message that always waits equally long cannot be told from one that does not: nobody could without a second
/// synchronised clock.
struct UptimeClock: Equatable {
    /// No clock of a device that works is farther off: crystals are within 20 to 100 parts per million.
    static let plausibleDrift = 500e-6
    static let generationNanoseconds: Int64 = 1_800_000_000_000
    /// Points of one generation; a hull of random delays has about a dozen.
    static let pointLimit = 32
    /// The drift is taken from the messages once they span this; before, it is that of the boot before, or 0.
    static let leastSpanNanoseconds: Int64 = 60_000_000_000
    /// The drift is worth telling once the messages span this.
    static let fittedSpanNanoseconds: Int64 = 600_000_000_000
    /// Messages that waited less are taken to be live, and make the mean.
    static let liveNanoseconds: Int64 = 1_000_000_000

    /// Where live messages are.
    var line: ClockLine
    /// The hull of the generation before, then, from `currentStart`, that of the one under way.
    var points: [ClockPoint] = []
    var currentStart = 0
    /// The live messages of both.
    var earlier = UptimeMean()
    var current = UptimeMean()
    /// The uptime from which the line is laid again.
    var nextFitUptime = Int64.min
    private var watch = PaceWatch()
    /// Whether with the last message the uptime has gone at no plausible pace for two minutes.
    private(set) var isPaceImplausible = false

    /// Begins with a message of this boot; it is held to have come without delay. `slope` is the device's drift as it
    /// was in the boot before.
    init(arrivalNanoseconds: Int64, uptimeNanoseconds: Int64, slope: Double = 0) {
        line = ClockLine(
            point: ClockPoint(
                uptimeNanoseconds: uptimeNanoseconds,
                offsetNanoseconds: SafeSum.time(arrivalNanoseconds, -uptimeNanoseconds)),
            slope: slope)
        points.append(line.point)
    }

    /// Begins with a line known from before.
    init(line: ClockLine) {
        self.line = line
    }

    /// How fast the device's clock is, in parts per million, once that is known.
    var driftPartsPerMillion: Double? {
        line.spanNanoseconds >= UptimeClock.fittedSpanNanoseconds ? -line.slope * 1e6 : nil
    }

    /// Takes a message into the fit; how much earlier than this arrival it was measured, in nanoseconds, never negative.
    mutating func lag(arrivalNanoseconds arrival: Int64, uptimeNanoseconds uptime: Int64) -> Int64 {
        let uptime = max(0, uptime)
        let point = ClockPoint(uptimeNanoseconds: uptime, offsetNanoseconds: SafeSum.time(arrival, -uptime))
        let expected = line.offset(atUptimeNanoseconds: uptime)
        let isFarBelow = take(point)
        let delay = delay(of: point)
        if delay < UptimeClock.liveNanoseconds { current.add(uptime) }
        let verdict = watch.note(
            point, arrivalNanoseconds: arrival, delayNanoseconds: delay,
            gainNanoseconds: isFarBelow ? max(0, SafeSum.time(expected, -point.offsetNanoseconds)) : 0)
        isPaceImplausible = verdict != .plausible
        guard case .beginAnew(let least) = verdict else { return delay }
        beginAnew(least)
        return self.delay(of: point)
    }

    /// The offset of a message with this uptime that came without delay.
    func offset(atUptimeNanoseconds uptime: Int64) -> Int64 { line.offset(atUptimeNanoseconds: uptime) }

    private func delay(of point: ClockPoint) -> Int64 {
        max(0, SafeSum.time(point.offsetNanoseconds, -line.offset(atUptimeNanoseconds: point.uptimeNanoseconds)))
    }

    private mutating func beginAnew(_ point: ClockPoint) {
        line = ClockLine(point: point)
        points.removeAll(keepingCapacity: true)
        points.append(point)
        currentStart = 0
        earlier = UptimeMean()
        current = UptimeMean()
        current.add(point.uptimeNanoseconds)
        nextFitUptime = .min
    }

    /// Carries the fit to a CLOCK_BOOTTIME that stands otherwise.
    mutating func move(byNanoseconds shift: Int64) {
        line.point.move(byNanoseconds: shift)
        for index in points.indices { points[index].move(byNanoseconds: shift) }
    }

    /// Keeps the line alone: for a boot that is over.
    mutating func reduceToLine() {
        self = UptimeClock(line: line)
    }
}
