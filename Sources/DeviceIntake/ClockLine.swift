internal import MetricModel

/// Where CLOCK_BOOTTIME stands when a device's uptime has a given value: a straight line.
struct ClockLine: Equatable {
    /// A point on it.
    var point: ClockPoint
    /// How much the offset rises per unit of uptime; above 0 the device's clock is slow.
    var slope = 0.0
    /// The time between the first and the last message that it rests on.
    var spanNanoseconds: Int64 = 0

    /// The offset of a message that came without delay.
    func offset(atUptimeNanoseconds uptime: Int64) -> Int64 {
        let run = Double(uptime - point.uptimeNanoseconds)
        return SafeSum.time(point.offsetNanoseconds, Int64(slope * run))
    }
}
