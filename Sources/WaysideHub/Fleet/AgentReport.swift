/// What the hub knows of one agent.
struct AgentReport: Sendable {
    /// Whether the gateway's wall clock can be believed, by what the agent said last.
    enum Clock: String, Sendable {
        case synchronised
        case unsynchronised
        /// The agent ships nothing before the clock is set.
        case waiting
        case unknown
    }

    let agent: String
    var standing: AgentStanding
    /// When its last request came; nil where none has since the hub's start.
    var heardUnixMilliseconds: Int64?
    var newestUnixMilliseconds: Int64
    /// Empty where it has not said.
    let version: String
    let clock: Clock
    /// How many devices are in which of the agent's states of devices.
    let devices: [String: Int]
    let coverage: HeartbeatCoverage
    /// Oldest first.
    let gaps: [FleetGap]
}
