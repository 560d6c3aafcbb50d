/// The interval of a device that declares none: the median of the last distances between its telemetry messages, by
/// its own clock. A median, so that a lost message or an outage does not move it.
struct IntervalEstimate: Equatable {
    static let depth = 15
    static let minimumCount = 3
    private(set) var distances: [UInt32] = []
    private var next = 0
    private var lastUptime: Int64?

    mutating func note(uptimeMilliseconds uptime: Int64) {
        defer { lastUptime = max(uptime, lastUptime ?? uptime) }
        guard let lastUptime, uptime > lastUptime else { return }
        insert(UInt32(clamping: uptime - lastUptime))
    }

    mutating func insert(_ distance: UInt32) {
        if distances.count < IntervalEstimate.depth {
            distances.append(distance)
        } else {
            distances[next] = distance
            next = (next + 1) % IntervalEstimate.depth
        }
    }

    mutating func beginBoot() { lastUptime = nil }

    /// The median in milliseconds, or nil with fewer than three distances.
    var milliseconds: Int64? {
        guard distances.count >= IntervalEstimate.minimumCount else { return nil }
        return Int64(distances.sorted()[distances.count / 2])
    }
}
