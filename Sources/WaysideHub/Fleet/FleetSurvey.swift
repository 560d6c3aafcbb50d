internal import LabelMatching
internal import MetricModel

/// Looks up in the store how each agent does: pure but for the questions to its source.
struct FleetSurvey {
    /// The last day is what completeness is about.
    static let windowMilliseconds: Int64 = 86_400_000
    let query: FleetQuery
    let nowUnixMilliseconds: Int64
    /// When the hub began to listen.
    let startUnixMilliseconds: Int64
    let downAfterMilliseconds: Int64

    /// The report of all agents; one that cannot be looked up is there with what its requests said.
    func report(_ agents: [(agent: String, entry: AgentRegister.Entry)]) -> FleetReport {
        var problem = ""
        let reports = agents.map { agent, entry in
            do throws(SourceError) {
                return try report(agent, entry)
            } catch {
                problem = "\(agent): \(error)"
                return bare(agent, entry)
            }
        }
        return FleetReport(unixMilliseconds: nowUnixMilliseconds, agents: reports, problem: problem)
    }

    private func standing(_ entry: AgentRegister.Entry) -> AgentStanding {
        AgentStanding(
            entry, now: nowUnixMilliseconds, start: startUnixMilliseconds, downAfter: downAfterMilliseconds)
    }

    private func bare(_ agent: String, _ entry: AgentRegister.Entry) -> AgentReport {
        AgentReport(
            agent: agent, standing: standing(entry), heardUnixMilliseconds: entry.heardUnixMilliseconds,
            newestUnixMilliseconds: entry.newestUnixMilliseconds, version: Self.version(ofUserAgent: entry.userAgent),
            clock: .unknown, devices: [:],
            coverage: HeartbeatCoverage([], from: nil, through: nowUnixMilliseconds, isEnding: false), gaps: [])
    }

    private func report(_ agent: String, _ entry: AgentRegister.Entry) throws(SourceError) -> AgentReport {
        let standing = standing(entry)
        let start = nowUnixMilliseconds - Self.windowMilliseconds
        let beats = try query.heartbeat(agent, from: start, through: nowUnixMilliseconds)
        let coverage = HeartbeatCoverage(
            beats, from: entry.firstUnixMilliseconds < start ? start : nil, through: nowUnixMilliseconds,
            isEnding: standing.state != .up)
        let newest = entry.newestUnixMilliseconds
        var version = Self.version(ofUserAgent: entry.userAgent)
        if version.isEmpty {
            let builds = try query.current("wayside_build_info", agent, newest: newest)
            version = builds.first { $0.labels["program"] == "wayside-agent" }?.labels["version"] ?? ""
        }
        var devices: [String: Int] = [:]
        for device in try query.current("device_state", agent, newest: newest) where device.value == 1 {
            devices[device.labels["state"] ?? "", default: 0] += 1
        }
        return AgentReport(
            agent: agent, standing: standing, heardUnixMilliseconds: entry.heardUnixMilliseconds,
            newestUnixMilliseconds: newest, version: version, clock: try clock(agent, newest: newest),
            devices: devices, coverage: coverage,
            gaps: try gaps(agent, coverage, standing, from: start))
    }

    private func clock(_ agent: String, newest: Int64) throws(SourceError) -> AgentReport.Clock {
        if try query.current("wayside_time_waits_for_sync", agent, newest: newest).contains(where: { $0.value == 1 }) {
            return .waiting
        }
        guard let value = try query.current("wayside_time_synchronised", agent, newest: newest).first?.value else {
            return .unknown
        }
        return value == 1 ? .synchronised : .unsynchronised
    }

    /// The heartbeat's holes with their reasons, and the losses of which the heartbeat shows nothing.
    private func gaps(
        _ agent: String, _ coverage: HeartbeatCoverage, _ standing: AgentStanding, from: Int64
    ) throws(SourceError) -> [FleetGap] {
        let losses = try query.losses(agent, from: from, through: nowUnixMilliseconds)
        var boots = StartTimes()
        var starts = StartTimes()
        if let first = coverage.holes.first {
            // The value before the first hole has to be seen too.
            let before = first.fromUnixMilliseconds - 2 * (coverage.intervalMilliseconds ?? 60_000)
            boots = try query.starts(
                "node_boot_time_seconds", agent, job: "node", from: before, through: nowUnixMilliseconds)
            starts = try query.starts(
                "process_start_time_seconds", agent, job: FleetQuery.job, from: before, through: nowUnixMilliseconds)
        }
        let interval = coverage.intervalMilliseconds ?? 0
        var gaps = coverage.holes.map { hole in
            let from = hole.fromUnixMilliseconds
            let reason: FleetGap.Reason
            if let through = hole.throughUnixMilliseconds {
                if let loss = losses.first(where: { $0.range.lowerBound < through && $0.range.upperBound > from }) {
                    reason = .lost(loss.reason)
                } else if boots.changed(after: from, through: through + interval) {
                    reason = .hostRestarted
                } else if starts.changed(after: from, through: through + interval) {
                    reason = .agentRestarted
                } else {
                    reason = .unknown
                }
            } else {
                reason = standing.state == .down ? .silent : .catchingUp
            }
            return FleetGap(
                fromUnixMilliseconds: from, throughUnixMilliseconds: hole.throughUnixMilliseconds, reason: reason)
        }
        for loss in losses {
            let isShown = gaps.contains { gap in
                gap.fromUnixMilliseconds < loss.range.upperBound
                    && (gap.throughUnixMilliseconds ?? .max) > loss.range.lowerBound
            }
            if !isShown {
                gaps.append(
                    FleetGap(
                        fromUnixMilliseconds: loss.range.lowerBound, throughUnixMilliseconds: loss.range.upperBound,
                        reason: .lost(loss.reason)))
            }
        }
        return Array(
            gaps.sorted { $0.fromUnixMilliseconds < $1.fromUnixMilliseconds }.suffix(HeartbeatCoverage.holeLimit))
    }

    /// `wayside-agent/1.2.0` is version 1.2.0; other senders' fields say nothing of an agent.
    private static func version(ofUserAgent text: String) -> String {
        let prefix = "wayside-agent/"
        guard text.hasPrefix(prefix) else { return "" }
        return String(text.dropFirst(prefix.count).prefix { $0 != " " })
    }
}
