import MetricModel

/// What has arrived at one receiver, by serial.
struct Receipts {
    /// How often each sample was stored.
    private(set) var counts: [UInt8] = []
    /// Serials that somebody refused for good, so that they may be missing.
    var refused: Set<Int> = []
    private(set) var storedCount = 0
    /// The newest time of each series, in each lane.
    private var newest: [Int: [Int32: Int64]] = [:]
    /// The first sample of each live lane that went before a backlog, ascending.
    private var laneStarts: [Int] = []

    func has(_ serial: Int) -> Bool { serial < counts.count && counts[serial] > 0 }

    /// Samples from `serial` on go before those that are older.
    mutating func divide(at serial: Int) {
        guard !laneStarts.contains(serial) else { return }
        laneStarts.append(serial)
        laneStarts.sort()
        // What has come of the later part already counts for it.
        newest[laneStarts.count { $0 <= serial }] = [:]
    }

    /// Notes that a sample was stored; answers whether it is the first time, and whether it came in the order of time.
    mutating func store(
        _ serial: Int, series: Int32, unixMilliseconds: Int64
    ) -> (isFirst: Bool, isInOrder: Bool) {
        if serial >= counts.count { counts.append(contentsOf: repeatElement(0, count: serial + 64 - counts.count)) }
        let isFirst = counts[serial] == 0
        if counts[serial] < .max { counts[serial] += 1 }
        guard isFirst else { return (false, true) }
        storedCount += 1
        let lane = laneStarts.count { $0 <= serial }
        let before = newest[lane, default: [:]][series] ?? .min
        newest[lane, default: [:]][series] = max(before, unixMilliseconds)
        // What was refused and, by an agent that had forgotten it, tried again comes late.
        return (true, unixMilliseconds > before || refused.contains(serial))
    }
}
