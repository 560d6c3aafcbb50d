internal import MetricModel

extension ClockReading {
    /// What the wall clock would have said when CLOCK_BOOTTIME was zero, had it gone evenly: the same at all times of a
    /// boot in which nobody sets the clock.
    var bootUnixMilliseconds: Int64 { unixMilliseconds &- bootNanoseconds / 1_000_000 }
}
