import HostMetrics
import Testing

/// The default exclusions against the expressions they stand for, by Swift's own regular expressions.
@Suite struct NamePatternTests {
    private static let names = [
        "sda", "sda1", "sdz15", "sdaa1", "hdb2", "vdc3", "xvda1", "xvd1", "vd1", "sd1", "ram0", "zram0", "zram",
        "loop12",
        "loop", "fd0", "fda1", "nvme0n1", "nvme0n1p1", "nvme10n22p333", "nvmen1p1", "nvme0np1", "nvme0n1p", "nvme0n1q1",
        "mmcblk0p1", "dm-0", "md127", "sr0", "", "1", "sdä1", "SDA1",
        "/", "/dev", "/dev/shm", "/device", "/proc", "/proc/sys", "/process", "/sys/fs/cgroup", "/system", "/run",
        "/run/credentials", "/run/credentials/", "/run/credentials/a.service", "/run/user/0", "/var/lib/docker",
        "/var/lib/docker/overlay2/x/merged", "/var/lib/docker/", "/var/lib/containers/storage/overlay", "/home",
        "/var/lib/containers/storage/", "/mnt/dev", "/run/credentials//", "/run/credentials/a/b",
        "ext4", "tmpfs", "cgroup", "cgroup2", "cgroup22", "overlay", "overlayfs", "proc", "procfs", "xfs", "erofs",
        "autofs", "binfmt_misc", "bpf", "configfs", "debugfs", "devpts", "devtmpfs", "fusectl", "fuse.sshfs",
        "hugetlbfs",
        "iso9660", "mqueue", "nsfs", "pstore", "rpc_pipefs", "securityfs", "selinuxfs", "squashfs", "sysfs", "tracefs",
    ]

    @Test(arguments: [
        NamePattern.defaultDiskExclusion, .defaultMountPointExclusion, .defaultFilesystemTypeExclusion,
    ])
    func defaultsEqualTheirExpressions(_ pattern: NamePattern) throws {
        let expression = try Regex(pattern.expression)
        for name in Self.names {
            #expect(pattern.matches(name) == (name.firstMatch(of: expression) != nil), "\(name) by \(pattern)")
        }
    }

    @Test func filters() {
        let a = NamePattern("^a") { $0.hasPrefix("a") }
        #expect(NameFilter.all.admits("b"))
        #expect(NameFilter(exclude: a).admits("b") && !NameFilter(exclude: a).admits("ab"))
        #expect(!NameFilter(include: a).admits("b") && NameFilter(include: a).admits("ab"))
    }
}
