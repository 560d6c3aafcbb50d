package import SettingsFile

/// `fleet:` the agents that this hub hears.
package struct FleetSettings: SettingsReadable, Sendable {
    /// The agent ids that a user or certificate may write as, where that is not just its own name.
    package let identities: [String: Set<String>]

    package init(from section: SettingsSection) {
        identities = section.section("identities", as: IdentityMap.self).agents
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
