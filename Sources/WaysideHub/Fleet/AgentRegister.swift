internal import Synchronization

/// Which agents this hub has heard, and what their requests said.
///
/// What was heard before the hub's start comes from the store, see `FleetDesk.recall`. That goes by labels, which any
/// sender may write, so where there is no room those who are heard take the places of those who only were.
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

        mutating func include(_ times: ClosedRange<Int64>) {
            firstUnixMilliseconds = min(firstUnixMilliseconds, times.lowerBound)
            newestUnixMilliseconds = max(newestUnixMilliseconds, times.upperBound)
        }
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var refusedCount: UInt64 = 0

        /// How many entries have not been heard since the hub's start.
        var recalledCount = 0

        /// Makes room for one that is heard: of those that only the store knows of one goes.
        mutating func makeRoom(limit: Int) -> Bool {
            if entries.count < limit { return true }
            guard recalledCount > 0,
                let place = entries.firstIndex(where: { $0.value.heardUnixMilliseconds == nil })
            else { return false }
            entries.remove(at: place)
            recalledCount -= 1
            return true
        }
    }

    private let limit: Int
    private let state = Mutex(State())

    /// `limit` is how many agents are remembered; further ones are stored but not listed, and counted.
    init(limit: Int) {
        self.limit = limit
    }

    /// A request of `agent` was taken; `times` are those of its samples that are kept, nil where none is.
    func heard(_ agent: String, at now: Int64, times: ClosedRange<Int64>?, userAgent: String) {
        state.withLock { state in
            guard var entry = state.entries[agent] else {
                guard let times else { return }
                guard state.makeRoom(limit: limit) else {
                    state.refusedCount += 1
                    return
                }
                state.entries[agent] = Entry(
                    firstUnixMilliseconds: times.lowerBound, heardUnixMilliseconds: now,
                    newestUnixMilliseconds: times.upperBound, userAgent: userAgent)
                return
            }
            if entry.heardUnixMilliseconds == nil { state.recalledCount -= 1 }
            entry.heardUnixMilliseconds = now
            if let times { entry.include(times) }
            if entry.userAgent != userAgent { entry.userAgent = userAgent }
            state.entries[agent] = entry
        }
    }

    /// The store has samples of `agent` from before the start.
    func recall(_ agent: String, times: ClosedRange<Int64>) {
        state.withLock { state in
            if state.entries[agent] != nil {
                state.entries[agent]?.include(times)
            } else if state.entries.count < limit {
                state.recalledCount += 1
                state.entries[agent] = Entry(
                    firstUnixMilliseconds: times.lowerBound, heardUnixMilliseconds: nil,
                    newestUnixMilliseconds: times.upperBound)
            }
        }
    }

    func contains(_ agent: String) -> Bool { state.withLock { $0.entries[agent] != nil } }

    /// Drops the agents whose newest sample, and last request, are older.
    func forget(before oldest: Int64) {
        state.withLock { state in
            state.entries = state.entries.filter { _, entry in
                max(entry.newestUnixMilliseconds, entry.heardUnixMilliseconds ?? .min) >= oldest
            }
            state.recalledCount = state.entries.values.count { $0.heardUnixMilliseconds == nil }
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
