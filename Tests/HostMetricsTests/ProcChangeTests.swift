import HostMetrics
import LinuxSystem
import MetricModel
import Testing

/// The collectors of /proc while what they read comes, goes and changes its form.
@Suite struct ProcChangeTests {
    /// What one collector gives before and after a change.
    private struct Outcome {
        let new: Set<String>
        let gone: Set<String>
        let after: [String: Double]
        let failures: [CollectorError]
        /// Whether the series that ended were given back: as many are kept as are given.
        let isTidy: Bool
    }

    private func outcome(
        _ collector: String, _ tree: TreeCopy, _ settings: (inout HostMetricsSettings) -> Void = { _ in },
        _ change: (TreeCopy) throws -> Void
    ) throws -> Outcome {
        var all = HostMetricsSettings(
            roots: tree.roots, enable: [collector], disable: HostCollectors.names.filter { $0 != collector })
        settings(&all)
        var sampler = HostSampler(settings: all, scope: SeriesScope(.empty), seriesLimit: 1000)
        let before = HostRun(&sampler)
        #expect(before.failures == [])
        #expect(!before.values.isEmpty)
        try change(tree)
        let after = HostRun(&sampler)
        return Outcome(
            new: Set(after.values.keys).subtracting(before.values.keys),
            gone: Set(before.values.keys).subtracting(after.values.keys), after: after.values,
            failures: after.failures.map(\.error), isTidy: sampler.seriesCount == after.values.count)
    }

    @Test func neighboursOfAnInterfaceGo() throws {
        let result = try outcome("arp", try TreeCopy("pi")) { tree in
            try tree.change("/proc/net/arp") { text in
                text.split(separator: "\n").filter { !$0.contains("wlan0") }.joined(separator: "\n") + "\n"
            }
        }
        #expect(result.gone == [#"node_arp_entries{device="wlan0"}"#])
        #expect(result.after == [#"node_arp_entries{device="eth0"}"#: 3])
        #expect(result.isTidy)
    }

    @Test func interfacesThatTheFilterLeavesOut() throws {
        let exclude: @Sendable (String) -> Bool = { $0 == "wlan0" }
        let run = HostRun(["arp"], roots: FixtureTree("pi").roots) { settings in
            settings.arpDevices = NameFilter(exclude: NamePattern("^wlan0$", test: exclude))
        }
        #expect(run.values == [#"node_arp_entries{device="eth0"}"#: 3])
    }

    @Test(arguments: ["schedstat", "softnet"]) func aProcessorGoes(_ collector: String) throws {
        let path = collector == "softnet" ? "/proc/net/softnet_stat" : "/proc/schedstat"
        let result = try outcome(collector, try TreeCopy("pi")) { tree in
            try tree.change(path) { text in
                let lines = text.split(separator: "\n")
                let second = lines.firstIndex { $0.hasPrefix("cpu1 ") } ?? 1
                return lines.enumerated().filter { $0.offset != second }.map(\.element).joined(separator: "\n") + "\n"
            }
        }
        #expect(result.new.isEmpty && !result.gone.isEmpty)
        #expect(result.gone.allSatisfy { $0.contains(#"cpu="1""#) })
        #expect(result.isTidy)
    }

    @Test(arguments: ["interrupts", "softirqs"]) func aColumnGoes(_ collector: String) throws {
        let result = try outcome(collector, try TreeCopy("server")) { tree in
            try tree.change("/proc/" + collector) { $0.replacing("CPU2", with: "    ") }
        }
        #expect(result.gone.contains { $0.contains(#"cpu="2""#) })
        #expect(result.after.keys.allSatisfy { $0.contains(#"cpu="0""#) })
        #expect(result.isTidy)
    }

    @Test func anInterruptGetsAnotherDevice() throws {
        let result = try outcome("interrupts", try TreeCopy("server")) { tree in
            try tree.change("/proc/interrupts") { $0.replacing("nvme0q1", with: "nvme7q1") }
        }
        #expect(result.gone.count == 2 && result.gone.allSatisfy { $0.contains("nvme0q1") })
        #expect(result.new.count == 2 && result.new.allSatisfy { $0.contains("nvme7q1") })
        #expect(result.isTidy)
    }

