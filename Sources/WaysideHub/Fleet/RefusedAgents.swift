internal import Synchronization

/// Write requests whose sender is not who it says it is.
final class RefusedAgents: Sendable {
    private struct State {
        var counts: [AgentIdentities.Refusal.Reason: UInt64] = [:]
        var told: Set<AgentIdentities.Refusal> = []
    }

    private let state = Mutex(State())
    /// Refusals that are told apart for the log; further ones are only counted.
    private static let toldLimit = 1000

    /// Counts one; true where it is the first of its kind, which belongs in the log.
    func add(_ refusal: AgentIdentities.Refusal) -> Bool {
        state.withLock { state in
            state.counts[refusal.reason, default: 0] += 1
            guard state.told.count < RefusedAgents.toldLimit else { return false }
            return state.told.insert(refusal).inserted
        }
    }

    /// By reason; every reason is there.
    var all: [(reason: String, count: UInt64)] {
        let counts = state.withLock { $0.counts }
        return AgentIdentities.Refusal.Reason.allCases.map { ($0.rawValue, counts[$0] ?? 0) }
    }
}
