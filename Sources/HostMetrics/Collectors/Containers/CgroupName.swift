/// What a cgroup is, told from its path: the names that runtimes and systemd give are all there is to tell by.
struct CgroupName: Hashable {
    enum Kind: Hashable {
        case container(Runtime)
        /// A unit of systemd: a service, scope or slice.
        case unit
    }

    /// Who started a container: says where its name is to be found.
    enum Runtime: Hashable {
        case docker
        /// Podman and CRI-O, which keep the same store.
        case podman
        /// containerd, by itself or for Kubernetes, and whatever else names its cgroups after 64 hexadecimal digits.
        case containerd
    }

    let kind: Kind
    /// The container's 64 hexadecimal digits; a unit's name.
    let identifier: String

    /// The kind of the cgroup called `name` inside the cgroup at `parent` (`/system.slice`, empty for the root); nil for
    /// those that only hold others, and for helpers such as `libpod-conmon-….scope`.
    init?(_ name: String, in parent: String) {
        var stem = Substring(name)
        let isScope = stem.hasSuffix(".scope")
        if isScope { stem = stem.dropLast(".scope".count) }
        let identifier = stem.suffix(64)
        let prefix = stem.dropLast(identifier.count)
        if Self.isContainerIdentifier(identifier), prefix.isEmpty || prefix.hasSuffix("-") {
            guard let runtime = Self.runtime(prefix: prefix, parent: parent, isScope: isScope) else { return nil }
            kind = .container(runtime)
            self.identifier = String(identifier)
            return
        }
        guard isScope || name.hasSuffix(".service") || name.hasSuffix(".slice") else { return nil }
        kind = .unit
        self.identifier = name
    }

    /// `docker-<id>.scope` and `/docker/<id>`, `libpod-<id>.scope` and `/libpod_parent/libpod-<id>`, `crio-<id>.scope`,
    /// `cri-containerd-<id>.scope`, `/kubepods/…/<id>`, `/default/<id>`; nil for the monitors that runtimes put beside
    /// their containers.
    private static func runtime(prefix: Substring, parent: String, isScope: Bool) -> Runtime? {
        if prefix.hasSuffix("conmon-") { return nil }
        switch prefix {
        case "docker-": return .docker
        case "libpod-", "crio-": return .podman
        case "" where isScope: return nil
        case "":
            let above = parent.split(separator: "/").last ?? ""
            return above == "docker" ? .docker : above.hasPrefix("libpod") ? .podman : .containerd
        // Others than `cri-containerd-` and `nerdctl-` must be scopes to be believed.
        default: return isScope || prefix == "cri-containerd-" ? .containerd : nil
        }
    }

    private static func isContainerIdentifier(_ text: Substring) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
