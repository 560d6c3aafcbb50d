import Exposition
import Glibc
import HostMetrics
import LinuxSystem
import MetricModel
import Testing

/// The collector beside Debian's node_exporter, both on the bus of a real systemd.
@Suite(.serialized) struct LiveSystemdTests {
    private static let bus = """
        Requires=dbus.socket
        After=dbus.socket
        [Service]
        Type=notify
        ExecStart=\(SystemdInNamespace.daemon) --system --address=systemd: --nofork --nopidfile --systemd-activation --syslog-only

        """
    private static let units = [
        "wayside.target":
            "Requires=dbus.service\nWants=steady.service once.service broken.service flapping.service echo.socket "
            + "tick.timer run-wayside.mount\n",
        "dbus.socket": "[Socket]\nListenStream=/run/dbus/system_bus_socket\n",
        "dbus.service": bus,
        "steady.service": "Wants=absent.service\n[Service]\nExecStart=/bin/sleep infinity\nTasksMax=7\n",
        "once.service": "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n",
        "broken.service": "[Service]\nType=exec\nExecStart=/bin/false\n",
        "flapping.service":
            "StartLimitIntervalSec=3600\nStartLimitBurst=3\n[Service]\nExecStart=/bin/false\nRestart=always\n"
            + "RestartSec=10ms\n",
        "echo.socket": "[Socket]\nListenStream=/run/dbus/echo\nAccept=yes\nMaxConnections=1\n",
        "echo@.service": "[Service]\nExecStart=/bin/cat\nStandardInput=socket\n",
        "tick.timer": "[Timer]\nOnActiveSec=0\nAccuracySec=1ms\n",
        "tick.service": "[Service]\nExecStart=/bin/true\n",
        "run-wayside.mount": "[Mount]\nWhat=tmpfs\nWhere=/run/wayside\nType=tmpfs\n",
    ]
    /// What came after Debian's version: 1.10.
    private static let newFamilies = ["node_systemd_virtualization_info"]

    private func settings(_ address: String) -> HostMetricsSettings {
        var settings = HostMetricsSettings(
            enable: ["systemd"], disable: HostCollectors.names.filter { $0 != "systemd" })
        settings.systemd.busAddress = address
        settings.systemd.isTasksEnabled = true
        settings.systemd.isRestartsEnabled = true
        settings.systemd.isStartTimeEnabled = true
        // Mounts too, whose type is a label.
        settings.systemd.units = NameFilter(
            exclude: NamePattern("^.+\\.(automount|device|scope)$") { name in
                [".automount", ".device", ".scope"].contains { name.hasSuffix($0) }
            })
        return settings
    }

    private func sampler(_ address: String) -> HostSampler {
        HostSampler(settings: settings(address), scope: SeriesScope(.empty), seriesLimit: 10_000)
    }

    /// One run after everything has settled.
    private func settled(_ sampler: inout HostSampler) throws -> HostRun {
        var run = HostRun(&sampler)
        do {
            try SystemdInNamespace.wait("the units to settle") {
                run = HostRun(&sampler)
                return isSettled(run)
            }
        } catch {
            Issue.record("\(run.failures) \(run.lines.joined(separator: "\n"))")
            throw error
        }
        return run
    }

