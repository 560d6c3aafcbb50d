internal import MetricModel

/// Decides from readings of the clocks what was set, what is to be trusted and when shipping begins: a value without
/// clock and I/O (DESIGN.md, "Time").
struct TimeJudge: Sendable {
    struct Settings: Sendable {
        /// No clock that is right says less: the build of this program, or the newest record of the ring.
        var floorUnixMilliseconds: Int64
        /// CLOCK_BOOTTIME up to which shipping waits for a clock that says less.
        var waitForSyncNanoseconds: Int64
    }

    /// A clock that jumps by more was set. What NTP cannot slew away it steps, from 128 ms (ntpd) or 400 ms
    /// (timesyncd) on; below this, samples are not worth moving.
    static let stepMilliseconds: Int64 = 500
    /// How fast a clock may be slewed: chrony's `maxslewrate` is a twelfth.
    private static let slewDivisor: Int64 = 10

    let settings: Settings
    private(set) var status = TimeStatus()
    private var before: ClockReading?
    /// Whether the clock was set or synchronised and the unsent batches do not know it yet.
    private var needsCorrection = true
    private var isShipping = false

    init(_ settings: Settings) { self.settings = settings }

    /// Takes what the clocks say now. `wasSet` is the kernel's word that the wall clock was set since the last reading.
    mutating func observe(_ now: ClockReading, wasSet: Bool = false) -> [TimeAction] {
        var actions: [TimeAction] = []
        if let before {
            let step = step(from: before, to: now, wasSet: wasSet)
            if step != 0 {
                status.stepCount += 1
                status.lastStepMilliseconds = step
                needsCorrection = true
                actions.append(.stepped(milliseconds: step))
            }
        }
        if now.isSynchronised != before?.isSynchronised ?? false {
            actions.append(.synchronised(now.isSynchronised))
            if now.isSynchronised { needsCorrection = true }
        }
        before = now
        status.isSynchronised = now.isSynchronised
        status.isTrusted = now.isSynchronised || now.unixMilliseconds >= settings.floorUnixMilliseconds
        if needsCorrection, status.isTrusted {
            needsCorrection = false
            actions.append(.correct(now))
        }
        if !isShipping { actions += considerShipping(now) }
        return actions
    }

    /// A correction could not be made; it is asked for again.
    mutating func correctionFailed() { needsCorrection = true }

    /// By how much the wall clock was set, 0 where it was not.
    private func step(from before: ClockReading, to now: ClockReading, wasSet: Bool) -> Int64 {
        let moved = now.bootUnixMilliseconds &- before.bootUnixMilliseconds
        let elapsed = max(0, now.bootNanoseconds &- before.bootNanoseconds) / 1_000_000
        let allowance = TimeJudge.stepMilliseconds + (wasSet ? 0 : elapsed / TimeJudge.slewDivisor)
        return moved.magnitude > UInt64(allowance) ? moved : 0
    }

    private mutating func considerShipping(_ now: ClockReading) -> [TimeAction] {
        let reason: ShippingReason
        if now.isSynchronised {
            reason = .synchronised
        } else if status.isTrusted {
            reason = .plausible
        } else if now.bootNanoseconds >= settings.waitForSyncNanoseconds {
            reason = .waitedInVain
        } else {
            defer { status.waitsUntilBootNanoseconds = settings.waitForSyncNanoseconds }
            return status.waitsUntilBootNanoseconds == nil ? [.hold] : []
        }
        isShipping = true
        status.waitsUntilBootNanoseconds = nil
        status.waitedInVain = reason == .waitedInVain
        return [.placeEarlierBoots(status.isTrusted ? now : nil), .ship(reason)]
    }
}
