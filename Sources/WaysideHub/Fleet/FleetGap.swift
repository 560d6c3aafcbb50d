/// A stretch of an agent's time of which the hub has no samples, and why.
struct FleetGap: Equatable, Sendable {
    enum Reason: Equatable, Sendable {
        /// The agent has written down what it lost: the ring was full, damaged, and so on, in its own word.
        case lost(String)
        /// The gateway was started anew in between.
        case hostRestarted
        /// The agent was started anew in between, the gateway was not.
        case agentRestarted
        /// It lasts, and the agent is not heard.
        case silent
        /// It lasts, and the agent is sending what it kept.
        case catchingUp
        /// None of these: the agent ran and took no samples, or its clock was set.
        case unknown

        /// The word of `/api/v1/fleet`.
        var name: String {
            switch self {
            case .lost(let reason): "lost_\(reason)"
            case .hostRestarted: "host_restarted"
            case .agentRestarted: "agent_restarted"
            case .silent: "silent"
            case .catchingUp: "catching_up"
            case .unknown: "unknown"
            }
        }

        /// What a person reads.
        var text: String {
            switch self {
            case .lost(let reason): "lost by the agent: \(reason)"
            case .hostRestarted: "the gateway was down or restarted"
            case .agentRestarted: "the agent was stopped or restarted"
            case .silent: "not heard"
            case .catchingUp: "kept by the agent, still being sent"
            case .unknown: "no samples, cause unknown"
            }
        }
    }

    let fromUnixMilliseconds: Int64
    /// Nil while it lasts.
    let throughUnixMilliseconds: Int64?
    let reason: Reason
}
