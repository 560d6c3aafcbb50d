internal import MetricModel

/// What one machine's vibration readings say: the severity zone of each axis that sends velocity, and the acceleration
/// without gravity where all three axes come.
struct MachineMonitor: Sendable {
    struct Axis: Sendable {
        let channel: String
        let series: Series
        var zone: Int?
        var freshness = Freshness()
    }

    /// A device's channels beyond this are not judged.
    static let axisLimit = 8

    let deviceID: String
    let machine: VibrationClass
    var axes: [Axis] = []
    private var filter = GravityFilter()
    /// The newest x, y and z, and whether they belong to a moment that is not filtered yet.
    private var values: (Double, Double, Double) = (0, 0, 0)
    private var pending: UInt8 = 0
    private var filteredUnixMilliseconds: Int64?
    private(set) var accelerationFreshness = Freshness()
    /// Axes that were ever heard, by bit; the highest stands for anything else, such as a magnitude.
    private(set) var heardAxes: UInt8 = 0

    static let accelerationChannels = ["x", "y", "z"]
    static let otherAxis = 3

    init(deviceID: String, machine: VibrationClass) {
        self.deviceID = deviceID
        self.machine = machine
    }

    mutating func addVelocity(_ value: Double, axis: Int, at stamp: Int64, _ clock: ClockReading) {
        guard value.isFinite else { return }
        axes[axis].zone = machine.zone(metersPerSecond: value)
        axes[axis].freshness.note(stamp, clock)
    }

    /// `axis` is 0 to 2 for x, y and z.
    mutating func addAcceleration(_ value: Double, axis: Int, at stamp: Int64, _ clock: ClockReading) {
        heardAxes |= 1 << UInt8(axis)
        accelerationFreshness.note(stamp, clock)
        guard axis < MachineMonitor.otherAxis else { return }
        switch axis {
        case 0: values.0 = value
        case 1: values.1 = value
        default: values.2 = value
        }
        pending |= 1 << UInt8(axis)
        guard pending == 0b111 else { return }
        pending = 0
        let last = filteredUnixMilliseconds ?? stamp
        filteredUnixMilliseconds = stamp
        let (elapsed, overflow) = stamp.subtractingReportingOverflow(last)
        filter.add(values.0, values.1, values.2, elapsedSeconds: overflow ? 0 : Double(elapsed) / 1000)
    }

    /// The wall clock was set.
    mutating func moveStamps(_ shift: Int64) {
        filteredUnixMilliseconds = filteredUnixMilliseconds.map { SafeSum.unixTime($0, shift) }
    }

    /// The gateway has booted: measurements of before have no age now.
    mutating func forgetStamps() {
        filteredUnixMilliseconds = nil
        accelerationFreshness.forget()
        for index in axes.indices { axes[index].freshness.forget() }
    }

    /// Acceleration without gravity, or why there is none.
    var acceleration: (value: Double?, reason: AccelerationState) {
        guard heardAxes & 0b111 == 0b111 else {
            return (nil, heardAxes >> UInt8(MachineMonitor.otherAxis) != 0 ? .magnitudeOnly : .axesMissing)
        }
        guard let value = filter.metersPerSecondSquared else { return (nil, .settling) }
        return (value, .ok)
    }
}
