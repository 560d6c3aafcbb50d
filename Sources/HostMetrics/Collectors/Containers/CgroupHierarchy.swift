internal import LinuxSystem

/// Where the cgroups of each controller are: one tree in version 2, a tree for each in version 1.
struct CgroupHierarchy {
    enum Controller: CaseIterable {
        case cpu, cpuAccounting, memory, blockIO, pids
    }

    let isVersion2: Bool
    /// The tree that is walked to find cgroups.
    let walked: String
    private let roots: [Controller: String]

    /// Nil where no cgroups are mounted.
    init?(sysfs: String) {
        let mount = sysfs + "/fs/cgroup"
        if Files.exists(mount + "/cgroup.controllers") {
            isVersion2 = true
            walked = mount
            roots = [:]
            return
        }
        isVersion2 = false
        // The joint directory comes first: `cpu` and `cpuacct` are links to it, where they are there at all.
        let names: [Controller: [String]] = [
            .cpu: ["cpu,cpuacct", "cpu"], .cpuAccounting: ["cpu,cpuacct", "cpuacct"], .memory: ["memory"],
            .blockIO: ["blkio"], .pids: ["pids"],
        ]
        let roots = names.compactMapValues { names in
            names.map { mount + "/" + $0 }.first(where: Files.isDirectory)
        }
        // A Raspberry Pi has no memory controller until it is asked for on the kernel's command line.
        let order: [Controller] = [.memory, .cpuAccounting, .cpu, .pids, .blockIO]
        guard let first = order.compactMap({ roots[$0] }).first else { return nil }
        walked = first
        self.roots = roots
    }

    /// The directory of `path` (`/docker/…`) for `controller`; nil where that controller has no tree.
    func directory(_ controller: Controller, _ path: String) -> String? {
        isVersion2 ? walked + path : roots[controller].map { $0 + path }
    }
}
