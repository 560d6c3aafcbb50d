internal import MetricModel

/// One message as a clock fit sees it: when the device sent it by its uptime, and how much later than that number of
/// nanoseconds CLOCK_BOOTTIME stood when it came.
struct ClockPoint: Equatable {
    var uptimeNanoseconds: Int64
    /// Arrival − uptime, in whole microseconds so that a state record keeps it exactly.
    var offsetNanoseconds: Int64

    init(uptimeNanoseconds: Int64, offsetNanoseconds: Int64) {
        self.uptimeNanoseconds = uptimeNanoseconds
        self.offsetNanoseconds = offsetNanoseconds / 1000 * 1000
    }

    mutating func move(byNanoseconds shift: Int64) {
        self = ClockPoint(
            uptimeNanoseconds: uptimeNanoseconds, offsetNanoseconds: SafeSum.time(offsetNanoseconds, shift))
    }

    /// How much the offset rises from this point to a later one, per unit of uptime.
    func slope(to later: ClockPoint) -> Double {
        Double(later.offsetNanoseconds - offsetNanoseconds) / Double(later.uptimeNanoseconds - uptimeNanoseconds)
    }

    /// How far this point lies below the line between two others on both sides of it.
    func depth(below left: ClockPoint, _ right: ClockPoint) -> Double {
        let run = Double(uptimeNanoseconds - left.uptimeNanoseconds)
        return Double(left.offsetNanoseconds - offsetNanoseconds) + left.slope(to: right) * run
    }
}
