internal import MetricModel

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

    /// An entry without its agent's name, which all of an agent's have in common.
    private struct Known {
        var sequence: Int64
        let ringHigh: UInt64
        let ringLow: UInt64
        let first: UInt64
        let last: UInt64
        let part: UInt32
        let parts: UInt32
        let crc: UInt32

        init(_ identity: RequestIdentity, sequence: Int64) {
            self.sequence = sequence
            (ringHigh, ringLow) = (identity.ringHigh, identity.ringLow)
            (first, last) = (identity.first, identity.last)
            (part, parts, crc) = (identity.part, identity.parts, identity.crc)
        }

        /// The same ring, range and part, whatever the checksum.
        func isSamePlace(as other: RequestIdentity) -> Bool {
            first == other.first && last == other.last && part == other.part && parts == other.parts
                && ringLow == other.ringLow && ringHigh == other.ringHigh
        }

        func entry(of agent: String) -> Entry {
            Entry(
                sequence: sequence,
                identity: RequestIdentity(
                    agent: agent, ringHigh: ringHigh, ringLow: ringLow, first: first, last: last, part: part,
                    parts: parts, crc: crc))
        }
    }

    private struct Agent {
        /// Oldest first.
        var entries: [Known] = []
        var savedThrough: Int64 = 0
        var lastUse: UInt64 = 0
    }

    private var agents: [ExactText: Agent] = [:]
    private var useCount: UInt64 = 0
    private let identitiesPerAgent: Int
    private let agentLimit: Int

    init(identitiesPerAgent: Int, agentLimit: Int) {
        self.identitiesPerAgent = max(identitiesPerAgent, 1)
        self.agentLimit = max(agentLimit, 1)
    }

    func verdict(_ identity: RequestIdentity) -> Verdict {
        guard let agent = agents[ExactText(identity.agent)] else { return .new }
        var verdict = Verdict.new
        for entry in agent.entries.reversed() where entry.isSamePlace(as: identity) {
            if entry.crc == identity.crc { return .repeated }
            verdict = .conflicting
        }
        return verdict
    }

    mutating func remember(_ identity: RequestIdentity) {
        useCount += 1
        let name = ExactText(identity.agent)
        if agents[name] == nil, agents.count >= agentLimit,
            let oldest = agents.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            agents[oldest.key] = nil
        }
        var agent = agents.removeValue(forKey: name) ?? Agent()
        agent.lastUse = useCount
        agent.entries.append(Known(identity, sequence: (agent.entries.last?.sequence ?? 0) + 1))
        if agent.entries.count > identitiesPerAgent + identitiesPerAgent / 4 {
            agent.entries.removeFirst(agent.entries.count - identitiesPerAgent)
        }
        agents[name] = agent
    }

    /// Takes back what was saved, oldest first.
    mutating func restore(_ entry: Entry) {
        remember(entry.identity)
        let name = ExactText(entry.identity.agent)
        guard let last = agents[name]?.entries.indices.last else { return }
        agents[name]?.entries[last].sequence = entry.sequence
        agents[name]?.savedThrough = entry.sequence
    }

    /// What is remembered, for a database that has nothing of it.
    func all() -> [Entry] {
        agents.flatMap { name, agent in agent.entries.suffix(identitiesPerAgent).map { $0.entry(of: name.text) } }
    }

    /// What is not yet in the database.
    func unsaved() -> [Entry] {
        agents.flatMap { name, agent in
            agent.entries.suffix(identitiesPerAgent).filter { $0.sequence > agent.savedThrough }
                .map { $0.entry(of: name.text) }
        }
    }

    mutating func markSaved(_ entries: [Entry]) {
        for entry in entries {
            let name = ExactText(entry.identity.agent)
            let before = agents[name]?.savedThrough ?? 0
            agents[name]?.savedThrough = max(before, entry.sequence)
        }
    }
}
