internal import LinuxSystem

/// One cgroup that is there, and those inside it.
final class CgroupNode {
    /// From the tree's root: `/system.slice/docker-….scope`; empty for the root.
    let path: String
    /// In the tree that is walked.
    let directoryPath: String
    /// In the directory of the cgroup that holds it.
    let fileName: String
    /// Nil for a cgroup that only holds others.
    let name: CgroupName?
    /// What tells it from one that was there under the same name before.
    var inode: UInt64 = 0
    /// The run in which it was visited last.
    var lastRun: UInt64 = 0
    var children = KeyedRows<CgroupNode>()
    private(set) lazy var directory = KeptDirectory(directoryPath)
    /// What is given of it; nil while it is not wanted or was refused.
    var row: ContainerRow?

    init(path: String, directoryPath: String, fileName: String, name: CgroupName?) {
        self.path = path
        self.directoryPath = directoryPath
        self.fileName = fileName
        self.name = name
    }

    var isContainer: Bool {
        if case .container = name?.kind { return true }
        return false
    }

    /// Calls `body` for this cgroup and all that are known inside.
    func forEach(_ body: (CgroupNode) -> Void) {
        body(self)
        for index in 0..<children.count { children[index].forEach(body) }
    }
}
