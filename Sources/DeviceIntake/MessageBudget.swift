internal import MetricModel

/// How many messages a device may send: a token bucket, so that one that floods fills neither the flash nor the link
/// at the cost of the others.
///
/// Tokens come with time, and time is what has passed for the device: between two messages of a backlog its uptime has
/// gone on by an interval, though they arrive at once. So a backlog is never refused, however long it is. How far the
/// uptimes may run ahead of the arrivals is limited to a day; silence wins that time back. A device without a clock
/// draws its tokens on the same day.
struct MessageBudget: Equatable {
    static let aheadLimitNanoseconds: Int64 = 86_400_000_000_000

    private var tokens: Double
    private var lastArrival: Int64
    /// How far the device's time may still run ahead.
    private var aheadNanoseconds = MessageBudget.aheadLimitNanoseconds
    private var bootID: UInt32?
    private var newestMilliseconds: UInt64?

    /// A full bucket.
    init(burst: Int, arrivalNanoseconds: Int64) {
        tokens = Double(burst)
        lastArrival = arrivalNanoseconds
    }

    /// Takes a token for a message; false where there is none. `milliseconds` is what the device's own clock said,
    /// whichever it has.
    mutating func take(
        arrivalNanoseconds arrival: Int64, bootID: UInt32?, milliseconds: UInt64?, ratePerSecond: Int, burst: Int
    ) -> Bool {
        let passed = max(0, SafeSum.time(arrival, -lastArrival))
        lastArrival = max(lastArrival, arrival)
        let time = counted(passed, advance(bootID, milliseconds))
        tokens = min(Double(burst), tokens + Double(time) / 1e9 * Double(ratePerSecond))
        if tokens < 1, milliseconds == nil {
            let price = 1_000_000_000 / Int64(ratePerSecond)
            guard aheadNanoseconds >= price else { return false }
            aheadNanoseconds -= price
            tokens += 1
        }
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    /// How far the device's clock has gone on since the newest message of this boot.
    private mutating func advance(_ bootID: UInt32?, _ milliseconds: UInt64?) -> Int64 {
        guard let milliseconds else { return 0 }
        defer { self.bootID = bootID }
        guard let newest = newestMilliseconds, bootID == self.bootID, milliseconds > newest else {
            // A late message is no step back of the clock, unless it is another boot's or a clock's wrap.
            if let newest = newestMilliseconds, bootID == self.bootID, newest - milliseconds < 60_000 { return 0 }
            newestMilliseconds = milliseconds
            return 0
        }
        newestMilliseconds = milliseconds
        return SafeSum.nanoseconds(milliseconds: Int64(clamping: milliseconds - newest))
    }

    private mutating func counted(_ passed: Int64, _ advance: Int64) -> Int64 {
        guard advance > passed else {
            aheadNanoseconds = min(
                MessageBudget.aheadLimitNanoseconds, SafeSum.time(aheadNanoseconds, passed - advance))
            return passed
        }
        let ahead = min(advance - passed, aheadNanoseconds)
        aheadNanoseconds -= ahead
        return passed + ahead
    }
}
