internal import LinuxSystem
internal import MetricModel

/// `thermal_zone`: temperatures and cooling devices of /sys/class/thermal.
///
/// A zone or device that cannot be read now is left out (sensors that sleep answer EAGAIN or ENODATA, and node_exporter
/// shows them as 0 °C); one that holds something else than a number is an error.
final class ThermalZoneCollector: HostCollector {
    private static let zone = [
        NumberFile.Kind(
            fileName: "temp",
            family: MetricFamily(
                "node_thermal_zone_temp", .gauge, help: "The zone's temperature in degrees Celsius.",
                labels: ["zone", "type"]),
            divisor: 1000)
    ]
    private static let coolingDevice = [
        NumberFile.Kind(
            fileName: "cur_state",
            family: MetricFamily(
                "node_cooling_device_cur_state", .gauge, help: "How hard the device cools now, from 0 to its maximum.",
                labels: ["name", "type"])),
        NumberFile.Kind(
            fileName: "max_state",
            family: MetricFamily(
                "node_cooling_device_max_state", .gauge, help: "How hard the device can cool.",
                labels: ["name", "type"])),
    ]
    private var devices: DeviceRows<[NumberFile]>

    init(_ settings: HostMetricsSettings) {
        devices = DeviceRows(settings.roots.sysfs + "/class/thermal")
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = devices.path
        try devices.update(&output) { (name, output) throws(CollectorError) in
            guard let (kinds, number) = Self.kinds(name) else { return nil }
            // A device that is going away has no type any more; it will not be listed next time.
            let type = (try? Files.readText("\(path)/\(name)/type")) ?? ""
            return [NumberFile](kinds, in: "\(path)/\(name)", [number, type], &output)
        }
        try devices.forEach { files throws(CollectorError) in try files.give(&output) }
    }

    private static func kinds(_ name: String) -> (kinds: [NumberFile.Kind], number: String)? {
        for (prefix, kinds) in [("thermal_zone", zone), ("cooling_device", coolingDevice)] where name.hasPrefix(prefix)
        {
            let number = name.dropFirst(prefix.count)
            if let first = number.utf8.first, (0x30...0x39).contains(first) { return (kinds, String(number)) }
        }
        return nil
    }
}
