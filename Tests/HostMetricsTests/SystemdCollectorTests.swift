import HostMetrics
import LinuxSystem
import MetricModel
import Synchronization
import Testing

@testable import HostMetrics

/// The collector against a peer that says what the test wants.
@Suite struct SystemdCollectorTests {
    /// What systemd answers: property → its value; nil stands for an error.
    private final class Manager: Sendable {
        struct State: Sendable {
            var properties: [String: [UInt8]] = [:]
            var listError: String?
            var units: [(name: String, load: String, state: String)] = []
            var isListCut = false
            var asked: [String: Int] = [:]
        }

        let state: Mutex<State>

        init() {
            var state = State()
            state.properties = [
                "Version": Manager.text("257.9"), "Virtualization": Manager.text(""),
                "SystemState": Manager.text("running"), "UnitsLoadTimestamp": Manager.number64(5),
                "Type": Manager.text("notify"), "NRestarts": Manager.number32(2), "TasksMax": Manager.number64(.max),
                "TasksCurrent": Manager.number64(3), "LastTriggerUSec": Manager.number64(1_500_000),
                "NAccepted": Manager.number32(4), "NConnections": Manager.number32(1), "NRefused": Manager.number32(6),
                "ActiveEnterTimestamp": Manager.number64(2_250_000),
            ]
            state.units = [
                ("a.service", "loaded", "active"), ("b.timer", "loaded", "reloading"), ("c.socket", "loaded", "active"),
                ("d.mount", "loaded", "active"), ("e.service", "not-found", "inactive"),
            ]
            self.state = Mutex(state)
        }

        func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

        func count(_ name: String) -> Int { state.withLock { $0.asked[name] ?? 0 } }

        func serve(_ peer: BusPeer.Connection) {
            peer.welcome()
            while let call = peer.call() {
                let answer: (types: String, body: [UInt8])? = state.withLock { state in
                    state.asked[call.name, default: 0] += 1
                    guard call.name == "ListUnits" else { return state.properties[call.name].map { ("v", $0) } }
                    return state.listError == nil ? ("a(ssssssouso)", Manager.list(state)) : nil
                }
                if let answer {
                    peer.answer(call.serial, answer.types, answer.body)
                } else {
                    peer.refuse(
                        call.serial, state.withLock { $0.listError } ?? "org.freedesktop.DBus.Error.UnknownProperty")
                }
            }
        }

        static func text(_ text: String) -> [UInt8] {
            [1, UInt8(ascii: "s"), 0, 0] + bytes(UInt32(text.utf8.count)) + Array(text.utf8) + [0]
        }
        static func number32(_ value: UInt32) -> [UInt8] { [1, UInt8(ascii: "u"), 0, 0] + bytes(value) }
        static func number64(_ value: UInt64) -> [UInt8] { [1, UInt8(ascii: "t"), 0, 0, 0, 0, 0, 0] + bytes(value) }

        private static func list(_ state: State) -> [UInt8] {
            var list: [UInt8] = []
            func string(_ text: String) {
                while list.count % 4 != 0 { list.append(0) }
                list += bytes(UInt32(text.utf8.count)) + Array(text.utf8) + [0]
            }
            for unit in state.units {
                while list.count % 8 != 0 { list.append(0) }
                for text in [unit.name, "words", unit.load, unit.state, "sub", ""] { string(text) }
                string("/" + unit.name.replacing(".", with: "_2e"))
                while list.count % 4 != 0 { list.append(0) }
                list += bytes(UInt32(0))
                string("")
                string("/")
            }
            if state.isListCut { list.removeLast(3) }
            return bytes(UInt32(list.count)) + [0, 0, 0, 0] + list
        }

