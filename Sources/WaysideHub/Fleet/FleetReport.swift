/// The fleet at one moment.
struct FleetReport: Sendable {
    let unixMilliseconds: Int64
    /// By name.
    let agents: [AgentReport]
    /// Why some agents could not be looked up in the store; empty where all could.
    let problem: String

    func count(_ state: AgentStanding.State) -> Int { agents.count { $0.standing.state == state } }

    /// The mean of the agents' completeness, nil where none is known.
    var completeness: Double? {
        let known = agents.compactMap(\.coverage.completeness)
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
}
