/// The fleet at one moment.
struct FleetReport: Sendable {
    private(set) var unixMilliseconds: Int64
    /// By name.
    private(set) var agents: [AgentReport]
    /// Why some agents could not be looked up in the store; empty where all could.
    let problem: String

    init(unixMilliseconds: Int64, agents: [AgentReport], problem: String) {
        self.unixMilliseconds = unixMilliseconds
        self.agents = agents
        self.problem = problem
    }

    /// The same with where each agent stands at another time: that is known without asking the store.
    func standing(
        as standings: [(agent: String, entry: AgentRegister.Entry, standing: AgentStanding)], at now: Int64
    ) -> FleetReport {
        var report = self
        report.unixMilliseconds = now
        let known = Dictionary(standings.map { ($0.agent, $0) }, uniquingKeysWith: { first, _ in first })
        for (number, agent) in agents.enumerated() {
            guard let found = known[agent.agent] else { continue }
            report.agents[number].standing = found.standing
            report.agents[number].heardUnixMilliseconds = found.entry.heardUnixMilliseconds
            report.agents[number].newestUnixMilliseconds = found.entry.newestUnixMilliseconds
        }
        return report
    }

    func count(_ state: AgentStanding.State) -> Int { agents.count { $0.standing.state == state } }

    /// The mean of the agents' completeness, nil where none is known.
    var completeness: Double? {
        let known = agents.compactMap(\.coverage.completeness)
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
}
