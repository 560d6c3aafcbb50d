import HostMetrics
import LinuxSystem
import MetricModel
import Testing

/// Filesystems, pools and adapters that come, change and go.
@Suite struct StorageHotplugTests {
    private static let collectors = ["bcache", "bcachefs", "btrfs", "fibrechannel", "infiniband", "ipvs", "xfs", "zfs"]

    /// A copy of the fixture tree `server`, removed with it.
    private final class Tree {
        let path = "/tmp/wayside-storage-\(Machine.processID())-\(Machine.randomWord())"

        init() throws {
            let fixture = FixtureTree("server").path
            try #require(try ChildProcess.run("/bin/cp", ["-r", fixture, path]) == 0)
        }

        deinit { _ = try? ChildProcess.run("/bin/rm", ["-rf", path]) }

        var roots: HostRoots { HostRoots(procfs: path + "/proc", sysfs: path + "/sys") }

        func remove(_ name: String) throws {
            try #require(try ChildProcess.run("/bin/rm", ["-r", "\(path)/\(name)"]) == 0)
        }

        /// Writes a file anew in place, as the kernel does: descriptors that are open see the new text.
        func write(_ name: String, _ text: String) throws {
            let file = try FileDescriptor(opening: "\(path)/\(name)", 1)
            try file.truncate(to: 0)
            try Array(text.utf8).withUnsafeBytes { try file.write($0, at: 0) }
        }
    }

    /// What only one of two runs gave.
    private func difference(_ one: HostRun, _ other: HostRun) -> [String] {
        Set(one.lines).symmetricDifference(other.lines).sorted()
    }

    private func sampler(_ roots: HostRoots) -> HostSampler {
        HostSampler(
            settings: HostMetricsSettings(
                roots: roots, disable: HostCollectors.names.filter { !Self.collectors.contains($0) }),
            scope: .init(.empty), seriesLimit: 1000)
    }

    /// What the sampler says of itself has as many series as there are collectors, whatever they find.
    private func ownCount(_ run: HostRun) -> Int { run.samples.count - run.lines.count }

