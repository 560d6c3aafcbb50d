import LabelMatching
import LinuxSystem
import MetricModel
import QueryFixtures
import SampleStore
import SettingsFile
import Testing

@testable import WaysideHub

/// What the store says of agents: gaps and their reasons, clocks, devices.
@Suite struct FleetSurveyTests {
    private static let day: Int64 = 86_400_000
    private static let now: Int64 = 2_000_000_000_000

    /// An agent with a tick every 15 s, over the last two days.
    private struct Gateway {
        let name: String
        var source = MemorySource()
        var beats: [Int64]

        init(_ name: String = "gw-1") {
            self.name = name
            beats = Array(stride(from: now - 2 * day, through: now - 5_000, by: 15_000))
        }

        mutating func append(
            _ family: String, job: String = "wayside-agent", labels: [(String, String)] = [],
            _ samples: [(Int64, Double)]
        ) {
            let all = [("__name__", family), ("instance", name), ("job", job)] + labels
            source.append(Labels(all.map { Label($0.0, $0.1) }), samples)
        }

        /// The value at each beat: the first one before `step`, the second from then on.
        mutating func step(_ family: String, job: String, _ before: Double, _ after: Double, at step: Int64) {
            append(family, job: job, beats.map { ($0, $0 < step ? before : after) })
        }

        mutating func report(heard: Int64? = now - 5_000, newest: Int64? = nil) throws -> AgentReport {
            append("up", beats.map { ($0, 1.0) })
            var entry = AgentRegister.Entry(
                firstUnixMilliseconds: now - 2 * day, heardUnixMilliseconds: heard,
                newestUnixMilliseconds: newest ?? beats.last ?? 0)
            entry.userAgent = "wayside-agent/1.2.3"
            let survey = FleetSurvey(
                query: FleetQuery(source: source), nowUnixMilliseconds: now, startUnixMilliseconds: now - 5 * day,
                downAfterMilliseconds: 180_000)
            let report = survey.report([(name, entry)])
            #expect(report.problem.isEmpty)
            return try #require(report.agents.first)
        }
    }

    @Test func anAgentThatIsWell() throws {
        var gateway = Gateway()
        gateway.append("wayside_time_synchronised", [(Self.now - 20_000, 1)])
        gateway.append(
            "device_state", job: "devices", labels: [("device_id", "a"), ("state", "online")], [(Self.now - 20_000, 1)])
        gateway.append(
            "device_state", job: "devices", labels: [("device_id", "a"), ("state", "stale")], [(Self.now - 20_000, 0)])
        gateway.append(
            "device_state", job: "devices", labels: [("device_id", "b"), ("state", "stale")], [(Self.now - 20_000, 1)])
        let report = try gateway.report()
        #expect(report.standing.state == .up)
        #expect(report.version == "1.2.3")
        #expect(report.clock == .synchronised)
        #expect(report.devices == ["online": 1, "stale": 1])
        #expect(report.coverage.completeness == 1)
        #expect(report.gaps.isEmpty)
    }

    @Test func aStoppedAgentAndARebootedGatewayAreToldApart() throws {
        let hole = (Self.now - 7_200_000)..<(Self.now - 3_600_000)
        for (boots, reason) in [(true, FleetGap.Reason.hostRestarted), (false, .agentRestarted)] {
            var gateway = Gateway()
            gateway.beats.removeAll { hole.contains($0) }
            let started = Double(hole.upperBound) / 1000
            gateway.step("process_start_time_seconds", job: "wayside-agent", 5, started, at: hole.upperBound)
            gateway.step("node_boot_time_seconds", job: "node", 4, boots ? started : 4, at: hole.upperBound)
            let report = try gateway.report()
            #expect(report.gaps.map(\.reason) == [reason])
            #expect(report.gaps.first.map { $0.fromUnixMilliseconds < hole.lowerBound } == true)
            #expect(abs((report.coverage.completeness ?? 0) - (1 - 1.0 / 24)) < 0.001)
        }
    }

