/// node_exporter 1.12's default exclusions, each beside the expression it stands for.
extension NamePattern {
    /// Partitions, RAM disks, loop devices and floppy drives.
    package static let defaultDiskExclusion = NamePattern(
        #"^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$"#
    ) { name in
        let stem = name.utf8.droppingTrailingDigits
        guard stem.count < name.utf8.count else { return false }
        switch String(stem) ?? "" {
        case "zram", "ram", "loop", "fd": return true
        case let stem where stem.hasPrefix("nvme"): return isNVMePartitionStem(stem)
        case let stem: return isDiskLetterName(stem)
        }
    }

    /// The mount points of the kernel's own trees, of credentials and of containers.
    package static let defaultMountPointExclusion = NamePattern(
        "^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)"
    ) { path in
        for tree in ["/dev", "/proc", "/sys"] where path == tree || path.hasPrefix(tree + "/") { return true }
        // `.+` takes at least one byte, so the tree's own mount point is not excluded.
        for tree in ["/run/credentials/", "/var/lib/docker/", "/var/lib/containers/storage/"] {
            if path.hasPrefix(tree) && path.utf8.count > tree.utf8.count { return true }
        }
        return false
    }

    /// Units that are many and say little: what the kernel and other programs made.
    package static let defaultUnitExclusion = NamePattern(#"^.+\.(automount|device|mount|scope|slice)$"#) { name in
        for suffix in [".automount", ".device", ".mount", ".scope", ".slice"]
        where name.hasSuffix(suffix) && name.utf8.count > suffix.utf8.count { return true }
        return false
    }

    /// Filesystems without storage of their own, or that are always full.
    package static let defaultFilesystemTypeExclusion = NamePattern(
        "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs"
            + "|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$"
    ) { type in
        switch type {
        case "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs",
            "fusectl", "hugetlbfs", "iso9660", "mqueue", "nsfs", "overlay", "proc", "procfs", "pstore", "rpc_pipefs",
            "securityfs", "selinuxfs", "squashfs", "erofs", "sysfs", "tracefs":
            true
        default: false
        }
    }

    /// `hda`, `sda`, `vda`, `xvda`: the stem of a partition's name.
    private static func isDiskLetterName(_ stem: String) -> Bool {
        guard let letter = stem.utf8.last, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) else {
            return false
        }
        return ["hd", "sd", "vd", "xvd"].contains(String(stem.dropLast()))
    }

    /// `nvme0n1p`: the stem of an NVMe partition's name.
    private static func isNVMePartitionStem(_ stem: String) -> Bool {
        var rest = stem.utf8.dropFirst(4)
        func takeDigits() -> Bool {
            let before = rest.count
            rest = rest.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            return rest.count < before
        }
        guard takeDigits(), rest.first == UInt8(ascii: "n") else { return false }
        rest = rest.dropFirst()
        return takeDigits() && rest.elementsEqual("p".utf8)
    }
}

extension String.UTF8View {
    fileprivate var droppingTrailingDigits: Substring.UTF8View {
        var rest = self[...]
        while let last = rest.last, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last) { rest = rest.dropLast() }
        return rest
    }
}
