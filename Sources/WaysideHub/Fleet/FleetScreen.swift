internal import Daemon

/// A report of the fleet as text: what is wrong first, then a line an agent.
struct FleetScreen {
    private let report: FleetReport
    private let listsAllAgents: Bool
    /// Agents that are well are listed up to so many, unless all are asked for.
    private static let calmLimit = 40
    /// Of each agent's gaps the newest are shown.
    private static let gapLimit = 3
    /// Below it a day is worth a look.
    private static let completeEnough = 0.999

    init(_ report: FleetReport, listsAllAgents: Bool) {
        self.report = report
        self.listsAllAgents = listsAllAgents
    }

    func text() -> String {
        var lines = [heading]
        if !report.problem.isEmpty { lines.append("some agents could not be looked up: \(report.problem)") }
        guard !report.agents.isEmpty else {
            return heading
                + "\nno agent has been heard yet; point one here with remote_write: [{url: …/api/v1/write}]\n"
        }
        let sorted = report.agents.sorted { left, right in
            (urgency(left), left.agent) < (urgency(right), right.agent)
        }
        let troubled = sorted.prefix { urgency($0) < 3 }
        let calm = sorted.dropFirst(troubled.count)
        let shown = Array(troubled) + (listsAllAgents ? Array(calm) : Array(calm.prefix(Self.calmLimit)))
        lines.append("")
        lines += table(shown)
        if shown.count < sorted.count {
            lines.append("and \(sorted.count - shown.count) more that are well; --all lists them")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var heading: String {
        var parts = ["fleet of \(report.agents.count): \(report.count(.up)) up"]
        if report.count(.catchingUp) > 0 { parts[0] += ", \(report.count(.catchingUp)) catching up" }
        if report.count(.down) > 0 { parts[0] += ", \(report.count(.down)) down" }
        if let share = report.completeness { parts.append("the last day is \(percent(share)) complete") }
        parts.append("\(UTCTime(unixMilliseconds: report.unixMilliseconds).text.prefix(19))Z")
        return parts.joined(separator: " · ")
    }

    /// What is down, then what is behind, then what has gaps or a wrong clock, then the rest.
    private func urgency(_ agent: AgentReport) -> Int {
        switch agent.standing.state {
        case .down: return 0
        case .catchingUp: return 1
        case .up: break
        }
        if let share = agent.coverage.completeness, share < Self.completeEnough { return 2 }
        return agent.clock == .unsynchronised || agent.clock == .waiting || !agent.gaps.isEmpty ? 2 : 3
    }

    private func table(_ agents: [AgentReport]) -> [String] {
        let heads = ["agent", "state", "last seen", "lag", "clock", "version", "complete", "devices"]
        let rows = agents.map(cells)
        let widths = heads.indices.map { column in
            ([heads] + rows).map { $0[column].count }.max() ?? 0
        }
        var lines = [line(heads, widths)]
        for (agent, cells) in zip(agents, rows) {
            lines.append(line(cells, widths))
            lines += gapLines(agent)
        }
        return lines
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for (cell, width) in zip(cells, widths) {
            text += cell + String(repeating: " ", count: max(0, width - cell.count) + 2)
        }
        while text.last == " " { text.removeLast() }
        return text
    }

    private func cells(_ agent: AgentReport) -> [String] {
        let state =
            switch agent.standing.state {
            case .up: "up"
            case .catchingUp: "catching up"
            case .down: "DOWN"
            }
        let heard = agent.heardUnixMilliseconds.map { "\(HumanText.age(report.unixMilliseconds - $0)) ago" }
        let devices = agent.devices.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return [
            agent.agent, state, heard ?? "before the hub's start", HumanText.age(agent.standing.lagMilliseconds),
            agent.clock.rawValue, agent.version.isEmpty ? "-" : agent.version,
            agent.coverage.completeness.map(percent) ?? "-", devices.isEmpty ? "-" : devices.joined(separator: ", "),
        ]
    }

    private func gapLines(_ agent: AgentReport) -> [String] {
        let shown = agent.gaps.suffix(Self.gapLimit)
        var lines = shown.reversed().map { gap in
            let from = "\(UTCTime(unixMilliseconds: gap.fromUnixMilliseconds).text.prefix(19))Z"
            let end = gap.throughUnixMilliseconds ?? report.unixMilliseconds
            let through = gap.throughUnixMilliseconds == nil ? "lasts" : "lasted"
            let span = HumanText.age(end - gap.fromUnixMilliseconds)
            return "    gap from \(from), \(through) \(span): \(gap.reason.text)"
        }
        if agent.gaps.count > shown.count { lines.append("    and \(agent.gaps.count - shown.count) earlier gaps") }
        return lines
    }

    /// Never rounded up to 100.
    private func percent(_ share: Double) -> String {
        "\(HumanText.fixed((share * 10_000).rounded(.down) / 100, 2)) %"
    }
}
