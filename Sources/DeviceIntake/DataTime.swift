internal import MetricModel

/// When a device's newest data was measured.
struct DataTime: Equatable {
    /// On this boot's CLOCK_BOOTTIME; below zero for what was measured before the gateway booted.
    var bootNanoseconds: Int64
    /// On the wall clock.
    var unixMilliseconds: Int64
    /// Whether the wall clock was synchronised then.
    var isSynchronised: Bool
    /// Whether the age from `bootNanoseconds` is only a lower bound.
    var isLowerBound = false

    func ageMilliseconds(_ clock: ClockReading) -> Int64 {
        max(0, (clock.bootNanoseconds - bootNanoseconds) / 1_000_000)
    }

    /// Replaces a lower bound by the wall clock's word as soon as that can be trusted.
    mutating func refine(_ now: ClockReading) {
        guard isLowerBound, isSynchronised, now.isSynchronised else { return }
        let age = SafeSum.nanoseconds(milliseconds: max(0, now.unixMilliseconds - unixMilliseconds))
        bootNanoseconds = SafeSum.time(now.bootNanoseconds, -age)
        isLowerBound = false
    }
}