    private func isSettled(_ run: HostRun) -> Bool {
        run.failures.isEmpty
            && run.values[state("flapping.service", "failed", "simple")] == 1
            && run.values[state("broken.service", "failed", "exec")] == 1
            && run.values[state("once.service", "active", "oneshot")] == 1
            && run.values[state("run-wayside.mount", "active", "tmpfs")] == 1
            && (run.values[#"node_systemd_timer_last_trigger_seconds{name="tick.timer"}"#] ?? 0) > 0
    }

    private func state(_ name: String, _ state: String, _ type: String) -> String {
        #"node_systemd_unit_state{name="\#(name)",state="\#(state)",type="\#(type)"}"#
    }

    // Skipped without root, systemd and dbus-daemon.
    @Test(.enabled(if: SystemdInNamespace.isPossible && NodeExporter.isInstalled))
    func sameAsNodeExporter() throws {
        let system = try SystemdInNamespace(Self.units)
        var sampler = sampler(system.address)
        _ = try settled(&sampler)
        // One connection is taken, and the other is more than the socket may have.
        let connections = try [0, 1].map { _ in
            try UnixSocket.connection(to: .path(system.directory + "/bus/echo"), timeoutMilliseconds: 10_000)
                .duplicate()
        }
        defer { connections.forEach { close($0) } }
        try SystemdInNamespace.wait("the connections") {
            let values = HostRun(&sampler).values
            return values[#"node_systemd_socket_accepted_connections_total{name="echo.socket"}"#] == 1
                && values[#"node_systemd_socket_current_connections{name="echo.socket"}"#] == 1
                && values[#"node_systemd_socket_refused_connections_total{name="echo.socket"}"#] == 1
        }
        // In the environment of the program that is started now.
        setenv("DBUS_SYSTEM_BUS_ADDRESS", system.address, 1)
        defer { unsetenv("DBUS_SYSTEM_BUS_ADDRESS") }
        let theirs = try NodeExporter.scrape(
            ["systemd"],
            [
                "--collector.systemd.enable-task-metrics", "--collector.systemd.enable-restarts-metrics",
                "--collector.systemd.enable-start-time-metrics",
                #"--collector.systemd.unit-exclude=.+\.(automount|device|scope)"#,
            ])
        let ours = HostRun(&sampler)
        #expect(theirs.success == ours.success)
        var mine: [String: Double] = [:]
        for sample in ours.samples {
            let family = sample.series.family
            guard !family.name.hasPrefix("node_scrape_"), !Self.newFamilies.contains(family.name) else { continue }
            mine[sample.series.fullLabels().description] = sample.value
            #expect(theirs.family(family.name)?.type == family.type, "\(family.name)")
        }
        let reference = theirs.values
        #expect(Set(mine.keys).subtracting(reference.keys).sorted() == [])
        #expect(Set(reference.keys).subtracting(mine.keys).sorted() == [])
        for (series, value) in reference { #expect(mine[series] == value, "\(series)") }
        #expect(reference.count > 100)
        // What the comparison is about: the values that are not 0 by themselves.
        let values = ours.values
        #expect(values[#"node_systemd_service_restart_total{name="flapping.service"}"#] == 3)
        #expect(values[#"node_systemd_unit_tasks_max{name="steady.service"}"#] == 7)
        #expect(values[#"node_systemd_unit_tasks_current{name="steady.service"}"#] == 1)
        #expect(values["node_systemd_system_running"] == 0)
        #expect(values[#"node_systemd_virtualization_info{virtualization_type="container-other"}"#] == 1)
        print("systemd: \(mine.count) samples, \(reference.filter { mine[$0.key] == $0.value }.count) identical")
    }

    /// Units that come, go, fail and are read again, a socket's connections, and a bus that is started anew.
    @Test(.enabled(if: SystemdInNamespace.isPossible))
    func whatChangesBetweenRuns() throws {
        let system = try SystemdInNamespace(Self.units)
        var sampler = sampler(system.address)
        let first = try settled(&sampler)
        let second = HostRun(&sampler)
        // The same series, from what was kept.
        #expect(first.values == second.values)
        #expect(
            zip(first.samples, second.samples).allSatisfy { $0.series === $1.series } && first.samples.count > 100)
        let seriesCount = sampler.seriesCount

        // A unit that ends leaves no series behind, and is there again when it comes again.
        try system.write("new.service", "[Service]\nExecStart=/bin/sleep infinity\n")
        try system.call("StartUnit", "ss", "new.service", "replace")
        #expect(HostRun(&sampler).values[state("new.service", "active", "simple")] == 1)
        #expect(sampler.seriesCount > seriesCount)
        try system.call("StopUnit", "ss", "new.service", "replace")
        try SystemdInNamespace.wait("new.service to go") {
            HostRun(&sampler).values[state("new.service", "active", "simple")] == nil
        }
        #expect(sampler.seriesCount == seriesCount)

        // Another type, once systemd has read its units again.
        try system.write("steady.service", "[Service]\nType=exec\nExecStart=/bin/sleep infinity\nTasksMax=9\n")
        #expect(HostRun(&sampler).values[state("steady.service", "active", "simple")] == 1)
        try system.call("Reload")
        let reloaded = HostRun(&sampler)
        #expect(reloaded.values[state("steady.service", "active", "exec")] == 1)
        #expect(reloaded.values[state("steady.service", "active", "simple")] == nil)
        #expect(reloaded.values[#"node_systemd_unit_tasks_max{name="steady.service"}"#] == 9)
        #expect(sampler.seriesCount == seriesCount)

        // All well: what has failed is forgotten.
        try system.call("ResetFailed")
        #expect(HostRun(&sampler).values["node_systemd_system_running"] == 1)

        // The bus ends and begins again, and the connection that was kept is of no more use. The call may lose its answer.
        _ = try? system.call("RestartUnit", "ss", "dbus.service", "replace")
        try SystemdInNamespace.wait("a new bus") {
            HostRun(&sampler).values[state("steady.service", "active", "exec")] == 1
        }
        #expect(HostRun(&sampler).failures.isEmpty)
    }
}
