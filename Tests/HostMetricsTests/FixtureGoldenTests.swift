import HostMetrics
import LinuxSystem
import MetricModel
import Testing

/// Every sample of the fixture trees. `WAYSIDE_UPDATE_GOLDENS=1 swift test --filter FixtureGolden` writes the expected
/// texts anew; look at the difference before you commit it.
@Suite struct FixtureGoldenTests {
    static let trees = ["pi", "kernel-4.9", "server"]
    /// What the machine that runs the test decides, and not the tree.
    private static let machineFamilies = [
        "node_uname_info", "node_time_zone_offset_seconds", "node_filesystem_size_bytes",
        "node_filesystem_free_bytes", "node_filesystem_avail_bytes", "node_filesystem_files", "node_timex_",
        // Pages are 4 KiB here and 16 or 64 KiB there.
        "node_sockstat_TCP_mem_bytes", "node_sockstat_UDP_mem_bytes",
    ]

    /// All but those that ask this machine's kernel and its bus, whatever the tree; they have tests of their own.
    private static let collectors = HostCollectors.names.filter { !["ethtool", "systemd"].contains($0) }

    static func settings(_ settings: inout HostMetricsSettings) {
        settings.isSoftIRQEnabled = true
        settings.pciDevices.areNamesEnabled = true
        settings.sysctl.include = ["fs.file-nr", "fs.file-nr:total,current,max", "kernel.threads-max"]
        settings.sysctl.includeInfo = ["kernel.seccomp.actions_avail"]
        settings.cpu.flagsInclude = NamePattern("^(asimd|crc32)$") { ["asimd", "crc32"].contains($0) }
    }

    private static func treeLines(_ run: HostRun) -> [String] {
        run.lines.filter { line in !machineFamilies.contains { line.hasPrefix($0) } }
    }

    @Test(arguments: trees) func allSamples(_ name: String) throws {
        let tree = FixtureTree(name)
        let run = HostRun(Self.collectors, roots: tree.roots, Self.settings)
        let lines = Self.treeLines(run)
        let failures = run.failures.map { "# \($0)" }
        // A label may hold the path that a file was found at.
        let text = (lines + failures).map { $0 + "\n" }.joined().replacing(tree.path, with: "")
        let golden = tree.path + "/expected.txt"
        if Machine.environment("WAYSIDE_UPDATE_GOLDENS") == "1" { try Files.replace(golden, with: Array(text.utf8)) }
        let expected = String(decoding: try Files.read(golden), as: UTF8.self)
        #expect(text == expected)
    }

    /// The second run gives the same as the first, from what was kept.
    @Test(arguments: trees) func secondRunIsEqual(_ name: String) {
        var sampler = HostSampler(
            settings: HostMetricsSettings(roots: FixtureTree(name).roots), scope: .init(.empty), seriesLimit: 1000)
        let first = HostRun(&sampler)
        let second = HostRun(&sampler)
        #expect(Self.treeLines(first) == Self.treeLines(second))
        #expect(first.failures == second.failures)
        #expect(zip(first.samples, second.samples).allSatisfy { $0.series === $1.series })
    }

    /// The machine's own values are there where the tree has mounts that exist.
    @Test func mountsAreAsked() {
        let values = HostRun(["filesystem"], roots: FixtureTree("pi").roots).values
        let label = #"{device="/dev/mmcblk0p1",fstype="vfat",mountpoint="/boot/firmware"}"#
        #expect((values["node_filesystem_size_bytes" + label] ?? 0) > 0)
        #expect(values["node_filesystem_readonly" + label] == 1)
    }
}
