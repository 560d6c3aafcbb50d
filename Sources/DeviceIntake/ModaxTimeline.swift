/// Time and order of a device that sends nothing but 32-bit uptimes: which messages were seen, and which boot it is.
struct ModaxTimeline: Equatable {
    /// An uptime that falls behind the gateway's clock by more than this between two messages is a boot or a backlog.
    static let laggingMilliseconds: Int64 = 5_000

    /// nil where the gateway has rebooted and does not know for how long it was off.
    var clock: UptimeClock?
    /// The newest uptime, its 32-bit wraps counted in.
    var newestUptime: Int64
    var newestArrivalNanoseconds: Int64
    /// One for each `ModaxStream`.
    var windows: [UptimeWindow]

    init(clock: UptimeClock?, newestUptime: Int64, newestArrivalNanoseconds: Int64, windows: [UptimeWindow]) {
        self.clock = clock
        self.newestUptime = newestUptime
        self.newestArrivalNanoseconds = newestArrivalNanoseconds
        self.windows = windows
    }

    init(first identity: MessageIdentity, arrival: Arrival, windowLimit: Int) {
        let windows = [UptimeWindow](repeating: UptimeWindow(limit: windowLimit), count: 2)
        self.init(
            clock: UptimeClock(
                arrivalNanoseconds: arrival.bootNanoseconds,
                uptimeNanoseconds: identity.uptimeMilliseconds * 1_000_000),
            newestUptime: identity.uptimeMilliseconds, newestArrivalNanoseconds: arrival.bootNanoseconds,
            windows: windows)
        insert(identity)
    }

    /// Takes a message, or knows it for a redelivery. `intervalMilliseconds` is that of the device, 0 if unknown.
    mutating func take(_ identity: MessageIdentity, arrival: Arrival, intervalMilliseconds: Int64) -> TimelineVerdict {
        let uptime32 = UInt32(truncatingIfNeeded: identity.uptimeMilliseconds)
        if windows[Int(identity.stream)].containsNow(uptime32) { return .duplicate }
        // The difference modulo 2^32 makes a wrap a small step forward.
        let step = Int64(Int32(truncatingIfNeeded: identity.uptimeMilliseconds &- newestUptime))
        let isReboot = isReboot(step: step, arrival: arrival, intervalMilliseconds: intervalMilliseconds)
        if isReboot {
            let entry = UptimeWindow.Entry(uptime: uptime32, hash: identity.hash)
            if windows[Int(identity.stream)].containsBefore(entry) { return .duplicate }
            beginBoot(identity, arrival)
        } else if step > 0 {
            newestUptime = min(newestUptime + step, Int64(NativeDecoder.uptimeLimitMilliseconds))
            newestArrivalNanoseconds = arrival.bootNanoseconds
        }
        insert(identity)
        let uptime = isReboot || step > 0 ? newestUptime : newestUptime + step
        let lag = lag(arrival.bootNanoseconds, uptime * 1_000_000)
        return .taken(lagNanoseconds: lag, isLate: !isReboot && step < 0, isReboot: isReboot)
    }

    private mutating func lag(_ arrival: Int64, _ uptime: Int64) -> Int64 {
        var clock = self.clock ?? UptimeClock(arrivalNanoseconds: arrival, uptimeNanoseconds: uptime)
        defer { self.clock = clock }
        return clock.lag(arrivalNanoseconds: arrival, uptimeNanoseconds: uptime)
    }

    private func isReboot(step: Int64, arrival: Arrival, intervalMilliseconds: Int64) -> Bool {
        if step <= 0 { return step < -UptimeOrder.reorderMilliseconds }
        guard let clock else { return false }
        let offset = arrival.bootNanoseconds - (newestUptime + step) * 1_000_000
        let expected = clock.offset(atUptimeNanoseconds: (newestUptime + step) * 1_000_000)
        let isAhead = offset < expected - UptimeOrder.leapMilliseconds * 1_000_000
        if step > UptimeOrder.leapMilliseconds && isAhead { return true }
        // After a silence the next message of a backlog follows the last one by an interval. If the uptime has gone on
        // by much more than that, and yet by less than the silence, the device was off for a while.
        let silence = (arrival.bootNanoseconds - newestArrivalNanoseconds) / 1_000_000
        let isBacklog = step <= max(UptimeOrder.reorderMilliseconds, 10 * intervalMilliseconds)
        return !isBacklog && silence - step > ModaxTimeline.laggingMilliseconds + step / 16
    }

    private mutating func beginBoot(_ identity: MessageIdentity, _ arrival: Arrival) {
        newestUptime = identity.uptimeMilliseconds
        newestArrivalNanoseconds = arrival.bootNanoseconds
        clock = UptimeClock(
            arrivalNanoseconds: arrival.bootNanoseconds, uptimeNanoseconds: newestUptime * 1_000_000,
            slope: clock?.line.slope ?? 0)
        for index in windows.indices { windows[index].beginBoot() }
    }

    private mutating func insert(_ identity: MessageIdentity) {
        windows[Int(identity.stream)].insert(
            UptimeWindow.Entry(
                uptime: UInt32(truncatingIfNeeded: identity.uptimeMilliseconds), hash: identity.hash))
    }
}
