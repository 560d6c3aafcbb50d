/// Where the kernel's file trees are mounted; other than the defaults in containers and tests.
package struct HostRoots: Sendable, Hashable {
    package var procfs: String
    package var sysfs: String
    /// What mount points are seen under: `/host` in a container that has the host's tree there.
    package var rootfs: String
    /// The udev database, which names disks (`b8:0` and so on).
    package var udevData: String
    /// A directory with the kernel's answers by netlink in files, as fixture trees have it; nil to ask the kernel itself.
    package var netlink: String?

    package init(
        procfs: String = "/proc", sysfs: String = "/sys", rootfs: String = "/", udevData: String = "/run/udev/data",
        netlink: String? = nil
    ) {
        self.procfs = procfs
        self.sysfs = sysfs
        self.rootfs = rootfs
        self.udevData = udevData
        self.netlink = netlink
    }
}
