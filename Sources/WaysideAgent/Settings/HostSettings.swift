package import SettingsFile

/// `host:` the collectors of /proc and /sys.
package struct HostSettings: SettingsReadable, Sendable {
    package let interval: Duration
    package let procfs: String
    package let sysfs: String
    package let rootfs: String
    package let collectors: CollectorChoice

    package init(from section: SettingsSection) {
        interval = section.duration("interval", default: .seconds(15), range: .seconds(1) ... .seconds(3600))
        procfs = section.string("procfs", default: "/proc")
        sysfs = section.string("sysfs", default: "/sys")
        rootfs = section.string("rootfs", default: "/")
        collectors = section.section("collectors")
    }
}
