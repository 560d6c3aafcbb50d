import Glibc
import LinuxSystem
import MetricModel
import Testing

@testable import HostMetrics

/// Containers that come, go and are broken, over copies of the fixture trees; and of this machine's kernel.
@Suite struct ContainersTests {
    private static let docker = "/sys/fs/cgroup/system.slice/docker-" + identifier(endingIn: "d9ce") + ".scope"

    /// The fixture's container whose identifier ends so.
    private static func identifier(endingIn end: String) -> String {
        let names = (try? Files.list(FixtureTree("cgroup-v2").path + "/sys/fs/cgroup/system.slice")) ?? []
        return names.compactMap { CgroupName($0, in: "/system.slice")?.identifier }.first { $0.hasSuffix(end) } ?? ""
    }

    /// The paths of the containers that a run gave.
    private static func paths(_ run: HostRun) -> Set<String> {
        Set(run.samples.filter { $0.series.family.name == "container_last_seen" }.map { $0.series.labelValues[0] })
    }

    private static func value(_ run: HostRun, _ family: String, _ path: String) -> Double? {
        run.samples.first { $0.series.family.name == family && $0.series.labelValues[0] == path }?.value
    }

    @Test(arguments: [
        ("docker-ID.scope", "/system.slice", CgroupName.Runtime.docker), ("ID", "/docker", .docker),
        ("libpod-ID.scope", "/machine.slice", .podman), ("libpod-ID", "/libpod_parent", .podman),
        ("crio-ID.scope", "/kubepods.slice", .podman), ("ID", "/kubepods/burstable/pod1", .containerd),
        ("cri-containerd-ID.scope", "/kubepods.slice/x.slice", .containerd), ("ID", "/default", .containerd),
        ("nerdctl-ID.scope", "/system.slice", .containerd),
        ("libpod-payload-ID", "/system.slice/gateway.service", .podman),
        ("kubepods-besteffort-podx.slice:cri-containerd:ID", "/system.slice/containerd.service", .containerd),
        ("kubepods-podx.slice:crio:ID", "/system.slice/crio.service", .podman),
    ])
    func namesOfContainers(_ name: String, _ parent: String, _ runtime: CgroupName.Runtime) {
        let identifier = String(repeating: "0f", count: 32)
        let found = CgroupName(name.replacing("ID", with: identifier), in: parent)
        #expect(found?.kind == .container(runtime) && found?.identifier == identifier)
    }

