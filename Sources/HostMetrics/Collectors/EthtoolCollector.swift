internal import LinuxSystem
internal import MetricModel

/// `ethtool`: what the drivers of the network interfaces count and say of themselves, and what their links can do.
///
/// Interfaces are found in /sys and asked by name, so of another mounted /sys only those answer that this process's
/// network has too.
final class EthtoolCollector: HostCollector {
    private let settings: HostMetricsSettings.Ethtool
    private let families = EthtoolFamilies()
    private var source: (any EthtoolSource)?
    private var devices: DeviceRows<EthtoolDevice>

    /// Without a source the kernel is asked.
    init(_ settings: HostMetricsSettings, source: (any EthtoolSource)? = nil) {
        self.settings = settings.ethtool
        self.source = source
        devices = DeviceRows(settings.roots.sysfs + "/class/net", isRequired: true) { $0.series }
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = devices.path
        try devices.update(&output) { (name, _) throws(CollectorError) in
            // `bonding_masters` is a file among the interfaces.
            guard settings.devices.admits(name), Files.isDirectory("\(path)/\(name)") else { return nil }
            return EthtoolDevice(name, families, include: settings.metricsInclude)
        }
        let source = try opened()
        try devices.forEach { device throws(CollectorError) in try device.give(source, &output) }
    }

    private func opened() throws(CollectorError) -> any EthtoolSource {
        if let source { return source }
        do throws(SystemError) {
            let new = try EthtoolSocket()
            source = new
            return new
        } catch { throw .system(error) }
    }
}
