import HostMetrics
import LinuxSystem

/// A fixture tree of /proc, /sys and more in `Fixtures`.
struct FixtureTree {
    let path: String

    init(_ name: String) {
        path = Files.parent(of: #filePath) + "/Fixtures/" + name
    }

    var roots: HostRoots {
        HostRoots(
            procfs: path + "/proc", sysfs: path + "/sys", rootfs: path + "/root", udevData: path + "/udev",
            netlink: path + "/netlink")
    }
}
