import Glibc
import LinuxSystem
import TestPeers
import Testing

/// What an operator sees of the host where parts of it hang or are hidden.
struct HostViewTests {
    /// A file system that never answers: asked how full it is, and as a directory of text files.
    @Test(.enabled(if: SilentMount.isPossible, "a FUSE file system can be mounted by root only"))
    func aMountThatNeverAnswers() async throws {
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let mount = try SilentMount(at: directory.path + "/silent")
        let agent = try RunningAgent(
            prepared: "test-gateway",
            host: "interval: 1s, collector_timeout: 500ms, filesystem: {mount_timeout: 100ms}, "
                + "textfile: {directory: [\(mount.mountPoint)]}")
        try await agent.start()
        try await Web.shared.wait(for: "the mount to be told as stuck") {
            let metrics = try await MetricsText.scrape(agent.metricsURL)
            let errors = metrics.all("node_filesystem_device_error").filter { $0.key["mountpoint"] == mount.mountPoint }
            return errors.first?.key["device_error"] == "mountpoint timeout"
                && metrics.value("wayside_collector_stuck", ["collector": "textfile"]) == 1
        }
        let metrics = try await MetricsText.scrape(agent.metricsURL)
        #expect(metrics.value("node_scrape_collector_success", ["collector": "textfile"]) == 0)
        #expect(metrics.value("node_scrape_collector_success", ["collector": "filesystem"]) == 1)
        #expect(metrics.value("node_load1") != nil && !metrics.all("node_filesystem_size_bytes").isEmpty)
        #expect(try agent.status().output.contains("textfile: a read did not come back within 500 ms"))
        mount.end()
        try await Web.shared.wait(for: "the collector to come back") {
            let metrics = try await MetricsText.scrape(agent.metricsURL)
            return metrics.value("node_scrape_collector_success", ["collector": "textfile"]) == 1
                && metrics.value("wayside_collector_stuck", ["collector": "textfile"]) == nil
        }
        #expect(agent.stop() == 0)
    }

    /// A file system that the unit hides, as `ProtectHome=yes` does a /home of its own: how full what hides it is, is not said
    /// of it, and what would show it is said in the log and by `status`.
    @Test(.enabled(if: SmallFilesystem.isPossible, "only root can mount a file system"))
    func aMountThatTheUnitHides() async throws {
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let disk = try SmallFilesystem(at: directory.path + "/disk", mebibytes: 8)
        let isSeen = try readText("/proc/1/mountinfo").contains(disk.mountPoint)
        try #require(isSeen, "the tests must see the mounts of process 1")
        let mounts = "mount --make-rprivate / && mount -t tmpfs -o ro,mode=755 tmpfs \(disk.mountPoint)"
        let agent = try RunningAgent(
            prepared: "test-gateway",
            launcher: ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", mounts + " && exec \"$0\" \"$@\""])
        try await agent.start()
        let metrics = try await MetricsText.scrape(agent.metricsURL)
        let errors = metrics.all("node_filesystem_device_error").filter { $0.key["mountpoint"] == disk.mountPoint }
        #expect(errors.count == 1 && errors.first?.key["device_error"] == "mountpoint hidden")
        #expect(!metrics.all("node_filesystem_size_bytes").keys.contains { $0["mountpoint"] == disk.mountPoint })
        #expect(metrics.value("node_scrape_collector_success", ["collector": "filesystem"]) == 1)
        let problem = "asking \(disk.mountPoint) how full it is is not allowed here; it needs PrivateTmp=no"
        #expect(agent.log.contains("collector filesystem: " + problem))
        // The screen breaks long lines.
        let status = try agent.status().output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(status.contains("filesystem: " + problem))
    }

    /// Mounts as systemd makes them for a hardened unit: `/` read-only and an empty /home.
    @Test(.enabled(if: geteuid() == 0, "only root can give a process mounts of its own"))
    func insideAHardenedUnit() async throws {
        let open = try await RunningAgent()
        // Of the agent's arguments the third is its settings file, beside which it may write.
        let mounts = [
            "d=$(dirname \"$3\")", "mount --make-rprivate /", "mount --bind \"$d\" \"$d\"",
            "mount -o remount,bind,ro /", "mount -t tmpfs -o ro tmpfs /home",
        ].joined(separator: " && ")
        let agent = try RunningAgent(
            prepared: "hardened",
            launcher: ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", mounts + " && exec \"$0\" \"$@\""])
        try await agent.start()
        let outside = try await MetricsText.scrape(open.metricsURL)
        let inside = try await MetricsText.scrape(agent.metricsURL)
        let name = "node_filesystem_readonly"
        let root = outside.all(name).filter { $0.key["mountpoint"] == "/" }
        #expect(root.count == 1)
        // The same mounts with the same flags as outside: those of process 1.
        #expect(inside.all(name) == outside.all(name))
        #expect(inside.all("node_filesystem_size_bytes").keys.contains { $0["mountpoint"] == "/" })
    }
}
