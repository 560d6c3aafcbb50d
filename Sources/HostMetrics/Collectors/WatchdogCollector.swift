internal import LinuxSystem
internal import MetricModel

/// `watchdog`: the watchdog timers of /sys/class/watchdog.
///
/// A kernel without CONFIG_WATCHDOG_SYSFS lists the timers and says nothing of them.
final class WatchdogCollector: HostCollector {
    private static let textFiles = ["options", "identity", "state", "status", "pretimeout_governor"]
    private let info = MetricFamily(
        "node_watchdog_info", .gauge, help: "What /sys/class/watchdog says of the timer, as labels.",
        labels: ["name"] + textFiles)
    private let kinds = [
        ("bootstatus", "bootstatus", "Why the timer says the machine was restarted (WDIOF_*), 0 for no reason."),
        ("fw_version", "fw_version", "The version of the timer's firmware."),
        ("nowayout", "nowayout", "1 when the timer cannot be stopped once it runs."),
        ("timeleft", "timeleft_seconds", "Until the timer restarts the machine."),
        ("timeout", "timeout_seconds", "After how long without a sign of life it does."),
        ("pretimeout", "pretimeout_seconds", "How long before that it warns."),
        ("access_cs0", "access_cs0", "1 when the second boot source can be reached."),
    ].map { file, name, help in
        NumberFile.Kind(
            fileName: file, family: MetricFamily("node_watchdog_\(name)", .gauge, help: help, labels: ["name"]))
    }
    private var devices: DeviceRows<DescribedDevice>

    init(_ settings: HostMetricsSettings) {
        devices = DeviceRows(settings.roots.sysfs + "/class/watchdog", isRequired: true, lateSeries: \.lateSeries)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = devices.path
        try devices.update(&output) { (name, output) throws(CollectorError) in
            DescribedDevice(name, in: path, info: info, textFiles: Self.textFiles, kinds: kinds, &output)
        }
        try devices.forEach { device throws(CollectorError) in try device.give(&output) }
    }
}
