/// Whether an agent is heard, and how far its samples are behind.
struct AgentStanding: Equatable {
    /// The raw values are the label `state` of a metric and the words of the pages.
    enum State: String, CaseIterable, Sendable {
        /// Heard, with samples of now.
        case up
        /// Heard, and still sending what it kept while it could not.
        case catchingUp = "catching_up"
        /// Silent past `fleet.down_after`.
        case down
    }

    let state: State
    /// How old its newest sample is.
    let lagMilliseconds: Int64

    /// - Parameters:
    ///   - start: when the hub began to listen: nobody is called silent for what came before.
    ///   - downAfter: `fleet.down_after`, in milliseconds; samples older than that are those of one that catches up.
    init(_ entry: AgentRegister.Entry, now: Int64, start: Int64, downAfter: Int64) {
        lagMilliseconds = max(0, now - entry.newestUnixMilliseconds)
        let heard = max(entry.heardUnixMilliseconds ?? entry.newestUnixMilliseconds, min(start, now))
        if now - heard > downAfter {
            state = .down
        } else if lagMilliseconds > downAfter {
            state = .catchingUp
        } else {
            state = .up
        }
    }
}
