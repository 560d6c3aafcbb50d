internal import MetricModel

/// The series that say how the fleet does, one set an agent; in the hub's own storage and on its `/metrics`.
enum FleetFamilies {
    static let agents = MetricFamily(
        "wayside_fleet_agents", .gauge, help: "Agents by state: up, catching_up or down.", labels: ["state"])
    static let refusedAgents = MetricFamily(
        "wayside_fleet_refused_requests_total", .counter,
        help: "Stored requests of agents that are not listed, since there are fleet.agent_limit already.")
    static let up = MetricFamily(
        "wayside_fleet_agent_up", .gauge, help: "0 for an agent that is silent past fleet.down_after, else 1.",
        labels: ["agent"])
    static let heard = MetricFamily(
        "wayside_fleet_agent_last_seen_timestamp_seconds", .gauge,
        help: "When the agent's last request came; of its newest sample, if none has since the hub's start.",
        labels: ["agent"])
    static let lag = MetricFamily(
        "wayside_fleet_agent_lag_seconds", .gauge, help: "How old the agent's newest sample is.", labels: ["agent"])
    static let completeness = MetricFamily(
        "wayside_fleet_agent_completeness_ratio", .gauge,
        help: "The share of the last day, or since it is known, of which the hub has the agent's heartbeat.",
        labels: ["agent"])
    static let gaps = MetricFamily(
        "wayside_fleet_agent_gaps", .gauge, help: "Gaps in the agent's last day.", labels: ["agent"])
    static let clock = MetricFamily(
        "wayside_fleet_agent_clock_synchronised", .gauge,
        help: "1 if the gateway's wall clock is synchronised, by what the agent said last.", labels: ["agent"])
    static let devices = MetricFamily(
        "wayside_fleet_agent_devices", .gauge, help: "The agent's devices by their state.", labels: ["agent", "state"])
}
