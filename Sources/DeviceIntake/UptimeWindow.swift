/// The last messages of one topic of a device without sequence numbers, to know them again when they are redelivered.
///
/// Within a boot the uptime alone is the name of a message. An uptime that was seen in an earlier boot is the same
/// message only if the payload is the same too.
struct UptimeWindow: Equatable {
    struct Entry: Equatable {
        let uptime: UInt32
        /// Hash of the payload; 0 where it is not known (after a restart).
        let hash: UInt32
    }

    let limit: Int
    private(set) var entries: [Entry] = []
    /// Where the oldest entry is once `limit` is reached.
    private var oldest = 0
    /// How many of the newest entries are of the current boot.
    private(set) var currentCount = 0

    init(limit: Int) {
        precondition(limit > 0, "a window of no width would take every redelivery")
        self.limit = limit
    }

    mutating func insert(_ entry: Entry) {
        if entries.count < limit {
            entries.append(entry)
        } else {
            entries[oldest] = entry
            oldest = (oldest + 1) % limit
        }
        currentCount = min(currentCount + 1, limit)
    }

    mutating func beginBoot() { currentCount = 0 }

    /// Whether a message of the current boot with this uptime has come.
    func containsNow(_ uptime: UInt32) -> Bool {
        for age in 0..<currentCount where entry(age).uptime == uptime { return true }
        return false
    }

    /// Whether a message with this uptime and payload came in an earlier boot.
    func containsBefore(_ entry: Entry) -> Bool {
        for age in currentCount..<max(currentCount, entries.count) where self.entry(age) == entry { return true }
        return false
    }

    /// The entries from oldest to newest.
    var inOrder: [Entry] { entries.indices.reversed().map { entry($0) } }

    /// The entry that many places before the newest.
    private func entry(_ age: Int) -> Entry {
        let position = entries.count < limit ? entries.count - 1 - age : oldest - 1 - age
        return entries[position < 0 ? position + limit : position]
    }
}
