internal import LinuxSystem
internal import MetricModel

/// Reads all clocks of one moment.
struct AgentClock: Sendable {
    let bootID: BootID

    /// Reads the boot's identity once.
    init() throws(SystemError) {
        let id = try Machine.bootID()
        bootID = BootID(high: id.high, low: id.low)
    }

    func reading() -> ClockReading {
        ClockReading(
            bootID: bootID, bootNanoseconds: Clocks.bootNanoseconds(), unixMilliseconds: Clocks.unixMilliseconds(),
            isSynchronised: Clocks.isSynchronised())
    }
}
