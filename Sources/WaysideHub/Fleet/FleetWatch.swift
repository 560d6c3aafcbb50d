/// Which agents have fallen silent or come back since the last look.
struct FleetWatch {
    struct Change: Equatable {
        let agent: String
        let isDown: Bool
    }

    private var down: Set<String> = []

    /// The changes since the call before; an agent that is new and heard is none.
    mutating func changes(_ states: [(agent: String, state: AgentStanding.State)]) -> [Change] {
        var changes: [Change] = []
        for (agent, state) in states {
            if state == .down {
                if down.insert(agent).inserted { changes.append(Change(agent: agent, isDown: true)) }
            } else if down.remove(agent) != nil {
                changes.append(Change(agent: agent, isDown: false))
            }
        }
        // Who was forgotten is no longer down.
        down.formIntersection(states.map(\.agent))
        return changes
    }
}
