import HostMetrics
import Testing

/// What the settings of a hardened unit hide from the collectors, and what they say of it. `EDGE.md` has the table.
@Suite(.enabled(if: SandboxView.isPossible, "only root can make the views of a hardened unit"))
struct SandboxViewTests {
    /// Without those whose series come and go with what the machine does in between.
    private static let collectors = HostCollectors.names.filter { !["processes", "services", "tcpstat"].contains($0) }

    /// What a view changes: the machine goes on meanwhile, so what comes and goes without the view does not count.
    private struct Change {
        let open: SandboxRun
        let run: SandboxRun
        /// Series that there are without the view, before and after.
        let missing: [String]
        /// Series that there are neither before nor after.
        let added: [String]
        let newFailures: [String]
        /// Mounts whose flag differs from that of before.
        let differentFlags: [String]

        init(of view: SandboxView) throws {
            let before = try SandboxView().run(SandboxViewTests.collectors)
            let run = try view.run(SandboxViewTests.collectors)
            let after = try SandboxView().run(SandboxViewTests.collectors)
            let lasting = Set(before.values.keys).intersection(after.values.keys)
            missing = lasting.subtracting(run.values.keys).sorted()
            added = Set(run.values.keys).subtracting(before.values.keys).subtracting(after.values.keys).sorted()
            newFailures = run.failures.filter { !before.failures.contains($0) && !after.failures.contains($0) }
            differentFlags = before.values.keys.filter { key in
                key.hasPrefix("node_filesystem_readonly{") && run.values[key].map { $0 != before.values[key] } == true
            }
            open = before
            self.run = run
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let view: SandboxView
        /// What the view's own mounts end with, which shows that it is there.
        var mount = ""
        var testDescription: String { name }
    }

    static let harmless = [
        Case(
            name: "ProtectHome=read-only", view: SandboxView(mounts: SandboxView.protectHomeReadOnly), mount: "/home ro"
        ),
        Case(name: "PrivateDevices", view: SandboxView(mounts: SandboxView.privateDevices), mount: "/dev rw"),
        Case(name: "PrivateUsers", view: SandboxView(hasPrivateUsers: true)),
        Case(name: "ProtectSystem=strict", view: SandboxView(mounts: SandboxView.protectSystemStrict), mount: "/ ro"),
        Case(
            name: "ProtectKernelTunables", view: SandboxView(mounts: SandboxView.protectKernelTunables),
            mount: "/sys ro"),
    ]

    /// The same series and the same complaints as without the view, and the same flags of mounts.
    @Test(arguments: harmless) func hidesNothing(_ row: Case) throws {
        let change = try Change(of: row.view)
        if !row.mount.isEmpty {
            #expect(!change.open.ownMounts.contains(row.mount) || row.mount == "/dev rw")
            #expect(change.run.ownMounts.contains(row.mount))
        }
        #expect(change.run.userMap == (row.view.hasPrivateUsers ? "0 0 1,61000 61000 1" : change.open.userMap))
        #expect(change.missing == [] && change.added == [] && change.newFailures == [])
        #expect(change.differentFlags == [])
        #expect(change.run.keys("node_filesystem_readonly", #""/home""#).count == 1)
        #expect(change.run.success == change.open.success)
    }

    /// All of them together, as the delivered unit has them: only what is mounted below /tmp is hidden.
    @Test func theDeliveredUnit() throws {
        let change = try Change(of: .delivered)
        #expect((change.missing + change.added).allSatisfy { $0.contains(#"mountpoint="/tmp/data""#) })
        #expect(change.newFailures.count == 1 && change.differentFlags == [])
        #expect(change.run.problems("filesystem").contains { $0.hasPrefix("asking /tmp/data ") })
    }

    @Test(arguments: [
        (
            SandboxView.protectHome,
            "reading /home/metrics is not allowed here; it needs CAP_DAC_READ_SEARCH, "
                + "or ProtectHome=read-only where the agent's unit hides it"
        ),
        (
            SandboxView.protectHomeTmpfs,
            "/home/metrics: No such file or directory, or ProtectHome= in the agent's unit hides it"
        ),
    ])
    func homesThatAreHidden(_ mounts: [String], _ textfile: String) throws {
        let change = try Change(of: SandboxView(mounts: mounts))
        let run = change.run
        #expect(change.open.keys("node_filesystem_size_bytes", #""/home""#).count == 1)
        #expect(run.keys("node_filesystem_size_bytes", #""/home""#).isEmpty)
        Self.expectHidden("/home", "disk-of-home", run)
        #expect(
            run.problems("filesystem") == [
                "asking /home how full it is is not allowed here; it needs ProtectHome=read-only or no in the agent's unit"
            ])
        #expect(run.problems("textfile") == [textfile])
        let lost = (change.missing + change.added).filter { !$0.contains(#"mountpoint="/home""#) }
        #expect(Set(lost) == [#"node_textfile_mtime_seconds{file="/home/metrics/a.prom"}"#, "plant_pressure"])
    }

    /// What covers a mount answers by accident, as `/tmp/data` is there in the private /tmp too.
    @Test func temporaryFilesThatArePrivate() throws {
        let change = try Change(of: SandboxView(mounts: SandboxView.privateTmp))
        let run = change.run
        #expect(change.open.keys("node_filesystem_size_bytes", "/tmp/data").count == 1)
        Self.expectHidden("/tmp/data", "scratch", run)
        #expect(
            run.problems("filesystem") == [
                "asking /tmp/data how full it is is not allowed here; it needs PrivateTmp=no in the agent's unit"
            ])
        #expect((change.missing + change.added).allSatisfy { $0.contains(#"mountpoint="/tmp/data""#) })
        let sizes = "node_filesystem_size_bytes"
        #expect(run.keys(sizes, #""/tmp""#).count == 1 && change.open.keys(sizes, #""/tmp""#).count == 1)
    }

