internal import DeviceIntake

/// What every device's counters were half an hour to an hour ago, or when the agent started: what has been counted
/// since then says how a device is doing now, which the totals of a year do not.
struct RecentCounts: Sendable {
    static let spanNanoseconds: Int64 = 1_800_000_000_000

    private var before: [String: DeviceCounts]
    private var beforeNanoseconds: Int64
    private var since: [String: DeviceCounts]
    private var sinceNanoseconds: Int64

    /// Begins with the counters that the agent starts with.
    init(_ counts: [String: DeviceCounts], bootNanoseconds now: Int64) {
        before = counts
        beforeNanoseconds = now
        since = counts
        sinceNanoseconds = now
    }

    /// Moves on where the span is over; `counts` is asked for only then.
    mutating func note(bootNanoseconds now: Int64, _ counts: () -> [String: DeviceCounts]) {
        guard now - sinceNanoseconds >= RecentCounts.spanNanoseconds else { return }
        before = since
        beforeNanoseconds = sinceNanoseconds
        since = counts()
        sinceNanoseconds = now
    }

    /// What was counted of a device in the time that `milliseconds` tells.
    func recent(_ device: DeviceStatus) -> DeviceCounts {
        before[device.id].map(device.counts.since) ?? device.counts
    }

    /// How far back `recent` looks.
    func milliseconds(bootNanoseconds now: Int64) -> Int64 { max(0, now - beforeNanoseconds) / 1_000_000 }
}
