import HostMetrics

/// The collectors that read single files of /proc.
extension SharedTreeCase {
    static let proc: [SharedTreeCase] = [
        // Debian's reads the file; asking by netlink came later.
        SharedTreeCase(collector: "arp", leastCount: 3),
        SharedTreeCase(collector: "conntrack", leastCount: 10),
        SharedTreeCase(collector: "entropy", leastCount: 2),
        SharedTreeCase(collector: "filefd", leastCount: 2),
        SharedTreeCase(
            collector: "netstat", arguments: ["--collector.netstat.fields=\(NamePattern.defaultNetstatFields)"],
            leastCount: 41),
        SharedTreeCase(
            collector: "netstat", arguments: ["--collector.netstat.fields=."],
            settings: { $0.netstatFields = NamePattern(".") { !$0.isEmpty } }, leastCount: 200),
        SharedTreeCase(collector: "os", leastCount: 2),
        // Interrupts came with 1.8.
        SharedTreeCase(collector: "pressure", leftOut: ["node_pressure_irq_stalled_seconds_total"], leastCount: 5),
        SharedTreeCase(collector: "schedstat", leastCount: 6),
        SharedTreeCase(collector: "sockstat", leastCount: 20),
        // Came with 1.6.
        SharedTreeCase(
            collector: "softnet",
            leftOut: [
                "node_softnet_cpu_collision_total", "node_softnet_received_rps_total",
                "node_softnet_flow_limit_count_total",
            ], leastCount: 12),
        SharedTreeCase(collector: "udp_queues", leastCount: 2),
        SharedTreeCase(
            collector: "vmstat", arguments: ["--collector.vmstat.fields=\(NamePattern.defaultVmstatFields)"],
            leastCount: 7),
        SharedTreeCase(
            collector: "vmstat", arguments: ["--collector.vmstat.fields=."],
            settings: { $0.vmstatFields = NamePattern(".") { !$0.isEmpty } }, leastCount: 100),
        SharedTreeCase(collector: "buddyinfo", leastCount: 33),
        SharedTreeCase(collector: "interrupts", leastCount: 112),
        SharedTreeCase(collector: "lnstat", leastCount: 120),
        SharedTreeCase(collector: "meminfo_numa", leastCount: 105),
        SharedTreeCase(collector: "processes", leastCount: 6),
        SharedTreeCase(collector: "slabinfo", leastCount: 20),
        SharedTreeCase(
            collector: "sysctl",
            arguments: [
                "--collector.sysctl.include=fs.file-nr", "--collector.sysctl.include=fs.file-nr:total,current,max",
                "--collector.sysctl.include=kernel.threads-max",
                "--collector.sysctl.include-info=kernel.seccomp.actions_avail",
            ],
            settings: { settings in
                settings.sysctl.include = ["fs.file-nr", "fs.file-nr:total,current,max", "kernel.threads-max"]
                settings.sysctl.includeInfo = ["kernel.seccomp.actions_avail"]
            }, leastCount: 15),
        SharedTreeCase(collector: "zoneinfo", leastCount: 97),
    ]
}
