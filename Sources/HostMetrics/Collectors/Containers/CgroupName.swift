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
        /// LXC, and LXD, Incus and Proxmox upon it.
        case lxc
        /// What is registered with systemd-machined: systemd-nspawn's, libvirt's LXC. Virtual machines are, too.
        case machine
    }

    let kind: Kind
    /// The container's 64 hexadecimal digits, or its name where its cgroup has that; a unit's name.
    let identifier: String

    /// The kind of the cgroup called `name` inside the cgroup at `parent` (`/system.slice`, empty for the root); nil for
    /// those that only hold others, and for helpers such as `libpod-conmon-….scope`.
    init?(_ name: String, in parent: String) {
        var stem = Substring(name)
        let isScope = stem.hasSuffix(".scope")
        if isScope { stem = stem.dropLast(".scope".count) }
        let identifier = stem.suffix(64)
        let prefix = stem.dropLast(identifier.count)
        if Self.isContainerIdentifier(identifier), prefix.isEmpty || prefix.hasSuffix("-") || prefix.hasSuffix(":") {
            guard let runtime = Self.runtime(prefix: prefix, parent: parent, isScope: isScope) else { return nil }
            kind = .container(runtime)
            self.identifier = String(identifier)
            return
        }
        if let (runtime, container) = Self.named(name, stem, isScope: isScope, parent: parent) {
            kind = .container(runtime)
            self.identifier = container
            return
        }
        guard isScope || name.hasSuffix(".service") || name.hasSuffix(".slice") else { return nil }
        kind = .unit
        self.identifier = name
    }

    /// Containers whose cgroups have their names: `lxc.payload.web`, in older versions `/lxc.payload/web` and `/lxc/web`;
    /// `machine-web.scope` and `systemd-nspawn@web.service`, whose names are escaped as units' are. QEMU's are no containers.
    private static func named(
        _ name: String, _ stem: Substring, isScope: Bool, parent: String
    ) -> (Runtime, String)? {
        let payload = "lxc.payload."
        if name.hasPrefix(payload), name.utf8.count > payload.utf8.count {
            return (.lxc, String(name.dropFirst(payload.count)))
        }
        let above = parent.split(separator: "/").last ?? ""
        if above == "lxc" || above == "lxc.payload" { return (.lxc, name) }
        if isScope, stem.hasPrefix("machine-"), !stem.hasPrefix(#"machine-qemu\x2d"#) {
            return (.machine, unescaped(stem.dropFirst("machine-".count)))
        }
        let service = "systemd-nspawn@"
        guard name.hasPrefix(service), name.hasSuffix(".service") else { return nil }
        return (.machine, unescaped(name.dropFirst(service.count).dropLast(".service".count)))
    }

    /// A part of a unit's name as it was before systemd escaped it: `\x2d` is a hyphen.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text
        while let first = rest.utf8.first {
            if rest.hasPrefix(#"\x"#), let byte = UInt8(rest.dropFirst(2).prefix(2), radix: 16) {
                bytes.append(byte)
                rest = rest.dropFirst(4)
            } else {
                bytes.append(first)
                rest = Substring(rest.utf8.dropFirst())
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `docker-<id>.scope` and `/docker/<id>`, `libpod-<id>.scope` and `/libpod_parent/libpod-<id>`, `crio-<id>.scope`,
    /// `libpod-payload-<id>` inside the service that runs it (Quadlet), `cri-containerd-<id>.scope`, `/kubepods/…/<id>`,
    /// `/default/<id>`, `kubepods-….slice:cri-containerd:<id>` where containerd and the kubelet do not agree on who makes
    /// cgroups; nil for the monitors that runtimes put beside their containers.
    private static func runtime(prefix: Substring, parent: String, isScope: Bool) -> Runtime? {
        if prefix.hasSuffix("conmon-") { return nil }
        switch prefix {
        case "docker-": return .docker
        case "libpod-", "libpod-payload-", "crio-": return .podman
        case "" where isScope: return nil
        case "":
            let above = parent.split(separator: "/").last ?? ""
            return above == "docker" ? .docker : above.hasPrefix("libpod") ? .podman : .containerd
        // Others than `cri-containerd-` and `nerdctl-` must be scopes to be believed.
        default:
            if prefix.hasSuffix(":cri-containerd:") { return .containerd }
            if prefix.hasSuffix(":crio:") { return .podman }
            return prefix.hasSuffix("-") && isScope || prefix == "cri-containerd-" ? .containerd : nil
        }
    }

    private static func isContainerIdentifier(_ text: Substring) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
