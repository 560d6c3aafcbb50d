internal import Daemon
internal import HTTPExchange
internal import JSONText

/// `GET /api/v1/fleet`: every agent with when it was heard, its lag, version, clock, devices, completeness and gaps.
/// With `format=text` the same as a screen, which is what `wayside-hub fleet` prints.
enum FleetPage {
    static func answer(_ request: HTTPRequest, _ desk: FleetDesk) async -> HTTPResponse {
        guard let report = await desk.report() else {
            var busy = HTTPResponse.text(
                "the fleet is being looked up; ask again in a second", status: .serviceUnavailable)
            busy.headers.set("Retry-After", "1")
            return busy
        }
        guard let fields = request.formFields() else {
            return .text("the form has too many fields", status: .badRequest)
        }
        switch fields.fields.last(where: { $0.name == "format" })?.value {
        case nil, "json": return .json(json(report))
        case "text":
            let listsAll = fields.fields.contains { $0.name == "all" && $0.value == "true" }
            return .text(FleetScreen(report, listsAllAgents: listsAll).text())
        case .some(let format):
            return .text("format is json or text, not \"\(format)\"", status: .badRequest)
        }
    }

    static func json(_ report: FleetReport) -> [UInt8] {
        JSONPage.bytes { writer in
            writer.beginObject()
            writer.member("time", time(report.unixMilliseconds))
            for state in AgentStanding.State.allCases {
                writer.member(word(state), Int64(report.count(state)))
            }
            writer.member("completeness_percent", report.completeness.map { $0 * 100 })
            writer.member("problem", report.problem.isEmpty ? nil : report.problem)
            writer.key("agents")
            writer.beginArray()
            for agent in report.agents { write(agent, to: &writer) }
            writer.endArray()
            writer.endObject()
        }
    }

    private static func word(_ state: AgentStanding.State) -> StaticString {
        switch state {
        case .up: "up"
        case .catchingUp: "catching_up"
        case .down: "down"
        }
    }

    private static func write(_ agent: AgentReport, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("agent", agent.agent)
        writer.member("state", agent.standing.state.rawValue)
        writer.member("last_seen", agent.heardUnixMilliseconds.map(time))
        writer.member("newest_sample", time(agent.newestUnixMilliseconds))
        writer.member("lag_seconds", Double(agent.standing.lagMilliseconds) / 1000)
        writer.member("version", agent.version.isEmpty ? nil : agent.version)
        writer.member("clock", agent.clock.rawValue)
        writer.key("devices")
        writer.beginObject()
        for (state, count) in agent.devices.sorted(by: { $0.key < $1.key }) {
            Array(state.utf8).withUnsafeBytes { writer.key($0) }
            writer.number(Int64(count))
        }
        writer.endObject()
        writer.member("completeness_percent", agent.coverage.completeness.map { $0 * 100 })
        writer.member("interval_seconds", agent.coverage.intervalMilliseconds.map { Double($0) / 1000 })
        writer.key("gaps")
        writer.beginArray()
        for gap in agent.gaps {
            writer.beginObject()
            writer.member("from", time(gap.fromUnixMilliseconds))
            writer.member("through", gap.throughUnixMilliseconds.map(time))
            writer.member("reason", gap.reason.name)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }

    private static func time(_ unixMilliseconds: Int64) -> String { UTCTime(unixMilliseconds: unixMilliseconds).text }
}