    /// Of root's directories a service does not get through to what is mounted there.
    @Test func mountsBelowWhatIsRoots() throws {
        let host = ["mkdir -p /run/closed/disk", "mount -t tmpfs closed /run/closed/disk", "chmod 700 /run/closed"]
        let run = try SandboxView(host: host).run(["filesystem"])
        #expect(
            run.problems("filesystem") == [
                "asking /run/closed/disk how full it is is not allowed here; it needs CAP_DAC_READ_SEARCH"
            ])
        #expect(run.keys("node_filesystem_device_error", "permission denied").count == 1)
        let able = try SandboxView(capabilities: "+dac_read_search", host: host).run(["filesystem"])
        #expect(able.problems("filesystem").isEmpty)
        #expect(able.keys("node_filesystem_size_bytes", "/run/closed/disk").count == 1)
    }

    /// `ProtectProc=`: process 1 is hidden, and its mounts with it; then the service's own have to do.
    @Test(arguments: ["noaccess", "invisible", "ptraceable"])
    func processesThatAreHidden(_ option: String) throws {
        let collectors = ["filesystem", "meminfo", "processes", "services"]
        let open = try SandboxView().run(collectors)
        let view = SandboxView(mounts: SandboxView.protectHome + SandboxView.proc("hidepid=" + option))
        let run = try view.run(collectors)
        let hidden =
            "seeing the processes of others is not allowed here; it needs ProtectProc=default in the agent's unit, "
            + "or CAP_SYS_PTRACE"
        #expect(run.problems("processes") == [hidden] && run.problems("services") == [hidden])
        #expect(open.problems("processes").isEmpty && open.problems("services").isEmpty)
        #expect((run.values["node_processes_pids"] ?? 0) < (open.values["node_processes_pids"] ?? 0))
        #expect(
            run.problems("filesystem").first
                == "reading /proc/1/mountinfo, whose flags of mounts are the host's and not the service's, is not "
                + "allowed here; it needs ProtectProc=default in the agent's unit")
        #expect(run.keys("node_filesystem_size_bytes", #""/home""#).isEmpty)
        #expect(run.keys("node_filesystem_device_error", #""/home""#).contains { $0.contains("mountpoint hidden") })
        #expect(run.keys("node_filesystem_size_bytes", #""/""#).count == 1)
        #expect(run.success.allSatisfy { $0.value == 1 } && run.success.count == 4)
    }

    /// `ProcSubset=pid`: nothing but processes.
    @Test func filesThatAreHidden() throws {
        let run = try SandboxView(mounts: SandboxView.proc("subset=pid")).run(Self.collectors)
        for (collector, file) in [("meminfo", "meminfo"), ("cpu", "stat"), ("netdev", "net/dev")] {
            #expect(
                run.problems(collector) == [
                    "reading /proc/\(file) is not allowed here; it needs ProcSubset=all in the agent's unit"
                ])
            #expect(run.success[collector] == 0)
        }
        // Process 1 is seen, and so are its mounts.
        #expect(run.problems("filesystem").isEmpty && !run.keys("node_filesystem_size_bytes").isEmpty)
    }

    /// Files that only root may read: what is said names what lets others read them, also where the user namespace is the
    /// service's own.
    @Test(arguments: [
        ("server", "slabinfo", "/proc/slabinfo", "0400", "reading /mnt/proc/slabinfo"),
        ("server", "dmi", "/sys/class/dmi/id/product_uuid", "0400", "reading /mnt/sys/class/dmi/id/product_uuid"),
        (
            "server", "rapl", "/sys/class/powercap/intel-rapl:0/energy_uj", "0400",
            "reading /mnt/sys/class/powercap/intel-rapl:0/energy_uj"
        ),
        (
            "pi", "cpufreq", "/sys/devices/system/cpu/cpufreq/policy0/cpuinfo_cur_freq", "0400",
            "reading /mnt/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_cur_freq"
        ),
        ("gateway", "boot_reason", "/sys/fs/pstore", "0750", "reading what crashes left in pstore"),
        ("gateway", "boot_reason", "/sys/fs/pstore/*", "0400", "reading what crashes left in pstore"),
        ("cgroup-v2", "containers", "/root/var/lib/docker/containers", "0700", "reading the names of containers"),
        ("cgroup-v2", "containers", "/root/var/lib/containers/storage", "0700", "reading the names of containers"),
        ("cgroup-v2", "containers", "/root/run/containerd", "0710", "reading the names of containers"),
        ("pi", "sysctl", "/proc/sys/fs/protected_hardlinks", "0600", "reading /mnt/proc/sys/fs/protected_hardlinks"),
        ("pi", "textfile", "/root/metrics/a.prom", "0600", "reading /mnt/root/metrics/a.prom"),
    ])
    func filesOfRoot(_ name: String, _ collector: String, _ path: String, _ mode: String, _ what: String) throws {
        let tree = try TreeCopy(name)
        let script = """
            mkdir -p $1/proc/sys/fs $1/root/metrics && echo 1 > $1/proc/sys/fs/protected_hardlinks \
            && echo plant_pressure 3 > $1/root/metrics/a.prom && chmod $2 $1$3
            """
        #expect(try ChildProcess.run("/bin/sh", ["-c", script, "sh", tree.path, mode, path]) == 0)
        let run = try SandboxView().run([collector], tree: tree.path)
        #expect(run.problems(collector) == [what + " is not allowed here; it needs CAP_DAC_READ_SEARCH"])
        for hasPrivateUsers in [false, true] {
            let view = SandboxView(capabilities: "+dac_read_search", hasPrivateUsers: hasPrivateUsers)
            let able = try view.run([collector], tree: tree.path)
            #expect(able.problems(collector).isEmpty && able.success[collector] == 1)
        }
    }

    /// The names that Podman keeps in a user's home need more than one setting.
    @Test func containersOfUsers() throws {
        let tree = try TreeCopy("cgroup-named")
        #expect(try ChildProcess.run("/bin/sh", ["-c", "chmod 700 $0/root/home/operator", tree.path]) == 0)
        let problem =
            "reading the names of containers that users run with Podman is not allowed here; it needs "
            + "CAP_DAC_READ_SEARCH, PrivateUsers=no and ProtectHome=read-only in the agent's unit"
        func named(_ run: SandboxRun) -> Bool { !run.keys("container_last_seen", #"name="dashboard""#).isEmpty }
        let run = try SandboxView().run(["containers"], tree: tree.path)
        #expect(run.problems("containers") == [problem] && !named(run))
        let able = try SandboxView(capabilities: "+dac_read_search").run(["containers"], tree: tree.path)
        #expect(able.problems("containers") == [problem] && named(able))
        try tree.remove("/root/home/guest")
        // Without a home of its own there is nothing to read and something to say.
        try tree.remove("/root/home")
        let hidden = try SandboxView(capabilities: "+dac_read_search").run(["containers"], tree: tree.path)
        #expect(hidden.problems("containers") == [problem] && !named(hidden))
    }

    /// A disk's node: hidden, not to be opened, and then (here, where it is a file) no disk.
    @Test func nodesOfDisks() throws {
        let tree = try TreeCopy("gateway")
        let ask = "asking /mnt/root/dev/nvme0 for its health is not allowed here; it needs "
        let hidden = try SandboxView().run(["smart"], tree: tree.path)
        #expect(hidden.problems("smart") == [ask + "PrivateDevices=no in the agent's unit"])
        let script = "mkdir $0/root/dev && touch $0/root/dev/nvme0 $0/root/dev/sda && chmod 600 $0/root/dev/*"
        #expect(try ChildProcess.run("/bin/sh", ["-c", script, tree.path]) == 0)
        let closed = try SandboxView().run(["smart"], tree: tree.path)
        #expect(
            closed.problems("smart") == [
                ask + "CAP_DAC_READ_SEARCH, and DeviceAllow= for it in the agent's unit"
            ])
        let able = try SandboxView(capabilities: "+dac_read_search").run(["smart"], tree: tree.path)
        #expect(able.problems("smart") == ["ioctl /mnt/root/dev/nvme0: Inappropriate ioctl for device"])
    }

    /// That a mount is told of, as process 1 has it, and not how full something else is.
    private static func expectHidden(_ mountPoint: String, _ device: String, _ run: SandboxRun) {
        let labels =
            #"{device="\#(device)",device_error="mountpoint hidden",fstype="tmpfs",mountpoint="\#(mountPoint)"}"#
        let told = run.values.filter { $0.key.contains(#"mountpoint="\#(mountPoint)""#) }
        #expect(
            told == [
                "node_filesystem_device_error" + labels: 1, "node_filesystem_readonly" + labels: 0,
            ])
    }
}
