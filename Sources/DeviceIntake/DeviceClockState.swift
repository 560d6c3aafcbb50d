/// How a device's messages are placed in time; raw values are the label values of `device_clock_state{state}`.
package enum DeviceClockState: String, Sendable {
    /// By the device's own wall clock, which is synchronised.
    case declared
    /// By its uptime, whose beginning and drift are known.
    case fitted
    /// By its uptime, of whose drift little is known yet: times after a long silence may be off.
    case learning
}
