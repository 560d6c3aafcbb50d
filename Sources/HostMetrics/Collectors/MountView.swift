/// Which mounts a process sees: a hardened unit or a container has a view of its own, in which other filesystems cover some
/// of the host's.
struct MountView {
    private struct Place: Hashable {
        let parent: UInt64
        let mountPoint: String
    }

    /// The directories that `ProtectHome=` hides.
    static let homes: Set<String> = ["/home", "/root", "/run/user"]

    private let root: MountTable.Mount?
    private let mounts: [Place: MountTable.Mount]

    /// `all` are those of a mountinfo; none where that is not known, and then nothing counts as hidden.
    init(_ all: [MountTable.Mount]) {
        let numbers = Set(all.map(\.number))
        root = all.first { $0.mountPoint == "/" && ($0.parent == $0.number || !numbers.contains($0.parent)) }
        let places = all.map { (Place(parent: $0.parent, mountPoint: $0.mountPoint), $0) }
        mounts = Dictionary(places) { _, last in last }
    }

    /// Whether who asks for `path` is led to another filesystem than `mount`. Of a `rootfs` that is no mount in this view, nothing
    /// is known.
    func isHidden(_ mount: MountTable.Mount, at path: String, rootfs: String) -> Bool {
        guard let seen = topmost(at: path), topmost(at: rootfs)?.mountPoint == rootfs else { return false }
        return seen.mountPoint != path || seen.major != mount.major || seen.minor != mount.minor
    }

    /// What shows a mount that is hidden from the service.
    static func need(_ mountPoint: String) -> String {
        if isBelow(homes, mountPoint) { return "ProtectHome=read-only or no in the agent's unit" }
        if isBelow(["/tmp", "/var/tmp"], mountPoint) { return "PrivateTmp=no in the agent's unit" }
        if isBelow(["/dev"], mountPoint) { return "PrivateDevices=no in the agent's unit" }
        return "the mount in the agent's own view: BindReadOnlyPaths= in its unit, rslave in its container"
    }

    /// Whether a path is one that `ProtectHome=` hides.
    static func isHome(_ path: String) -> Bool { isBelow(homes, path) }

    private static func isBelow(_ directories: some Collection<String>, _ path: String) -> Bool {
        directories.contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    /// The mount that a path leads to, as the kernel finds it: from the root on, at each directory the mount on it, and the one
    /// on that.
    private func topmost(at path: String) -> MountTable.Mount? {
        guard let root else { return nil }
        var mount = climb(from: root, at: "/")
        if path == "/" { return mount }
        let slashes = path.indices.dropFirst().filter { path[$0] == "/" }
        for end in slashes + [path.endIndex] { mount = climb(from: mount, at: String(path[..<end])) }
        return mount
    }

    private func climb(from mount: MountTable.Mount, at mountPoint: String) -> MountTable.Mount {
        var mount = mount
        // Each step goes to another mount, so there are fewer than mounts.
        for _ in 0..<mounts.count {
            guard let next = mounts[Place(parent: mount.number, mountPoint: mountPoint)] else { break }
            mount = next
        }
        return mount
    }
}
