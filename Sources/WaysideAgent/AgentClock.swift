internal import LinuxSystem
internal import MetricModel

/// Reads all clocks of one moment.
struct AgentClock: Sendable {
    let bootID: BootID
    private let read: @Sendable () -> ClockReading

    /// Reads the boot's identity once.
    init() throws(SystemError) {
        let id = try Machine.bootID()
        let bootID = BootID(high: id.high, low: id.low)
        self.bootID = bootID
        read = {
            ClockReading(
                bootID: bootID, bootNanoseconds: Clocks.bootNanoseconds(), unixMilliseconds: Clocks.unixMilliseconds(),
                isSynchronised: Clocks.isSynchronised())
        }
    }

    /// A clock that is read elsewhere, for simulations.
    init(_ read: @escaping @Sendable () -> ClockReading) {
        bootID = read().bootID
        self.read = read
    }

    func reading() -> ClockReading { read() }
}
