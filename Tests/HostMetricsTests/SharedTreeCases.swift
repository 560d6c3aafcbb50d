import HostMetrics

/// How a collector is compared with Debian's node_exporter 1.5 on the shared tree.
struct SharedTreeCase: Sendable, CustomStringConvertible {
    let collector: String
    /// Theirs; the roots come by themselves.
    var arguments: [String] = []
    /// Ours, to the same effect.
    var settings: @Sendable (inout HostMetricsSettings) -> Void = { _ in }
    /// Families that only one of the two has, each with the reason in a comment, or whose values are the machine's.
    var leftOut: Set<String> = []
    /// Parts of series that only one of the two has, where the family is compared otherwise.
    var leftOutParts: Set<String> = []
    /// Labels that came after Debian's version.
    var newLabels: Set<String> = []
    /// Of families that both have, the series that only one has or that differ for a reason: by `name{labels}`.
    var isLeftOut: @Sendable (_ series: String) -> Bool = { _ in false }
    /// How many samples are compared at least: a row that compares nothing proves nothing.
    var leastCount: Int

    var description: String { collector }

    static let all: [SharedTreeCase] = first + proc + sysfs + storage

    private static let first: [SharedTreeCase] = [
        SharedTreeCase(
            collector: "cpu",
            arguments: [
                "--collector.cpu.info.flags-include=^(aes|avx.?|constant_tsc)$",
                "--collector.cpu.info.bugs-include=^(cpu_meltdown|spectre_.*|mds)$",
            ],
            settings: { settings in
                settings.cpu.flagsInclude = NamePattern("^(aes|avx.?|constant_tsc)$") { flag in
                    flag == "aes" || flag == "constant_tsc" || flag.hasPrefix("avx") && flag.count <= 4
                }
                settings.cpu.bugsInclude = NamePattern("^(cpu_meltdown|spectre_.*|mds)$") { bug in
                    bug == "cpu_meltdown" || bug == "mds" || bug.hasPrefix("spectre_")
                }
            },
            // Debian's gives the frequency only while its cpufreq collector is enabled.
            leftOut: ["node_cpu_frequency_hertz"], leastCount: 100),
        SharedTreeCase(
            collector: "diskstats",
            arguments: ["--collector.diskstats.device-exclude=\(NamePattern.defaultDiskExclusion)"],
            newLabels: ["rotational"], leastCount: 150),
        SharedTreeCase(collector: "loadavg", leastCount: 3),
        SharedTreeCase(collector: "meminfo", leastCount: 40),
        SharedTreeCase(
            collector: "stat", arguments: ["--collector.stat.softirq"],
            settings: { $0.isSoftIRQEnabled = true }, leastCount: 15),
        SharedTreeCase(collector: "thermal_zone", leastCount: 3),
        // The clock moves.
        SharedTreeCase(collector: "time", leftOut: ["node_time_seconds"], leastCount: 2),
    ]
}