    @Test func whatTheAgentLostIsNamedAsItNamesIt() throws {
        let hole = (Self.now - 7_200_000)..<(Self.now - 3_600_000)
        var gateway = Gateway()
        gateway.beats.removeAll { hole.contains($0) }
        gateway.append("wayside_gap_seconds", labels: [("reason", "overwritten")], [(hole.upperBound - 10_000, 3500)])
        // A damaged record between beats is a gap too, although the heartbeat does not show it.
        gateway.append("wayside_gap_seconds", labels: [("reason", "damaged")], [(Self.now - 60_000, 4)])
        let gaps = try gateway.report().gaps
        #expect(gaps.map(\.reason) == [.lost("overwritten"), .lost("damaged")])
        #expect(gaps.last?.fromUnixMilliseconds == Self.now - 64_000)
    }

    @Test func aSilentAgentsGapLastsAndOneThatCatchesUpIsNotLost() throws {
        var silent = Gateway()
        silent.beats.removeAll { $0 > Self.now - 600_000 }
        let down = try silent.report(heard: Self.now - 600_000)
        #expect(down.standing.state == .down)
        #expect(down.gaps.map(\.reason) == [.silent])
        #expect(down.gaps.first?.throughUnixMilliseconds == nil)
        var behind = Gateway()
        behind.beats.removeAll { $0 > Self.now - 600_000 }
        let catching = try behind.report(heard: Self.now - 1000)
        #expect(catching.standing.state == .catchingUp)
        #expect(catching.gaps.map(\.reason) == [.catchingUp])
    }

    /// The zeros that the hub writes while an agent is silent are no heartbeat.
    @Test func whatTheHubWritesOfASilentAgentIsNoSignOfLife() throws {
        var gateway = Gateway()
        gateway.beats.removeAll { $0 > Self.now - 600_000 }
        gateway.append("up", stride(from: Self.now - 590_000, to: Self.now, by: 30_000).map { ($0, 0.0) })
        #expect(try gateway.report(heard: nil).gaps.map(\.reason) == [.silent])
    }

    @Test func standingByWhatWasHeard() {
        func state(heard: Int64?, newest: Int64, start: Int64 = 0) -> AgentStanding.State {
            let entry = AgentRegister.Entry(
                firstUnixMilliseconds: 0, heardUnixMilliseconds: heard, newestUnixMilliseconds: newest)
            return AgentStanding(entry, now: 1_000_000, start: start, downAfter: 100_000).state
        }
        #expect(state(heard: 990_000, newest: 980_000) == .up)
        #expect(state(heard: 990_000, newest: 800_000) == .catchingUp)
        #expect(state(heard: 899_999, newest: 899_000) == .down)
        #expect(state(heard: 900_000, newest: 900_000) == .up)
        // Not heard since the start: by its samples, but only once the hub has listened for long enough.
        #expect(state(heard: nil, newest: 500_000) == .down)
        #expect(state(heard: nil, newest: 500_000, start: 950_000) == .catchingUp)
    }

    @Test func silenceAndReturnAreEachSaidOnce() {
        var watch = FleetWatch()
        #expect(watch.changes([("a", .up), ("b", .down)]) == [.init(agent: "b", isDown: true)])
        #expect(watch.changes([("a", .down), ("b", .down)]) == [.init(agent: "a", isDown: true)])
        #expect(watch.changes([("a", .catchingUp)]) == [.init(agent: "a", isDown: false)])
        #expect(watch.changes([("b", .down)]) == [.init(agent: "b", isDown: true)])
    }

    @Test func theListOfAgentsIsBoundedAndCountsTheRest() {
        let register = AgentRegister(limit: 2)
        for agent in ["a", "b", "c", "a"] { register.heard(agent, at: 10, times: 5...9, userAgent: "") }
        #expect(register.all.map(\.agent) == ["a", "b"])
        #expect(register.refusedCount == 1)
        register.forget(before: 11)
        #expect(register.all.isEmpty)
    }

    /// Anybody may write series that look like an agent's heartbeat; those who are heard come first.
    @Test func whoIsHeardTakesThePlaceOfWhoOnlyWasRecalled() {
        let register = AgentRegister(limit: 2)
        register.recall("!1", times: 1...2)
        register.recall("!2", times: 1...2)
        register.recall("!3", times: 1...2)
        register.heard("a", at: 10, times: 5...9, userAgent: "")
        register.heard("b", at: 10, times: 5...9, userAgent: "")
        register.heard("c", at: 10, times: 5...9, userAgent: "")
        #expect(register.all.map(\.agent) == ["a", "b"])
        #expect(register.refusedCount == 1)
    }

