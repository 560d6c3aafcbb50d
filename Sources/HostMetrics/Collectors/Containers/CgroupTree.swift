internal import LinuxSystem

/// The cgroups that are there now. Walked in each run, where a cgroup costs one stat: the kernel counts the directories
/// inside in the link count, so that a directory is only listed when that is not the number of those known inside, or one
/// of those has gone.
struct CgroupTree {
    private let root: CgroupNode
    private let limit: Int
    private static let depthLimit = 16
    /// How many are known.
    private(set) var count = 1
    /// Whether cgroups were left out because there are more than the limit.
    private(set) var isCut = false

    init(_ hierarchy: CgroupHierarchy, limit: Int) {
        root = CgroupNode(path: "", directoryPath: hierarchy.walked, name: nil)
        self.limit = limit
    }

    /// Looks for what is new and what has gone. `ended` gets each cgroup that is no more, or whose place another has taken,
    /// before `found` gets that one; each that is there is found in every run.
    mutating func update(
        _ output: borrowing CollectorOutput, found: (CgroupNode) -> Void, ended: (CgroupNode) -> Void
    ) throws(CollectorError) {
        isCut = false
        try visit(root, depth: 0, output, found, ended)
    }

    /// Whether the cgroup is there.
    @discardableResult
    private mutating func visit(
        _ node: CgroupNode, depth: Int, _ output: borrowing CollectorOutput, _ found: (CgroupNode) -> Void,
        _ ended: (CgroupNode) -> Void
    ) throws(CollectorError) -> Bool {
        node.lastRun = output.run
        guard let status = DirectoryStatus(of: node.directoryPath) else {
            // Gone between the listing and now; the next listing does not have it.
            if depth == 0 { throw .system(.unreadable(node.directoryPath)) }
            return false
        }
        if node.inode != status.inode {
            if node.inode != 0 { ended(node) }
            node.inode = status.inode
            for index in 0..<node.children.count { end(node.children[index], ended) }
            node.children = KeyedRows()
        }
        found(node)
        // What a container has inside is its own affair, and counted in it.
        if node.isContainer || depth == Self.depthLimit { return true }
        if status.linkCount == UInt64(node.children.count) + 2,
            try visitChildren(of: node, depth: depth, output, found, ended)
        {
            return true
        }
        try list(node, output, ended)
        try visitChildren(of: node, depth: depth, output, found, ended)
        return true
    }

    /// Visits the cgroups inside that were not visited in this run; whether all of them are there.
    @discardableResult
    private mutating func visitChildren(
        of node: CgroupNode, depth: Int, _ output: borrowing CollectorOutput, _ found: (CgroupNode) -> Void,
        _ ended: (CgroupNode) -> Void
    ) throws(CollectorError) -> Bool {
        var areAllThere = true
        for index in 0..<node.children.count where node.children[index].lastRun != output.run {
            if try !visit(node.children[index], depth: depth + 1, output, found, ended) { areAllThere = false }
        }
        return areAllThere
    }

    private mutating func list(
        _ node: CgroupNode, _ output: borrowing CollectorOutput, _ ended: (CgroupNode) -> Void
    ) throws(CollectorError) {
        let run = output.run
        var new: [[UInt8]] = []
        node.children.begin()
        do throws(SystemError) {
            try node.directory.forEachName(using: output.buffer, directoriesOnly: true) { name in
                if node.children.find(name, run: run) == nil { new.append(Array(name)) }
            }
        } catch {
            if !error.isNotFound && !error.isPermissionDenied { throw .system(error) }
        }
        // There may be thousands on a large host, and descriptors are for files that are read in each run.
        node.directory.close()
        var gone: [CgroupNode] = []
        node.children.removeUnseen(run: run) { gone.append($0) }
        for node in gone { end(node, ended) }
        if new.isEmpty { return }
        new.sort { $0.lexicographicallyPrecedes($1) }
        for bytes in new {
            guard count < limit else {
                isCut = true
                return
            }
            let name = String(decoding: bytes, as: UTF8.self)
            let child = CgroupNode(
                path: "\(node.path)/\(name)", directoryPath: "\(node.directoryPath)/\(name)",
                name: CgroupName(name, in: node.path))
            _ = bytes.withUnsafeBytes { node.children.insert($0, child, run: run) }
            count += 1
        }
    }

    private mutating func end(_ node: CgroupNode, _ ended: (CgroupNode) -> Void) {
        var gone = 0
        node.forEach { node in
            gone += 1
            ended(node)
        }
        count -= gone
    }
}