    @Test func whatHasGoneGivesItsSeriesBack() throws {
        let tree = try Tree()
        var sampler = sampler(tree.roots)
        let first = HostRun(&sampler)
        #expect(first.failures == [])
        let count = sampler.seriesCount
        for name in [
            "proc/spl/kstat/zfs/tank", "sys/fs/btrfs/6b1f0a52-7d0e-4a3c-9d8f-1f52c7a4e9b1",
            "sys/fs/bcachefs/9c2b7f10-3f6e-4f0f-9a63-5d1e8ab0c4f7", "sys/fs/xfs/sdb1",
            "sys/fs/bcache/0f3c9e8e-5b55-4d6d-9a0c-7e6f21b4c9d2", "sys/class/fc_host/host7",
            "sys/class/infiniband/mlx5_0",
        ] { try tree.remove(name) }
        try tree.write("proc/net/ip_vs", "h\nh\nh\n")
        let second = HostRun(&sampler)
        #expect(second.failures == [])
        let remains = [#"zpool="old""#, "c2d4f7aa", "host8", "irdma0", "node_zfs_arc", "node_zfs_zil", "node_ipvs_"]
        #expect(second.lines.allSatisfy { line in remains.contains { line.contains($0) } })
        // Only the series of what is left are held, and the collectors give what one that starts now gives.
        var fresh = self.sampler(tree.roots)
        #expect(difference(HostRun(&fresh), second) == [])
        #expect(sampler.seriesCount == fresh.seriesCount)
        #expect(sampler.seriesCount < count / 2)
        #expect(ownCount(first) == ownCount(second))
    }

    @Test func partsOfWhatStaysComeAndGo() throws {
        let tree = try Tree()
        var sampler = sampler(tree.roots)
        _ = HostRun(&sampler)
        let filesystem = "sys/fs/btrfs/6b1f0a52-7d0e-4a3c-9d8f-1f52c7a4e9b1"
        try tree.remove(filesystem + "/devices/sdc")
        try tree.remove(filesystem + "/allocation/system/raid1c3")
        try tree.remove("proc/spl/kstat/zfs/tank/objset-0x36")
        try tree.remove("sys/fs/bcachefs/9c2b7f10-3f6e-4f0f-9a63-5d1e8ab0c4f7/dev-0")
        try tree.write("sys/fs/bcachefs/9c2b7f10-3f6e-4f0f-9a63-5d1e8ab0c4f7/errors", "new_one 4 1\n")
        try tree.write(
            "proc/net/ip_vs", "h\nh\nh\nTCP  0A000A01:01BB rr\n  -> 0A000B16:01BB Masq 0 1 2\n")
        let run = HostRun(&sampler)
        var fresh = self.sampler(tree.roots)
        #expect(difference(HostRun(&fresh), run) == [])
        #expect(sampler.seriesCount == fresh.seriesCount)
        // Two devices are left: each byte in RAID 5 is there twice.
        let ratio = run.lines.filter { $0.contains("allocation_ratio") && $0.contains("raid5") }
        #expect(ratio.count == 1 && ratio.allSatisfy { $0.hasSuffix(" 2") })
    }

    @Test func labelsThatChangeEndTheSeries() throws {
        let tree = try Tree()
        var sampler = sampler(tree.roots)
        let before = HostRun(&sampler)
        let count = sampler.seriesCount
        try tree.write("sys/class/fc_host/host7/port_state", "Linkdown\n")
        try tree.write("sys/fs/btrfs/6b1f0a52-7d0e-4a3c-9d8f-1f52c7a4e9b1/label", "safe\n")
        let dataset = String(
            decoding: try Files.read(tree.path + "/proc/spl/kstat/zfs/tank/objset-0x36"), as: UTF8.self)
        try tree.write("proc/spl/kstat/zfs/tank/objset-0x36", dataset.replacing("tank/vm images", with: "tank/images"))
        let after = HostRun(&sampler)
        #expect(sampler.seriesCount == count)
        let expected = before.lines.map { line in
            line.replacing(#"port_state="Online""#, with: #"port_state="Linkdown""#)
                .replacing(#"label="vault""#, with: #"label="safe""#).replacing("tank/vm images", with: "tank/images")
        }
        #expect(Set(expected).symmetricDifference(after.lines).sorted() == [])
    }

    @Test func aPortThatIsSwitchedOffCountsNothing() throws {
        let tree = try Tree()
        var sampler = sampler(tree.roots)
        try tree.write("sys/class/fc_host/host7/port_state", "Unknown\n")
        let run = HostRun(&sampler)
        let counters = run.lines.filter { $0.contains(#"{fc_host="host7"}"#) }
        #expect(counters.count == 14 && counters.allSatisfy { $0.hasSuffix(" 0") })
    }

    @Test func aDamagedFileTakesNothingFromOthers() throws {
        let tree = try Tree()
        var sampler = sampler(tree.roots)
        let before = HostRun(&sampler)
        try tree.write("proc/spl/kstat/zfs/arcstats", "1\nname type data\nhits 4 1\nmisses 4 ?\n")
        try tree.write("sys/fs/xfs/sdb1/stats/stats", "extent_alloc 1 2 3\n")
        try tree.write("sys/class/infiniband/irdma0/ports/1/rate", "fast\n")
        let after = HostRun(&sampler)
        #expect(
            after.failures.map { "\($0)".replacing(tree.path, with: "") } == [
                "collector infiniband: /sys/class/infiniband/irdma0/ports/1/rate: expected a decimal number at byte 0",
                "collector xfs: /sys/fs/xfs/sdb1/stats/stats: expected a decimal number at byte 18",
                "collector zfs: /proc/spl/kstat/zfs/arcstats: expected a decimal number at byte 35",
            ])
        let gone = Set(before.lines).subtracting(after.lines)
        #expect(
            gone.allSatisfy { line in
                line.hasPrefix("node_xfs_") || line.hasPrefix("node_zfs_arc_") || line.contains("rate_bytes_per_second")
            })
        #expect(gone.count == 39 + 5 + 1)
    }

    @Test func backendsThatAreOneByTheirLabelsAreAddedUp() throws {
        let tree = try Tree()
        let run = HostRun(["ipvs"], roots: tree.roots) { $0.ipvs.backendLabels = [.proto, .localPort] }
        #expect(run.values[#"node_ipvs_backend_connections_active{local_port="443",proto="TCP"}"#] == 48)
        #expect(run.values[#"node_ipvs_backend_weight{local_port="443",proto="TCP"}"#] == 3)
        #expect(run.lines.filter { $0.contains("backend_weight") }.count == 3)
    }

    @Test func exportsAreUnmountedAndLoseConnections() throws {
        let tree = try Tree()
        let settings = HostMetricsSettings(
            roots: tree.roots, enable: ["mountstats"], disable: HostCollectors.names.filter { $0 != "mountstats" })
        var sampler = HostSampler(settings: settings, scope: .init(.empty), seriesLimit: 1000)
        let first = HostRun(&sampler)
        #expect(difference(first, HostRun(&sampler)) == [])
        let path = "proc/self/mountstats"
        let text = String(decoding: try Files.read("\(tree.path)/\(path)"), as: UTF8.self)
        // The export's first place goes, and with it the second connection and an operation; the other export too.
        let start = try #require(text.firstRange(of: "device nas:/srv/plant mounted on /mnt/again"))
        let end = try #require(text.firstRange(of: "device old:"))
        try tree.write(path, String(text[start.lowerBound..<end.lowerBound]))
        let second = HostRun(&sampler)
        var fresh = HostSampler(settings: settings, scope: .init(.empty), seriesLimit: 1000)
        #expect(difference(HostRun(&fresh), second) == [])
        #expect(sampler.seriesCount == fresh.seriesCount)
        #expect(!second.lines.contains { $0.contains(#"transport="1""#) || $0.contains("READ") || $0.contains("old:") })
        try tree.write(path, text)
        #expect(difference(first, HostRun(&sampler)) == [])
    }
}
