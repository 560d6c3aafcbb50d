internal import LinuxSystem
internal import MetricModel

/// `powersupplyclass`: batteries and mains adapters of /sys/class/power_supply.
final class PowersupplyclassCollector: HostCollector {
    private static let textFiles = [
        "capacity_level", "charge_type", "health", "manufacturer", "model_name", "serial_number", "status",
        "technology", "type", "usb_type", "scope",
    ]
    private let info = MetricFamily(
        "node_power_supply_info", .gauge, help: "What /sys/class/power_supply says of the supply, as labels.",
        labels: ["power_supply"] + textFiles)
    private let kinds = PowerSupplyFamilies.kinds()
    private let filter: NameFilter
    private var devices: DeviceRows<DescribedDevice>

    init(_ settings: HostMetricsSettings) {
        filter = settings.powerSupplies
        devices = DeviceRows(settings.roots.sysfs + "/class/power_supply", isRequired: true, lateSeries: \.lateSeries)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = devices.path
        try devices.update(&output) { (name, output) throws(CollectorError) in
            guard filter.admits(name) else { return nil }
            return DescribedDevice(name, in: path, info: info, textFiles: Self.textFiles, kinds: kinds, &output)
        }
        try devices.forEach { device throws(CollectorError) in try device.give(&output) }
    }
}
