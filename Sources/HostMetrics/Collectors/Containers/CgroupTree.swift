internal import LinuxSystem

/// The cgroups that are there now. Walked in each run, where a cgroup costs one question for its state: the kernel counts the directories
/// inside in the link count, so that a directory is only listed when that is not the number of those known inside, or one
/// of those has gone.
struct CgroupTree {
    private let root: CgroupNode
    private let limit: Int
    private static let depthLimit = 16
    /// How many directories stay open, so that those inside are asked for by their names alone, which takes half as long as
    /// along the path. There may be thousands on a large host, and descriptors are for files that are read in each run.
    private static let openDirectoryLimit = 32
    private var openDirectoryCount = 0
    /// How many are known.
    private(set) var count = 1
    /// Whether cgroups were left out because there are more than the limit.
    private(set) var isCut = false

    init(_ hierarchy: CgroupHierarchy, limit: Int) {
        root = CgroupNode(path: "", directoryPath: hierarchy.walked, fileName: "", name: nil)
        self.limit = limit
    }

    /// Looks for what is new and what has gone. `ended` gets each cgroup that is no more, or whose place another has taken,
    /// before `found` gets that one; each that is there is found in every run.
    mutating func update(
        _ output: borrowing CollectorOutput, found: (CgroupNode) -> Void, ended: (CgroupNode) -> Void
    ) throws(CollectorError) {
        isCut = false
        guard let status = DirectoryStatus(of: root.directoryPath) else {
            throw .system(.unreadable(root.directoryPath))
        }
        try visit(root, status, depth: 0, output, found, ended)
    }

    private mutating func visit(
        _ node: CgroupNode, _ status: DirectoryStatus, depth: Int, _ output: borrowing CollectorOutput,
        _ found: (CgroupNode) -> Void, _ ended: (CgroupNode) -> Void
    ) throws(CollectorError) {
        if node.inode != status.inode {
            if node.inode != 0 { ended(node) }
            node.inode = status.inode
            for index in 0..<node.children.count { end(node.children[index], ended) }
            node.children = KeyedRows()
            close(node)
        }
        found(node)
        // What a container has inside is its own affair, and counted in it.
        if node.isContainer || depth == Self.depthLimit { return }
        if status.linkCount == UInt64(node.children.count) + 2,
            try visitChildren(of: node, depth: depth, output, found, ended)
        {
            return
        }
        try list(node, output, ended)
        try visitChildren(of: node, depth: depth, output, found, ended)
    }

    /// Visits the cgroups inside that were not visited in this run; whether all of them are there.
    @discardableResult
    private mutating func visitChildren(
        of node: CgroupNode, depth: Int, _ output: borrowing CollectorOutput, _ found: (CgroupNode) -> Void,
        _ ended: (CgroupNode) -> Void
    ) throws(CollectorError) -> Bool {
        var areAllThere = true
        for index in 0..<node.children.count where node.children[index].lastRun != output.run {
            let child = node.children[index]
            child.lastRun = output.run
            if let status = node.directory.status(of: child.fileName) {
                try visit(child, status, depth: depth + 1, output, found, ended)
            } else {
                // Where this is after a listing, the next one does not have it.
                areAllThere = false
            }
        }
        return areAllThere
    }

    private mutating func list(
        _ node: CgroupNode, _ output: borrowing CollectorOutput, _ ended: (CgroupNode) -> Void
    ) throws(CollectorError) {
        let run = output.run
        var new: [[UInt8]] = []
        node.children.begin()
        let wasOpen = node.directory.isOpen
        defer { noteListing(of: node, wasOpen: wasOpen) }
        do throws(SystemError) {
            try node.directory.forEachName(using: output.buffer, directoriesOnly: true) { name in
                if node.children.find(name, run: run) == nil { new.append(Array(name)) }
            }
        } catch {
            if !error.isNotFound && !error.isPermissionDenied { throw .system(error) }
        }
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
                fileName: name, name: CgroupName(name, in: node.path))
            _ = bytes.withUnsafeBytes { node.children.insert($0, child, run: run) }
            count += 1
        }
    }

    /// Closes the directory that was listed where enough others are open.
    private mutating func noteListing(of node: CgroupNode, wasOpen: Bool) {
        if wasOpen { openDirectoryCount -= 1 }
        // A listing that failed has closed it.
        guard node.directory.isOpen else { return }
        if openDirectoryCount < Self.openDirectoryLimit {
            openDirectoryCount += 1
        } else {
            node.directory.close()
        }
    }

    private mutating func close(_ node: CgroupNode) {
        guard node.directory.isOpen else { return }
        node.directory.close()
        openDirectoryCount -= 1
    }

    private mutating func end(_ node: CgroupNode, _ ended: (CgroupNode) -> Void) {
        node.forEach { node in
            count -= 1
            close(node)
            ended(node)
        }
    }
}