        private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { Array($0) }
        }
    }

    private func run<Result>(
        _ name: String, _ manager: Manager, _ change: (inout HostMetricsSettings.Systemd) -> Void = { _ in },
        _ body: (inout HostSampler) throws -> Result
    ) throws -> Result {
        let peer = try BusPeer(name) { manager.serve($0) }
        defer { peer.stop() }
        var settings = HostMetricsSettings(
            enable: ["systemd"], disable: HostCollectors.names.filter { $0 != "systemd" })
        settings.systemd.busAddress = peer.address
        change(&settings.systemd)
        var sampler = HostSampler(settings: settings, scope: SeriesScope(.empty), seriesLimit: 1000)
        return try body(&sampler)
    }

    private func all(_ settings: inout HostMetricsSettings.Systemd) {
        settings.isTasksEnabled = true
        settings.isRestartsEnabled = true
        settings.isStartTimeEnabled = true
    }

    @Test func everySample() throws {
        try run("every", Manager(), all) { sampler in
            let run = HostRun(&sampler)
            let zeros = run.lines.filter { $0.hasPrefix("node_systemd_unit_state") && $0.hasSuffix(" 0") }
            #expect(zeros.count == 13)
            #expect(
                run.lines.filter { !zeros.contains($0) } == [
                    #"node_systemd_version{version="257.9"} 257.9"#,
                    #"node_systemd_virtualization_info{virtualization_type="none"} 1"#,
                    #"node_systemd_units{state="active"} 3"#, #"node_systemd_units{state="activating"} 0"#,
                    #"node_systemd_units{state="deactivating"} 0"#, #"node_systemd_units{state="inactive"} 1"#,
                    #"node_systemd_units{state="failed"} 0"#, #"node_systemd_units{state="reloading"} 1"#,
                    #"node_systemd_unit_state{name="a.service",state="active",type="notify"} 1"#,
                    #"node_systemd_service_restart_total{name="a.service"} 2"#,
                    #"node_systemd_unit_tasks_current{name="a.service"} 3"#,
                    #"node_systemd_unit_start_time_seconds{name="a.service"} 2.25"#,
                    #"node_systemd_timer_last_trigger_seconds{name="b.timer"} 1.5"#,
                    #"node_systemd_unit_start_time_seconds{name="b.timer"} 0"#,
                    #"node_systemd_unit_state{name="c.socket",state="active"} 1"#,
                    #"node_systemd_socket_accepted_connections_total{name="c.socket"} 4"#,
                    #"node_systemd_socket_current_connections{name="c.socket"} 1"#,
                    #"node_systemd_socket_refused_connections_total{name="c.socket"} 6"#,
                    #"node_systemd_unit_start_time_seconds{name="c.socket"} 2.25"#, "node_systemd_system_running 1",
                ])
            #expect(run.failures.isEmpty)
        }
    }

    /// What is off is not asked for.
    @Test func defaults() throws {
        let manager = Manager()
        try run("defaults", manager) { sampler in
            let values = HostRun(&sampler).values
            #expect(
                values.keys.allSatisfy {
                    !$0.contains("_tasks_") && !$0.contains("restart") && !$0.contains("start_time")
                })
        }
        for name in ["TasksMax", "TasksCurrent", "NRestarts", "ActiveEnterTimestamp"] {
            #expect(manager.count(name) == 0)
        }
        #expect(manager.count("NRefused") == 1)
    }

    @Test func bothFiltersHaveToAdmitAUnit() throws {
        func choose(_ settings: inout HostMetricsSettings.Systemd) {
            settings.units = NameFilter(
                exclude: NamePattern("^a.*$") { $0.hasPrefix("a") },
                include: NamePattern(".*e.*") { $0.contains("e") })
        }
        try run("filters", Manager(), choose) { sampler in
            let values = HostRun(&sampler).values
            let names = Set(values.keys.compactMap { $0.split(separator: #"name=""#).dropFirst().first?.prefix(1) })
            // c.socket has an e, and so does a.service.
            #expect(names == ["b", "c"])
            #expect(values[#"node_systemd_units{state="active"}"#] == 3)
        }
    }

    /// A type is asked for once, and again when systemd has read its units or the unit is in another state.
    @Test func typesAreKept() throws {
        let manager = Manager()
        try run("types", manager) { sampler in
            for _ in 0..<3 { _ = HostRun(&sampler) }
            #expect(manager.count("Type") == 1 && manager.count("ListUnits") == 3)
            manager.change {
                $0.properties["UnitsLoadTimestamp"] = Manager.number64(6)
                $0.properties["Type"] = Manager.text("exec")
            }
            let count = sampler.seriesCount
            let values = HostRun(&sampler).values
            #expect(values[#"node_systemd_unit_state{name="a.service",state="active",type="exec"}"#] == 1)
            #expect(values[#"node_systemd_unit_state{name="a.service",state="active",type="notify"}"#] == nil)
            #expect(sampler.seriesCount == count)
            manager.change { $0.units[0].state = "failed" }
            _ = HostRun(&sampler)
            #expect(manager.count("Type") == 3)
            // A systemd before 247 does not say when it read them.
            manager.change { $0.properties["UnitsLoadTimestamp"] = nil }
            for _ in 0..<2 { _ = HostRun(&sampler) }
            #expect(manager.count("Type") == 5)
        }
    }

    @Test func propertiesThatAreNotThere() throws {
        let manager = Manager()
        try run("absent", manager, all) { sampler in
            let count = HostRun(&sampler).values.count
            for name in ["NRestarts", "TasksCurrent", "NRefused", "LastTriggerUSec"] {
                manager.change { $0.properties[name] = nil }
            }
            let run = HostRun(&sampler)
            #expect(run.failures.isEmpty && run.values.count == count - 4)
            // The sampler's own are not among its series.
            #expect(sampler.seriesCount == run.values.count)
            manager.change { $0.properties["TasksMax"] = Manager.number64(100) }
            #expect(HostRun(&sampler).values[#"node_systemd_unit_tasks_max{name="a.service"}"#] == 100)
        }
    }

    @Test(arguments: [
        ("204", 204.0, "204"), ("252.39-1~deb12u2", 252.39, "252.39-1~deb12u2"),
        ("v249 (249.11)", 249, "v249 (249.11)"),
        ("99", 0, ""), ("", 0, ""), ("12.345", 345, "12.345"), ("258.rc1", 258, "258.rc1"),
    ])
    func versions(_ text: String, _ number: Double, _ label: String) throws {
        let manager = Manager()
        manager.change { $0.properties["Version"] = Manager.text(text) }
        try run("version-\(text.utf8.count)", manager) { sampler in
            let values = HostRun(&sampler).values
            #expect(
                values[label.isEmpty ? "node_systemd_version" : #"node_systemd_version{version="\#(label)"}"#] == number
            )
            // It came with 212.
            #expect((values["node_systemd_system_running"] != nil) == (number >= 212))
        }
    }

    /// While a machine starts, the bus may be there before systemd is on it and says what it is.
    @Test func systemdThatComesLate() throws {
        let manager = Manager()
        manager.change { $0.properties["Version"] = nil }
        try run("late", manager) { sampler in
            #expect(HostRun(&sampler).values["node_systemd_version"] == 0)
            manager.change { $0.properties["Version"] = Manager.text("257.9") }
            let values = HostRun(&sampler).values
            #expect(values[#"node_systemd_version{version="257.9"}"#] == 257.9)
            #expect(values["node_systemd_system_running"] == 1)
            #expect(values[#"node_systemd_timer_last_trigger_seconds{name="b.timer"}"#] == 1.5)
        }
    }

    @Test func whatCannotBeListed() throws {
        let manager = Manager()
        try run("list", manager) { sampler in
            manager.change {
                $0.listError = "org.freedesktop.DBus.Error.AccessDenied"
                $0.properties["Virtualization"] = nil
            }
            let denied = HostRun(&sampler)
            #expect(
                denied.failures.map(\.error) == [
                    .notAllowed(what: "ListUnits", needs: "a policy of the bus that allows it")
                ])
            #expect(denied.values.count == 2 && denied.success == ["systemd": 0])
            #expect(denied.values[#"node_systemd_virtualization_info{virtualization_type="unknown"}"#] == 1)
            manager.change {
                $0.listError = nil
                $0.isListCut = true
            }
            // The damage is in the last unit, and none of them is given.
            let cut = HostRun(&sampler)
            #expect(cut.values.count == 2 && cut.success == ["systemd": 0])
            manager.change { $0.isListCut = false }
            #expect(HostRun(&sampler).failures.isEmpty)
            // A list of nothing ends all of them.
            manager.change { $0.units = [] }
            let empty = HostRun(&sampler)
            #expect(empty.failures.isEmpty && empty.values.count == 8)
            #expect(sampler.seriesCount == 8)
        }
    }

    @Test func listedTwiceAndTurnedAway() throws {
        let manager = Manager()
        manager.change {
            $0.units.append($0.units[0])
            $0.properties["SystemState"] = nil
        }
        try run("twice", manager) { sampler in
            let run = HostRun(&sampler)
            #expect(Set(run.lines).count == run.lines.count)
            // The units are there all the same.
            #expect(run.values[#"node_systemd_unit_state{name="a.service",state="active",type="notify"}"#] == 1)
            #expect(run.success == ["systemd": 0])
            // A unit that is loaded no more is given no more.
            manager.change {
                $0.units = [("a.service", "masked", "inactive")]
                $0.properties["SystemState"] = Manager.text("degraded")
            }
            let masked = HostRun(&sampler)
            #expect(masked.failures.isEmpty && masked.values.keys.allSatisfy { !$0.contains("a.service") })
            #expect(masked.values["node_systemd_system_running"] == 0)
        }
    }
}