    /// The store refuses such samples; the fleet must neither end the hub over them nor believe them.
    @Test func timesThatTheStoreRefusesSayNothingOfAnAgent() async throws {
        let settings = try SettingsDocument.read(bytes: [], name: "defaults", as: HubSettings.self).fleet
        let desk = FleetDesk(
            settings: settings, store: StoreSettings(), source: MemorySource(), startUnixMilliseconds: Self.now)
        var columns = SampleColumns()
        columns.beginRow(packedLabels: Labels([Label("__name__", "x")]).packed)
        for time in [.min, .max, 0, Self.now + 700_000] as [Int64] { columns.append(unixMilliseconds: time, value: 1) }
        desk.heard("gw-1", at: Self.now, columns: columns, userAgent: "")
        #expect(desk.standings(at: Self.now).isEmpty)
        columns.append(unixMilliseconds: Self.now - 1000, value: 1)
        desk.heard("gw-1", at: Self.now, columns: columns, userAgent: "")
        #expect(desk.standings(at: Self.now).map(\.standing.lagMilliseconds) == [1000])
        // Its clock jumps ahead: it is heard, and its newest sample grows old.
        columns.removeAll()
        columns.beginRow(packedLabels: Labels([Label("__name__", "x")]).packed)
        columns.append(unixMilliseconds: Self.now + 10_000_000, value: 1)
        desk.heard("gw-1", at: Self.now + 300_000, columns: columns, userAgent: "")
        #expect(desk.standings(at: Self.now + 300_000).map(\.standing.state) == [.catchingUp])
        #expect(await desk.report()?.agents.count == 1)
    }

    /// The keeper writes down a new silence or return at once; a survey of a moment before must not say otherwise.
    @Test func whereAgentsStandIsOfNowThoughTheSurveyIsOlder() async throws {
        let now = Clocks.unixMilliseconds()
        let settings = try SettingsDocument.read(bytes: [], name: "defaults", as: HubSettings.self).fleet
        let desk = FleetDesk(
            settings: settings, store: StoreSettings(), source: MemorySource(), startUnixMilliseconds: now - 600_000)
        func hear(of time: Int64) {
            var columns = SampleColumns()
            columns.beginRow(packedLabels: Labels([Label("__name__", "x")]).packed)
            columns.append(unixMilliseconds: time, value: 1)
            desk.heard("gw-1", at: now, columns: columns, userAgent: "")
        }
        hear(of: now - 500_000)
        #expect(await desk.report(within: .max)?.agents.map(\.standing.state) == [.catchingUp])
        hear(of: now)
        let report = try #require(await desk.report(within: .max))
        #expect(report.agents.map(\.standing.state) == [.up] && report.agents[0].newestUnixMilliseconds == now)
        #expect(report.count(.up) == 1 && report.unixMilliseconds >= now)
    }

    @Test func theScreenHasTroubleFirst() throws {
        var well = Gateway("gw-well")
        well.append("wayside_time_synchronised", [(Self.now - 20_000, 1)])
        var silent = Gateway("gw-x")
        silent.beats.removeAll { $0 > Self.now - 600_000 }
        let report = FleetReport(
            unixMilliseconds: Self.now, agents: [try well.report(), try silent.report(heard: Self.now - 600_000)],
            problem: "")
        let lines = FleetScreen(report, listsAllAgents: false).text().split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "fleet of 2: 1 up, 1 down · the last day is 99.66 % complete · 2033-05-18T03:33:20Z",
                "agent    state  last seen       lag         clock         version  complete  devices",
                "gw-x     DOWN   10 min 0 s ago  10 min 0 s  unknown       1.2.3    99.32 %   -",
                "    gap from 2033-05-18T03:23:20Z, lasts 10 min 0 s: not heard",
                "gw-well  up     5.0 s ago       15 s        synchronised  1.2.3    100.00 %  -",
            ])
    }
}
