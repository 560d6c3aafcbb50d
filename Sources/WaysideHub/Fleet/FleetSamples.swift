internal import MetricModel

/// A report of the fleet as samples.
enum FleetSamples {
    /// Appends `wayside_fleet_*` for the whole report.
    static func append(_ report: FleetReport, _ table: inout SeriesTable, to batch: inout SampleBatch) {
        for state in AgentStanding.State.allCases {
            batch.append(Double(report.count(state)), of: FleetFamilies.agents, [state.rawValue], from: &table)
        }
        for agent in report.agents { append(agent, &table, to: &batch) }
    }

    private static func append(_ agent: AgentReport, _ table: inout SeriesTable, to batch: inout SampleBatch) {
        let name = agent.agent
        let heard = agent.heardUnixMilliseconds ?? agent.newestUnixMilliseconds
        batch.append(agent.standing.state == .down ? 0 : 1, of: FleetFamilies.up, [name], from: &table)
        batch.append(Double(heard) / 1000, of: FleetFamilies.heard, [name], from: &table)
        batch.append(Double(agent.standing.lagMilliseconds) / 1000, of: FleetFamilies.lag, [name], from: &table)
        batch.append(Double(agent.gaps.count), of: FleetFamilies.gaps, [name], from: &table)
        if let completeness = agent.coverage.completeness {
            batch.append(completeness, of: FleetFamilies.completeness, [name], from: &table)
        }
        if agent.clock != .unknown {
            batch.append(agent.clock == .synchronised ? 1 : 0, of: FleetFamilies.clock, [name], from: &table)
        }
        for (state, count) in agent.devices.sorted(by: { $0.key < $1.key }) {
            batch.append(Double(count), of: FleetFamilies.devices, [name, state], from: &table)
        }
    }
}
