package import LinuxSystem
package import MetricModel

/// Reads all clocks of one moment.
package struct AgentClock: Sendable {
    package let bootID: BootID

    /// Reads the boot's identity once.
    package init() throws(SystemError) {
        let id = try Machine.bootID()
        bootID = BootID(high: id.high, low: id.low)
    }

    package func reading() -> ClockReading {
        ClockReading(
            bootID: bootID, bootNanoseconds: Clocks.bootNanoseconds(), unixMilliseconds: Clocks.unixMilliseconds(),
            isSynchronised: Clocks.isSynchronised())
    }
}