    @Test(arguments: [
        ("lxc.payload.web", "", "web"), ("web", "/lxc.payload", "web"), ("101", "/lxc", "101"),
        (#"machine-build\x2dhost.scope"#, "/machine.slice", "build-host"),
        (#"machine-lxc\x2d17\x2dplc.scope"#, "/machine.slice", "lxc-17-plc"),
        (#"systemd-nspawn@a\x2db\x.service"#, "/machine.slice", #"a-b\x"#),
    ])
    func containersNamedByTheirCgroup(_ name: String, _ parent: String, _ container: String) {
        let found = CgroupName(name, in: parent)
        #expect(found?.identifier == container)
        #expect(found?.kind == .container(name.contains(".s") ? .machine : .lxc))
    }

    @Test(
        arguments: [
            ("/user.slice/user-1000.slice/user@1000.service/x.scope", 1000), ("/machine.slice/x.scope", 0),
            ("/user.slice/user-.slice", 0), ("/user.slice/user-99999999999.slice", 0), ("", 0),
        ] as [(String, UInt32)])
    func usersOfContainers(_ path: String, _ user: UInt32) {
        #expect(ContainerNames.user(path) == user)
    }

    @Test(arguments: [
        ("lxc.monitor.web", false), ("lxc.payload.", false), (#"machine-qemu\x2d1\x2dw.scope"#, true),
        ("kubepods-podx.slice:other:ID", false), ("libpod-conmon-ID.scope", false), ("crio-conmon-ID.scope", false),
        ("libpod-conmon-ID", false),
        ("ssh.service", true), ("user-1000.slice", true), ("session-1.scope", true), ("docker", false),
        ("docker-123.scope", true), ("0f0f", false), ("", false),
    ])
    func namesOfOthers(_ name: String, _ isUnit: Bool) {
        let found = CgroupName(name.replacing("ID", with: String(repeating: "0f", count: 32)), in: "/x")
        #expect((found?.kind == .unit) == isUnit && (found != nil) == isUnit)
    }

    @Test func containersComeAndGo() throws {
        let tree = try TreeCopy("cgroup-v2")
        var sampler = tree.sampler(["containers"])
        let before = HostRun(&sampler)
        let count = sampler.seriesCount
        let new = "/system.slice/docker-\(String(repeating: "ab", count: 32)).scope"
        try tree.copy(Self.docker, to: "/sys/fs/cgroup" + new)
        let with = HostRun(&sampler)
        #expect(Self.paths(with) == Self.paths(before).union([new]))
        #expect(with.failures.isEmpty)
        // Its process is the other container's, and so is the network.
        #expect(Self.value(with, "container_network_receive_bytes_total", new) == nil)
        #expect(Self.value(with, "container_start_time_seconds", new) == 1_700_000_120)
        try tree.remove("/sys/fs/cgroup" + new)
        #expect(Self.paths(HostRun(&sampler)) == Self.paths(before))
        #expect(sampler.seriesCount == count)
        // A whole slice goes at once.
        try tree.remove("/sys/fs/cgroup/kubepods.slice")
        #expect(Self.paths(HostRun(&sampler)).count == Self.paths(before).count - 2)
    }

    /// As many cgroups as before, so that their number does not tell.
    @Test func oneContainerGoesAsAnotherComes() throws {
        let tree = try TreeCopy("cgroup-v2")
        var sampler = tree.sampler(["containers"])
        let before = Self.paths(HostRun(&sampler))
        let new = "/system.slice/docker-\(String(repeating: "ab", count: 32)).scope"
        try tree.move(Self.docker, to: "/sys/fs/cgroup" + new)
        let gone = String(Self.docker.dropFirst("/sys/fs/cgroup".count))
        #expect(Self.paths(HostRun(&sampler)) == before.subtracting([gone]).union([new]))
    }

    /// A slice that went and came again: what is inside is looked for in the new one.
    @Test func aSliceUnderTheSameNameIsAnotherOne() throws {
        let tree = try TreeCopy("cgroup-v2")
        var sampler = tree.sampler(["containers"])
        let before = Self.paths(HostRun(&sampler))
        let slice = "/sys/fs/cgroup/system.slice"
        try tree.move(slice, to: "/old")
        let name = "docker-\(String(repeating: "ab", count: 32)).scope"
        _ = try ChildProcess.run("/bin/mkdir", ["-p", tree.path + slice])
        try tree.copy("/old" + Self.docker.dropFirst(slice.count), to: "\(slice)/\(name)")
        let left = before.filter { !$0.hasPrefix("/system.slice/") }
        #expect(left.count < before.count)
        for _ in 0..<2 { #expect(Self.paths(HostRun(&sampler)) == left.union(["/system.slice/\(name)"])) }
    }

    /// `docker restart`: the same path, and everything begins anew.
    @Test func aContainerUnderTheSameNameIsAnotherOne() throws {
        let tree = try TreeCopy("cgroup-v2")
        var sampler = tree.sampler(["containers"])
        _ = HostRun(&sampler)
        let count = sampler.seriesCount
        let path = String(Self.docker.dropFirst("/sys/fs/cgroup".count))
        // The old one is kept until the new one is there, so that it cannot get the same inode.
        _ = try ChildProcess.run("/bin/mv", [tree.path + Self.docker, tree.path + "/old"])
        try tree.copy("/old", to: Self.docker)
        try tree.write(Self.docker + "/cgroup.procs", "702\n")
        try tree.write(Self.docker + "/cpu.stat", "usage_usec 5000000\n")
        let after = HostRun(&sampler)
        #expect(Self.value(after, "container_start_time_seconds", path) == 1_700_000_210)
        #expect(Self.value(after, "container_cpu_usage_seconds_total", path) == 5)
        // It is in the network of a pod that has one already.
        #expect(Self.value(after, "container_network_receive_bytes_total", path) == nil)
        #expect(sampler.seriesCount == count - 8)
    }

    /// A runtime makes the cgroup before it puts a process there.
    @Test func aContainerWithoutAProcessIsLookedAtAgain() throws {
        let tree = try TreeCopy("cgroup-v2")
        try tree.write(Self.docker + "/cgroup.procs", "")
        var sampler = tree.sampler(["containers"])
        let path = String(Self.docker.dropFirst("/sys/fs/cgroup".count))
        let before = HostRun(&sampler)
        #expect(Self.value(before, "container_network_receive_bytes_total", path) == nil)
        #expect(Self.value(before, "container_processes", path) == 0)
        try tree.write(Self.docker + "/cgroup.procs", "501\n500\n")
        let after = HostRun(&sampler)
        #expect(Self.value(after, "container_network_receive_bytes_total", path) == 1000)
        #expect(Self.value(after, "container_start_time_seconds", path) == 1_700_000_120)
    }

    @Test func theNetworkOfAPodGoesToWhoIsLeft() throws {
        let tree = try TreeCopy("cgroup-v2")
        var sampler = tree.sampler(["containers"])
        let before = HostRun(&sampler)
        let name = "container_network_receive_bytes_total"
        let inPod = Self.paths(before).filter { $0.hasPrefix("/kubepods.slice") }
        let sandbox = try #require(inPod.first { Self.value(before, name, $0) != nil })
        let other = try #require(inPod.first { Self.value(before, name, $0) == nil })
        try tree.remove("/sys/fs/cgroup" + sandbox)
        #expect(Self.value(HostRun(&sampler), name, other) == 3000)
    }

    @Test func unitsOnlyWhenAsked() throws {
        let tree = try TreeCopy("cgroup-v2")
        var sampler = tree.sampler(["containers"]) { $0.containers.isSystemServicesEnabled = true }
        let run = HostRun(&sampler)
        var containers = tree.sampler(["containers"])
        let units = Self.paths(run).subtracting(Self.paths(HostRun(&containers)))
        #expect(
            units == [
                "/system.slice", "/system.slice/ssh.service", "/machine.slice", "/kubepods.slice",
                "/kubepods.slice/kubepods-burstable.slice",
                "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1b2c.slice",
            ])
        #expect(Self.value(run, "container_memory_usage_bytes", "/system.slice/ssh.service") == 4_194_304)
        #expect(Self.value(run, "container_start_time_seconds", "/system.slice/ssh.service") == 1_700_000_007)
        #expect(Self.value(run, "container_network_receive_bytes_total", "/system.slice/ssh.service") == nil)
    }

    @Test func aDamagedFileTakesNothingFromOthers() throws {
        let tree = try TreeCopy("cgroup-v2")
        var sampler = tree.sampler(["containers"])
        let before = HostRun(&sampler)
        try tree.write(Self.docker + "/memory.stat", "anon 1\nfile x\n")
        let after = HostRun(&sampler)
        #expect(
            after.failures.map(\.error) == [
                .damaged(path: tree.path + Self.docker + "/memory.stat", byteOffset: 12, expected: "a decimal number")
            ])
        let lost = Set(before.values.keys).subtracting(after.values.keys)
        #expect(!lost.isEmpty && lost.allSatisfy { $0.contains("web-1") && $0.hasPrefix("container_memory_") })
    }

    @Test func damagedDescriptionsCostTheNameOnly() throws {
        let tree = try TreeCopy("cgroup-v2")
        let path = "/root/var/lib/docker/containers/" + Self.identifier(endingIn: "d9ce") + "/config.v2.json"
        try tree.write(path, #"{"Name":"/web","Config":{"Image":"#)
        var sampler = tree.sampler(["containers"])
        _ = HostRun(&sampler)
        // It is said as long as the container is there.
        let run = HostRun(&sampler)
        #expect(run.success["containers"] == 1)
        #expect(
            run.failures.map(\.error) == [
                .damaged(path: tree.path + path, byteOffset: 33, expected: "JSON that describes containers")
            ])
        #expect(Self.paths(run).count == 5 && !run.values.keys.contains { $0.contains("nginx") })
    }

    @Test func whatIsBeyondTheLimitsIsSaid() throws {
        let tree = try TreeCopy("cgroup-v2")
        var few = tree.sampler(["containers"]) { $0.containers.limit = 2 }
        for _ in 0..<2 {
            let run = HostRun(&few)
            #expect(Self.paths(run).count == 2 && run.success["containers"] == 1)
            #expect("\(run.failures)".contains("more than 2 containers"))
        }
        var narrow = tree.sampler(["containers"]) { $0.containers.cgroupLimit = 4 }
        for _ in 0..<2 {
            let run = HostRun(&narrow)
            #expect("\(run.failures)".contains("more than 4 cgroups") && run.success["containers"] == 1)
        }
    }

    /// Those beyond the ones that keep their files open give the same, run after run.
    @Test func manyContainers() throws {
        let tree = try TreeCopy("cgroup-v2")
        for number in 10..<60 {
            let name = "docker-" + String(repeating: "\(number)", count: 32) + ".scope"
            try tree.copy(Self.docker, to: "/sys/fs/cgroup/system.slice/" + name)
        }
        var sampler = tree.sampler(["containers"])
        let first = HostRun(&sampler)
        let open = try Files.list("/proc/self/fd").count
        #expect(Self.paths(first).count == 55 && first.failures.isEmpty)
        #expect(HostRun(&sampler).lines == first.lines)
        #expect(open < 800)
    }

    /// A cgroup of this machine, with a process that we start. Skipped where there are none of version 1 or 2 that a test
    /// may make.
    @Test(.enabled(if: LiveCgroup.isPossible, "needs the right to make cgroups under /sys/fs/cgroup"))
    func aCgroupOfThisMachine() throws {
        var sampler = HostSampler(
            settings: HostMetricsSettings(disable: HostCollectors.names.filter { $0 != "containers" }),
            scope: .init(.empty), seriesLimit: 10_000)
        let before = Self.paths(HostRun(&sampler))
        let cgroup = try LiveCgroup()
        let run = HostRun(&sampler)
        #expect(run.failures.isEmpty)
        #expect(Self.paths(run) == before.union([cgroup.path]))
        #expect(Self.value(run, "container_processes", cgroup.path) == 1)
        // What the process used before it was moved here was another cgroup's.
        #expect(Self.value(run, "container_memory_usage_bytes", cgroup.path) != nil)
        #expect(Self.value(run, "container_threads", cgroup.path) == 1)
        let start = try #require(Self.value(run, "container_start_time_seconds", cgroup.path))
        #expect(abs(start - Double(Clocks.unixMilliseconds()) / 1000) < 60)
        // The process is in the host's network, whose traffic is nobody's.
        #expect(Self.value(run, "container_network_receive_bytes_total", cgroup.path) == nil)
        try cgroup.remove()
        #expect(Self.paths(HostRun(&sampler)) == before)
    }
}
