internal import Synchronization

/// Which agents this hub has heard, and what their requests said.
///
/// What was heard before the hub's start comes from the store, see `FleetHistory`.
final class AgentRegister: Sendable {
    /// What is known of one agent from its requests.
    struct Entry: Sendable, Equatable {
        /// The oldest sample known of it.
        var firstUnixMilliseconds: Int64
        /// When the last request came; nil for one that has not been heard since the hub's start.
        var heardUnixMilliseconds: Int64?
        /// Its newest sample.
        var newestUnixMilliseconds: Int64
        /// What its requests' User-Agent says; empty where nothing is known.
        var userAgent = ""
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var refusedCount: UInt64 = 0

        /// The agent's entry with these times in it, nil and counted where there is no room for it.
        mutating func entry(_ agent: String, oldest: Int64, newest: Int64, limit: Int) -> Entry? {
            if var known = entries[agent] {
                known.firstUnixMilliseconds = min(known.firstUnixMilliseconds, oldest)
                known.newestUnixMilliseconds = max(known.newestUnixMilliseconds, newest)
                return known
            }
            guard entries.count < limit else {
                refusedCount += 1
                return nil
            }
            return Entry(
                firstUnixMilliseconds: oldest, heardUnixMilliseconds: nil, newestUnixMilliseconds: newest)
        }
    }

    private let limit: Int
    private let state = Mutex(State())

    /// `limit` is how many agents are remembered; further ones are stored but not listed, and counted.
    init(limit: Int) {
        self.limit = limit
    }

    /// A request of `agent` was stored; `oldest` and `newest` are the times of its samples.
    func heard(_ agent: String, at now: Int64, oldest: Int64, newest: Int64, userAgent: String) {
        state.withLock { state in
            guard var entry = state.entry(agent, oldest: oldest, newest: newest, limit: limit) else { return }
            entry.heardUnixMilliseconds = now
            if entry.userAgent != userAgent { entry.userAgent = userAgent }
            state.entries[agent] = entry
        }
    }

    /// The store has samples of `agent` from before the start.
    func recall(_ agent: String, oldest: Int64, newest: Int64) {
        state.withLock { state in
            guard let entry = state.entry(agent, oldest: oldest, newest: newest, limit: limit) else { return }
            state.entries[agent] = entry
        }
    }

    func contains(_ agent: String) -> Bool { state.withLock { $0.entries[agent] != nil } }

    /// Drops the agents whose newest sample, and last request, are older.
    func forget(before oldest: Int64) {
        state.withLock { state in
            state.entries = state.entries.filter { _, entry in
                max(entry.newestUnixMilliseconds, entry.heardUnixMilliseconds ?? .min) >= oldest
            }
        }
    }

    /// All agents by name.
    var all: [(agent: String, entry: Entry)] {
        state.withLock { $0.entries }.map { ($0.key, $0.value) }
            .sorted { $0.agent.utf8.lexicographicallyPrecedes($1.agent.utf8) }
    }

    /// Requests of agents past the limit.
    var refusedCount: UInt64 { state.withLock { $0.refusedCount } }
}
