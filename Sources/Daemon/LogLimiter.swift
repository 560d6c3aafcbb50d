/// Lets one line per key and interval through and counts the rest: for log lines that the world can repeat at will.
package struct LogLimiter: Sendable {
    private struct Entry {
        var lastNanoseconds: Int64
        var suppressedCount: UInt64
    }

    private let intervalNanoseconds: Int64
    private let keyLimit: Int
    private var entries: [String: Entry] = [:]

    /// `keyLimit` bounds the memory: when it is reached, keys whose interval has passed are forgotten, and while none
    /// has, new keys share one entry.
    package init(intervalSeconds: Int64 = 60, keyLimit: Int = 64) {
        self.intervalNanoseconds = intervalSeconds * 1_000_000_000
        self.keyLimit = keyLimit
    }

    /// Whether to log now: how many lines of this key were held back since the last one, or nil to hold this one back.
    package mutating func admit(_ key: String, bootNanoseconds now: Int64) -> UInt64? {
        let key = entries[key] != nil || makeRoom(now) ? key : ""
        guard let entry = entries[key] else {
            entries[key] = Entry(lastNanoseconds: now, suppressedCount: 0)
            return 0
        }
        guard now - entry.lastNanoseconds >= intervalNanoseconds else {
            entries[key, default: entry].suppressedCount += 1
            return nil
        }
        entries[key] = Entry(lastNanoseconds: now, suppressedCount: 0)
        return entry.suppressedCount
    }

    private mutating func makeRoom(_ now: Int64) -> Bool {
        guard entries.count >= keyLimit else { return true }
        entries = entries.filter { now - $0.value.lastNanoseconds < intervalNanoseconds || $0.key.isEmpty }
        return entries.count < keyLimit
    }
}
