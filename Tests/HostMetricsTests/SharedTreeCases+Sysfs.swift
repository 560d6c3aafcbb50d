import HostMetrics

extension SharedTreeCase {
    /// The collectors of /sys.
    static let sysfs: [SharedTreeCase] = [
        SharedTreeCase(collector: "bonding", leastCount: 6),
        SharedTreeCase(collector: "cgroups", leastCount: 24),
        SharedTreeCase(
            collector: "cpufreq",
            // Came with 1.6.
            leftOut: ["node_cpu_scaling_governor"], leastCount: 12),
        SharedTreeCase(collector: "dmi", leastCount: 1),
        SharedTreeCase(collector: "drbd", leastCount: 17),
        SharedTreeCase(
            collector: "edac",
            // Came with 1.12; before, the channels' errors were not there at all.
            leftOut: ["node_edac_channel_correctable_errors_total", "node_edac_channel_uncorrectable_errors_total"],
            leastCount: 10),
        SharedTreeCase(
            collector: "hwmon",
            // Frequencies came with 1.9.
            leftOut: ["node_hwmon_freq_freq_mhz"],
            leftOutParts: [
                #"label="mclk""#, #"label="sclk""#,
                // Several monitors of one device have names of their own since 1.12.
                #"chip="ieee80211_phy0"#, #"chip="platform_asus_nb_wmi"#,
            ], leastCount: 120),
        SharedTreeCase(
            collector: "ksmd",
            // Came with 1.10.
            leftOut: ["node_ksmd_general_profit_bytes"], leastCount: 9),
        SharedTreeCase(
            collector: "mdadm",
            // Came with 1.10, from /sys.
            leftOut: ["node_md_raid_disks", "node_md_degraded"], leastCount: 180),
        // The label came with 1.6.
        SharedTreeCase(collector: "netclass", newLabels: ["adminstate"], leastCount: 70),
        SharedTreeCase(
            collector: "nvme",
            // Came with 1.11.
            leftOut: [
                "node_nvme_namespace_info", "node_nvme_namespace_capacity_bytes", "node_nvme_namespace_size_bytes",
                "node_nvme_namespace_used_bytes", "node_nvme_namespace_logical_block_size_bytes",
            ],
            newLabels: ["cntlid"], leastCount: 1),
        SharedTreeCase(collector: "powersupplyclass", leastCount: 12),
        SharedTreeCase(collector: "rapl", leastCount: 2),
        SharedTreeCase(collector: "tapestats", leastCount: 10),
    ]
}
