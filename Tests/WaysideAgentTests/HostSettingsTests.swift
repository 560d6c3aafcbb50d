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
              netdev: {device_exclude: "^veth", enable_detailed_metrics: true, address_info: true, label_ifalias: true}
              stat: {softirq: true}
              textfile: {directory: [/var/lib/node_exporter, /opt/*/metrics]}
              arp: {device_include: eth}
              bcache: {priority_stats: true}
              containers: {system_services: true, limit: 20}
              ethtool: {device_include: eth, metrics_include: "^rx_"}
              flash: {endurance: {mmcblk0: 20TB}}
              hwmon: {chip_include: coretemp, sensor_exclude: ";fan"}
              interrupts: {name_exclude: LOC, include_zeros: false}
              ipvs: {backend_labels: [proto, local_address]}
              netclass: {ignored_devices: "^veth", ignore_invalid_speed: true}
              netstat: {fields: "^Tcp_"}
              pcidevice: {names: true, idsfile: /opt/pci.ids}
              powersupplyclass: {ignored_supplies: "^AC"}
              qdisc: {device_exclude: "^(lo|veth)"}
              rapl: {enable_zone_label: true}
              services: {names: [mosquitto.service]}
              slabinfo: {slabs_include: dentry}
              smart: {interval: 1h}
              sysctl: {include: [fs.file-nr], include_info: [kernel.seccomp.actions_avail]}
              systemd: {unit_include: "(a|b)", enable_task_metrics: true, enable_restarts_metrics: true,
                enable_start_time_metrics: true, private: true}
              tapestats: {ignored_devices: "^st1"}
              vmstat: {fields: "^pg"}
            """)
        checkCollectors(settings)
        #expect(settings.roots.procfs == "/host/proc" && settings.collectorTimeoutMilliseconds == 2000)
        #expect(!settings.cpu.isGuestEnabled && settings.isSoftIRQEnabled)
        #expect(settings.cpu.flagsInclude?.matches("avx2") == true)
        #expect(settings.cpu.flagsInclude?.matches("avx512") == false)
        #expect(settings.diskDevices.admits("sda1") && !settings.diskDevices.admits("mmcblk0"))
        // What is given replaces the default, and matches anywhere, as in node_exporter's flags.
        #expect(settings.filesystem.mountPoints.admits("/proc") && !settings.filesystem.mountPoints.admits("/mnt/a"))
        #expect(settings.filesystem.types.admits("fuse.ext2") && !settings.filesystem.types.admits("xfs"))
        #expect(settings.filesystem.mountTimeoutMilliseconds == 1000)
        let netdev = settings.networkDevices
        #expect(!netdev.devices.admits("veth1") && netdev.devices.admits("eth0"))
        #expect(netdev.isDetailed && netdev.isAddressInfoEnabled && netdev.hasAliasLabel)
        #expect(settings.textfile.directories == ["/var/lib/node_exporter", "/opt/*/metrics"])
    }

    private func checkCollectors(_ settings: HostMetricsSettings) {
        #expect(settings.arpDevices.admits("eth0") && !settings.arpDevices.admits("wlan0"))
        #expect(settings.bcache.isPriorityStatisticsEnabled && settings.isRAPLZoneLabelEnabled)
        #expect(settings.queueingDevices.admits("eth0") && !settings.queueingDevices.admits("veth1"))
        #expect(settings.containers.isSystemServicesEnabled && settings.containers.limit == 20)
        #expect(settings.ethtool.devices.admits("eth0") && !settings.ethtool.devices.admits("wlan0"))
        #expect(settings.ethtool.metricsInclude?.matches("rx_bytes") == true)
        #expect(settings.ethtool.metricsInclude?.matches("tx_bytes") == false)
        #expect(settings.flash.enduranceBytes == ["mmcblk0": 20_000_000_000_000])
        #expect(settings.hardwareMonitors.chips.admits("coretemp") && !settings.hardwareMonitors.chips.admits("nct"))
        #expect(!settings.hardwareMonitors.sensors.admits("nct;fan1"))
        #expect(!settings.interrupts.names.admits("LOC;;") && !settings.interrupts.includesZeros)
        #expect(settings.ipvs.backendLabels == [.proto, .localAddress])
        #expect(!settings.networkClass.devices.admits("veth0") && settings.networkClass.isInvalidSpeedIgnored)
        #expect(settings.netstatFields.matches("Tcp_InSegs") && !settings.netstatFields.matches("Udp_InErrors"))
        #expect(settings.pciDevices.areNamesEnabled && settings.pciDevices.namesFile == "/opt/pci.ids")
        #expect(!settings.powerSupplies.admits("AC0") && settings.services.names == ["mosquitto.service"])
        #expect(settings.slabs.admits("dentry") && settings.smart.intervalMilliseconds == 3_600_000)
        #expect(settings.sysctl.include == ["fs.file-nr"])
        #expect(settings.sysctl.includeInfo == ["kernel.seccomp.actions_avail"])
        // Of whole names, and the default of the other filter stays.
        #expect(settings.systemd.units.admits("a") && settings.systemd.units.admits("b"))
        #expect(!settings.systemd.units.admits("ab") && settings.systemd.units.exclude?.matches("a.mount") == true)
        #expect(settings.systemd.isTasksEnabled && settings.systemd.isRestartsEnabled && settings.systemd.isPrivate)
        #expect(settings.systemd.isStartTimeEnabled)
        #expect(!settings.tapeDevices.admits("st1") && settings.vmstatFields.matches("pgfault"))
    }

    @Test func theDefaultsAreNodeExportersOwn() throws {
        let settings = try read("  interval: 15s")
        #expect(settings.enabledCollectors == HostMetricsSettings().enabledCollectors)
        #expect(!settings.filesystem.mountPoints.admits("/proc") && !settings.diskDevices.admits("loop0"))
        #expect(
            try read("  collectors: {defaults: false, enable: [time, cpu]}").enabledCollectors == ["cpu", "time"])
        // An empty expression excludes nothing.
        #expect(try read("  diskstats: {device_exclude: \"\"}").diskDevices.admits("loop0"))
        #expect(!settings.systemd.units.admits("a.mount") && settings.systemd.units.admits("a.mount.service"))
        #expect(try read("  systemd: {unit_exclude: \"\"}").systemd.units.admits("a.mount"))
    }

    @Test(arguments: [
        ("  netdev: {device_include: '(eth'}", "agent.yaml:2:28", "host.netdev.device_include", "missing closing )"),
        (
            "  netdev: {device_include: a, device_exclude: b}", "agent.yaml:2:28", "host.netdev.device_include",
            "give either device_exclude or device_include"
        ),
        ("  filesystem: {mount_point_exclude: a}", "agent.yaml:2:16", "", "mount_points_exclude"),
        ("  ipvs: {backend_labels: [port]}", "agent.yaml:2:27", "host.ipvs.backend_labels", "local_port"),
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
