import HostMetrics
import SettingsFile
import Testing

@testable import WaysideAgent

@Suite struct HostSettingsTests {
    private func read(_ keys: String) throws -> HostMetricsSettings {
        let text = "host:\n" + keys
        return try SettingsDocument.read(bytes: Array(text.utf8), name: "agent.yaml", as: AgentSettings.self).host
            .metrics
    }

    @Test func everythingIsReadFromItsKey() throws {
        let settings = try read(
            """
              procfs: /host/proc
              collector_timeout: 2s
              cpu: {guest: false, info_flags_include: "^(aes|avx.?)$"}
              diskstats: {device_include: '^sd[a-z]\\d*$'}
              filesystem: {mount_points_exclude: "^/mnt/", fs_types_include: "ext", mount_timeout: 1s}
              netdev: {device_exclude: "^veth"}
              stat: {softirq: true}
              textfile: {directory: [/var/lib/node_exporter, /opt/*/metrics]}
            """)
        #expect(settings.roots.procfs == "/host/proc" && settings.collectorTimeoutMilliseconds == 2000)
        #expect(!settings.cpu.isGuestEnabled && settings.isSoftIRQEnabled)
        #expect(settings.cpu.flagsInclude?.matches("avx2") == true)
        #expect(settings.cpu.flagsInclude?.matches("avx512") == false)
        #expect(settings.diskDevices.admits("sda1") && !settings.diskDevices.admits("mmcblk0"))
        // What is given replaces the default, and matches anywhere, as in node_exporter's flags.
        #expect(settings.filesystem.mountPoints.admits("/proc") && !settings.filesystem.mountPoints.admits("/mnt/a"))
        #expect(settings.filesystem.types.admits("fuse.ext2") && !settings.filesystem.types.admits("xfs"))
        #expect(settings.filesystem.mountTimeoutMilliseconds == 1000)
        #expect(!settings.networkDevices.admits("veth1") && settings.networkDevices.admits("eth0"))
        #expect(settings.textfile.directories == ["/var/lib/node_exporter", "/opt/*/metrics"])
    }

    @Test func theDefaultsAreNodeExportersOwn() throws {
        let settings = try read("  interval: 15s")
        #expect(settings.enabledCollectors == HostMetricsSettings().enabledCollectors)
        #expect(!settings.filesystem.mountPoints.admits("/proc") && !settings.diskDevices.admits("loop0"))
        #expect(
            try read("  collectors: {defaults: false, enable: [time, cpu]}").enabledCollectors == ["cpu", "time"])
        // An empty expression excludes nothing.
        #expect(try read("  diskstats: {device_exclude: \"\"}").diskDevices.admits("loop0"))
    }

    @Test(arguments: [
        ("  netdev: {device_include: '(eth'}", "agent.yaml:2:28", "host.netdev.device_include", "missing closing )"),
        (
            "  netdev: {device_include: a, device_exclude: b}", "agent.yaml:2:28", "host.netdev.device_include",
            "give either device_exclude or device_include"
        ),
        ("  filesystem: {mount_point_exclude: a}", "agent.yaml:2:16", "", "mount_points_exclude"),
        ("  collector_timeout: 0s", "agent.yaml:2:22", "host.collector_timeout", "100ms"),
    ]) func mistakesAreNamedWithTheirPlace(line: String, place: String, key: String, part: String) {
        do {
            _ = try read(line)
            Issue.record("\(line) was taken")
        } catch {
            let text = "\(error)"
            #expect(text.contains(place) && text.contains(key) && text.contains(part), "\(text)")
        }
    }
}