    @Test func interruptsThatAreNotWanted() {
        let run = HostRun(["interrupts"], roots: FixtureTree("server").roots) { settings in
            settings.interrupts.includesZeros = false
            settings.interrupts.names = NameFilter(
                include: NamePattern("timer") { $0 == "0;IR-IO-APIC;2-edge timer" || $0.hasPrefix("LOC;Local") })
        }
        #expect(run.lines.count == 3)
        #expect(run.values.values.allSatisfy { $0 != 0 })
    }

    @Test func protocolsChangeTheirFields() throws {
        let result = try outcome("netstat", try TreeCopy("pi")) { tree in
            try tree.change("/proc/net/netstat") { text in
                text.replacing("SyncookiesSent ", with: "SyncookiesNew SyncookiesSent ")
                    .replacing("\nTcpExt: 0 0", with: "\nTcpExt: 7 0 0")
            }
        }
        #expect(result.failures == [])
        #expect(result.new == ["node_netstat_TcpExt_SyncookiesNew"])
        #expect(result.after["node_netstat_TcpExt_SyncookiesFailed"] == 12)
        #expect(result.isTidy)
    }

    @Test func aCacheGoesAndAnotherChangesItsForm() throws {
        let result = try outcome("lnstat", try TreeCopy("server")) { tree in
            try tree.remove("/proc/net/stat/arp_cache")
            try tree.change("/proc/net/stat/rt_cache") { _ in "entries  in_miss\n00000001 0000000a\n" }
        }
        #expect(
            result.after == [
                #"node_lnstat_entries_total{cpu="0",subsystem="rt_cache"}"#: 1,
                #"node_lnstat_in_miss_total{cpu="0",subsystem="rt_cache"}"#: 10,
            ])
        #expect(result.isTidy)
    }

    @Test func aNodeGoes() throws {
        let result = try outcome("meminfo_numa", try TreeCopy("server")) { tree in
            try tree.remove("/sys/devices/system/node/node0")
        }
        #expect(result.gone.count == 7 && result.gone.allSatisfy { $0.contains(#"node="0""#) })
        #expect(result.isTidy)
    }

    @Test func aZoneGoes() throws {
        let result = try outcome("zoneinfo", try TreeCopy("server")) { tree in
            try tree.change("/proc/zoneinfo") { text in
                text.split(separator: "Node 0, zone  Movable").first.map(String.init) ?? ""
            }
        }
        #expect(result.gone.count == 9 && result.gone.allSatisfy { $0.contains("Movable") })
        #expect(result.isTidy)
    }

    @Test(arguments: ["buddyinfo", "swap", "slabinfo"]) func aLineGoes(_ collector: String) throws {
        let result = try outcome(collector, try TreeCopy("server")) { tree in
            try tree.change("/proc/" + (collector == "swap" ? "swaps" : collector)) { text in
                text.split(separator: "\n").dropLast().joined(separator: "\n") + "\n"
            }
        }
        #expect(result.new.isEmpty && !result.gone.isEmpty)
        #expect(result.isTidy)
    }

    @Test func processesEnd() throws {
        let result = try outcome("processes", try TreeCopy("server")) { tree in
            try tree.remove("/proc/13")
            try tree.remove("/proc/11/task/20")
        }
        #expect(
            result.gone == [
                #"node_processes_state{state="D"}"#, #"node_processes_threads_state{thread_state="R"}"#,
            ])
        #expect(result.after["node_processes_pids"] == 2)
        #expect(result.isTidy)
    }

    /// Package managers replace os-release; it is read when it is another, and what was wrong with it stays said.
    @Test func theSystemIsUpgraded() throws {
        let tree = try TreeCopy("pi")
        var sampler = HostSampler(
            settings: HostMetricsSettings(
                roots: tree.roots, disable: HostCollectors.names.filter { $0 != "os" }), scope: SeriesScope(.empty),
            seriesLimit: 100)
        #expect(HostRun(&sampler).values.count == 3)
        try Files.replace(tree.path + "/root/etc/os-release", with: Array("ID=new\nVERSION_ID=13.1\nNAME=\"N\"\n".utf8))
        let upgraded = HostRun(&sampler)
        #expect(
            upgraded.lines == [
                #"node_os_info{id="new",name="N",version_id="13.1"} 1"#, #"node_os_version{id="new",name="N"} 13.1"#,
            ])
        #expect(sampler.seriesCount == 2)
        try Files.replace(tree.path + "/root/etc/os-release", with: Array("ID=new\nnonsense\n".utf8))
        for _ in 0..<2 {
            let damaged = HostRun(&sampler)
            #expect(damaged.values.isEmpty)
            #expect(
                damaged.failures.map(\.error) == [
                    .damaged(path: tree.path + "/root/etc/os-release", byteOffset: 7, expected: "NAME=value")
                ])
        }
        try tree.remove("/root/etc/os-release")
        #expect(HostRun(&sampler).failures.count == 1)
        try Files.makeDirectory(tree.path + "/root/usr/lib")
        try Files.replace(tree.path + "/root/usr/lib/os-release", with: Array("ID=rolling\n".utf8))
        #expect(HostRun(&sampler).lines == [#"node_os_info{id="rolling"} 1"#])
    }

    @Test func securityIsSwitchedOff() throws {
        let result = try outcome("selinux", try TreeCopy("server")) { tree in
            try tree.change("/proc/self/attr/current") { _ in "kernel\0" }
        }
        #expect(result.after == ["node_selinux_enabled": 0])
        #expect(result.isTidy)
    }

    @Test func theConfiguredModeIsReadAgain() throws {
        let result = try outcome("selinux", try TreeCopy("server")) { tree in
            try Files.replace(tree.path + "/root/etc/selinux/config", with: Array("SELINUX=disabled\n".utf8))
        }
        #expect(result.after["node_selinux_config_mode"] == -1)
        #expect(result.after["node_selinux_current_mode"] == 1)
    }

    @Test func kernelSettingsChangeTheirForm() throws {
        let result = try outcome("sysctl", try TreeCopy("server")) { settings in
            settings.sysctl.include = ["kernel.threads-max", "kernel.threads-max"]
            settings.sysctl.includeInfo = ["kernel.seccomp.actions_avail"]
        } _: { tree in
            try tree.change("/proc/sys/kernel/threads-max") { _ in "1\t2\n" }
            try tree.change("/proc/sys/kernel/seccomp/actions_avail") { _ in "log trap\n" }
        }
        #expect(result.failures == [])
        #expect(
            Set(result.after.keys) == [
                #"node_sysctl_kernel_threads_max{index="0"}"#, #"node_sysctl_kernel_threads_max{index="1"}"#,
                #"node_sysctl_info{index="0",name="kernel.seccomp.actions_avail",value="log"}"#,
                #"node_sysctl_info{index="1",name="kernel.seccomp.actions_avail",value="trap"}"#,
            ])
        #expect(result.isTidy)
    }

    /// One setting that is not there, or has other numbers than names for them, takes nothing from the others.
    @Test func kernelSettingsThatAreWrong() {
        let tree = FixtureTree("server")
        let run = HostRun(["sysctl"], roots: tree.roots) { settings in
            settings.sysctl.include = ["fs.file-nr:one,two", "no.such", "kernel.pid_max"]
        }
        #expect(run.lines == ["node_sysctl_kernel_pid_max 4.194304e+06"])
        #expect(
            run.failures.map(\.error) == [
                .damaged(
                    path: tree.path + "/proc/sys/fs/file-nr", byteOffset: 0,
                    expected: "2 numbers, as many as names in the setting")
            ])
    }

    @Test func pressureThatIsSwitchedOff() throws {
        let tree = try TreeCopy("pi")
        for name in ["cpu", "memory", "io"] { try tree.remove("/proc/pressure/" + name) }
        let run = HostRun(["pressure"], roots: tree.roots)
        #expect(run.lines == ["node_pressure_irq_stalled_seconds_total 0.008494"])
        #expect(run.failures == [])
        try tree.remove("/proc/pressure/irq")
        #expect(HostRun(["pressure"], roots: tree.roots).success == ["pressure": 0])
    }
}
