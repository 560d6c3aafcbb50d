package import SettingsFile

/// `fleet:` the agents that this hub hears.
package struct FleetSettings: SettingsReadable, Sendable {
    /// The agent ids that a user or certificate may write as, where that is not just its own name.
    package let identities: [String: Set<String>]
    /// An agent that has been silent for longer is down, and `up` = 0 is written for its jobs.
    package let downAfter: Duration
    /// An agent of which there has been nothing for so long is no longer listed.
    package let forgetAfter: Duration
    /// Agents that are listed at most.
    package let agentLimit: Int

    package init(from section: SettingsSection) {
        identities = section.section("identities", as: IdentityMap.self).agents
        downAfter = section.duration(
            "down_after", default: .seconds(180), range: .seconds(5) ... .seconds(86_400))
        forgetAfter = section.duration(
            "forget_after", default: .seconds(30 * 86_400), range: .seconds(3600) ... .seconds(3650 * 86_400))
        agentLimit = section.integer("agent_limit", default: 10_000, range: 1...1_000_000)
    }
}

/// `fleet.identities:` a list of agent ids by user or certificate name.
private struct IdentityMap: SettingsReadable {
    let agents: [String: Set<String>]

    init(from section: SettingsSection) {
        let pairs = section.givenKeys.map { name in
            (
                name,
                Set(
                    section.values(name, expected: "an agent's id", parse: { AgentIdentities.isAgentID($0) ? $0 : nil })
                )
            )
        }
        agents = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}
