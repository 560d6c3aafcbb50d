/// Places a device's uptime on the gateway's CLOCK_BOOTTIME, so that a message that waited somewhere gets the time at
/// which it was measured.
///
/// Arrival minus uptime is the moment the device started plus the time the message was on its way. The smallest such
/// offset belongs to the fastest message; what another one has more, it has waited. Clocks drift, so after each half
/// minute of messages that came at the pace of their own uptimes, the offset is raised to the smallest of that half
/// minute. At that pace means within one eighth, for what the network does to the first and the last message. A backlog
/// being flushed comes faster, so it cannot raise the offset.
///
/// A message that always waits equally long cannot be told from one that does not: nobody could without a second
/// synchronised clock.
struct UptimeClock: Equatable {
    static let windowNanoseconds: Int64 = 30_000_000_000
    static let windowMessageCount: UInt32 = 5

    /// CLOCK_BOOTTIME nanoseconds of uptime zero, as the fastest message has it.
    private(set) var offsetNanoseconds: Int64
    private var windowArrival: Int64
    private var windowUptime: Int64
    private var windowMinimum: Int64
    private var windowCount: UInt32 = 0

    /// Begins with a message of this boot; it is held to have come without delay.
    init(arrivalNanoseconds: Int64, uptimeNanoseconds: Int64) {
        offsetNanoseconds = arrivalNanoseconds - uptimeNanoseconds
        windowArrival = arrivalNanoseconds
        windowUptime = uptimeNanoseconds
        windowMinimum = offsetNanoseconds
    }

    /// Begins with an offset known from before.
    init(offsetNanoseconds: Int64) {
        self.offsetNanoseconds = offsetNanoseconds
        windowArrival = .min
        windowUptime = 0
        windowMinimum = .max
    }

    /// How much earlier than this arrival the message was measured, in nanoseconds; never negative.
    mutating func lag(arrivalNanoseconds arrival: Int64, uptimeNanoseconds uptime: Int64) -> Int64 {
        let offset = arrival - uptime
        offsetNanoseconds = min(offsetNanoseconds, offset)
        if windowArrival == .min { beginWindow(arrival, uptime) }
        windowMinimum = min(windowMinimum, offset)
        windowCount += 1
        let span = arrival - windowArrival
        if span >= UptimeClock.windowNanoseconds && windowCount >= UptimeClock.windowMessageCount {
            if (uptime - windowUptime - span).magnitude <= span.magnitude / 8 {
                offsetNanoseconds = max(offsetNanoseconds, windowMinimum)
            }
            beginWindow(arrival, uptime)
        }
        return max(0, offset - offsetNanoseconds)
    }

    private mutating func beginWindow(_ arrival: Int64, _ uptime: Int64) {
        windowArrival = arrival
        windowUptime = uptime
        windowMinimum = arrival - uptime
        windowCount = 0
    }
}
