/// The requests received of each agent lately: what tells a resent one.
///
/// Of an agent the newest `identitiesPerAgent` are kept, of agents the `agentLimit` that were heard last. What has
/// fallen out and is sent again still stores nothing twice: its samples meet their own times.
struct RequestLedger {
    enum Verdict {
        case new
        /// The same request, all of it.
        case repeated
        /// The same range and part with another checksum.
        case conflicting
    }

    struct Entry {
        var sequence: Int64
        var identity: RequestIdentity
    }

    private struct Agent {
        /// Oldest first.
        var entries: [Entry] = []
        var savedThrough: Int64 = 0
        var lastUse: UInt64 = 0
    }

    private var agents: [String: Agent] = [:]
    private var useCount: UInt64 = 0
    private let identitiesPerAgent: Int
    private let agentLimit: Int

    init(identitiesPerAgent: Int, agentLimit: Int) {
        self.identitiesPerAgent = max(identitiesPerAgent, 1)
        self.agentLimit = max(agentLimit, 1)
    }

    func verdict(_ identity: RequestIdentity) -> Verdict {
        guard let agent = agents[identity.agent] else { return .new }
        var verdict = Verdict.new
        for entry in agent.entries.reversed() where entry.identity.isSamePlace(as: identity) {
            if entry.identity == identity { return .repeated }
            verdict = .conflicting
        }
        return verdict
    }

    mutating func remember(_ identity: RequestIdentity) {
        useCount += 1
        if agents[identity.agent] == nil, agents.count >= agentLimit,
            let oldest = agents.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            agents[oldest.key] = nil
        }
        var agent = agents.removeValue(forKey: identity.agent) ?? Agent()
        agent.lastUse = useCount
        agent.entries.append(Entry(sequence: (agent.entries.last?.sequence ?? 0) + 1, identity: identity))
        if agent.entries.count >= identitiesPerAgent * 2 {
            agent.entries.removeFirst(agent.entries.count - identitiesPerAgent)
        }
        agents[identity.agent] = agent
    }

    /// Takes back what was saved, oldest first.
    mutating func restore(_ entry: Entry) {
        remember(entry.identity)
        let name = entry.identity.agent
        guard let last = agents[name]?.entries.indices.last else { return }
        agents[name]?.entries[last].sequence = entry.sequence
        agents[name]?.savedThrough = entry.sequence
    }

    /// What is not yet in the database.
    func unsaved() -> [Entry] {
        agents.values.flatMap { agent in
            agent.entries.suffix(identitiesPerAgent).filter { $0.sequence > agent.savedThrough }
        }
    }

    mutating func markSaved(_ entries: [Entry]) {
        for entry in entries {
            let name = entry.identity.agent
            let before = agents[name]?.savedThrough ?? 0
            agents[name]?.savedThrough = max(before, entry.sequence)
        }
    }
}

extension RequestIdentity {
    /// The same ring, range and part, whatever the checksum.
    func isSamePlace(as other: RequestIdentity) -> Bool {
        first == other.first && last == other.last && part == other.part && parts == other.parts
            && ringLow == other.ringLow && ringHigh == other.ringHigh && agent == other.agent
    }
}
