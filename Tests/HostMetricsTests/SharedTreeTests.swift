import HostMetrics
import LinuxSystem
import MetricModel
import Testing

/// Debian's node_exporter and our collectors on one tree of many kinds of hardware, `../shared/fixtures/node-tree.tar.gz`.
@Suite struct SharedTreeTests {
    /// Those that files alone decide.
    private static let collectors = ["cpu", "diskstats", "loadavg", "meminfo", "stat", "thermal_zone", "time"]

    private static var archive: String? {
        let root = Files.parent(of: Files.parent(of: Files.parent(of: #filePath)))
        return ["/../shared", "/../../shared"].map { root + $0 + "/fixtures/node-tree.tar.gz" }.first(
            where: Files.exists)
    }

    // Skipped where the Debian package or the shared folder is not there.
    @Test(.enabled(if: NodeExporter.isInstalled && archive != nil)) func everySampleIsEqual() throws {
        let archive = try #require(Self.archive)
        let tree = "/tmp/wayside-node-tree-\(Machine.processID())"
        try Files.makeDirectory(tree)
        defer { _ = try? ChildProcess.run("/bin/rm", ["-rf", tree]) }
        #expect(try ChildProcess.run("/bin/tar", ["-xzf", archive, "-C", tree]) == 0)
        let theirs = try NodeExporter.scrape(
            Self.collectors,
            [
                "--path.procfs=\(tree)/proc", "--path.sysfs=\(tree)/sys", "--path.rootfs=\(tree)",
                "--path.udev.data=\(tree)/udev/data", "--collector.stat.softirq",
                "--collector.cpu.info.flags-include=^(aes|avx.?|constant_tsc)$",
                "--collector.cpu.info.bugs-include=^(cpu_meltdown|spectre_.*|mds)$",
                "--collector.diskstats.device-exclude=\(NamePattern.defaultDiskExclusion)",
            ])
        let roots = HostRoots(
            procfs: tree + "/proc", sysfs: tree + "/sys", rootfs: tree, udevData: tree + "/udev/data")
        let ours = HostRun(Self.collectors, roots: roots) { settings in
            settings.isSoftIRQEnabled = true
            settings.cpu.flagsInclude = NamePattern("^(aes|avx.?|constant_tsc)$") { flag in
                flag == "aes" || flag == "constant_tsc" || flag.hasPrefix("avx") && flag.count <= 4
            }
            settings.cpu.bugsInclude = NamePattern("^(cpu_meltdown|spectre_.*|mds)$") { bug in
                bug == "cpu_meltdown" || bug == "mds" || bug.hasPrefix("spectre_")
            }
        }
        #expect(ours.failures == [])
        var mine: [String: Double] = [:]
        for sample in ours.samples where Self.isComparable(sample.series.family.name) {
            // What came after Debian's version: a label, and the serial number of disks that have it in ID_SERIAL only.
            let isCard = sample.series.fullLabels()["device"]?.hasPrefix("mmcblk") == true
            let labels = Labels(
                sample.series.fullLabels().filter { $0.name != "rotational" && !($0.name == "serial" && isCard) })
            mine[labels.description] = sample.value
        }
        let reference = theirs.values.filter { Self.isComparable(String($0.key.prefix { $0 != "{" })) }
        for series in Set(mine.keys).union(reference.keys).sorted() {
            let (own, other) = (mine[series], reference[series])
            #expect(own == other, "\(series)")
        }
        #expect(mine.count > 300)
    }

    /// The clock moves, and Debian's gives the frequency only while its cpufreq collector is enabled.
    private static func isComparable(_ family: String) -> Bool {
        !family.hasPrefix("node_scrape_") && family != "node_time_seconds" && family != "node_cpu_frequency_hertz"
    }
}
