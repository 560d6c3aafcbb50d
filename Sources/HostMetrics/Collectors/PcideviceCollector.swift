internal import LinuxSystem
internal import MetricModel

/// `pcidevice`: the devices of /sys/bus/pci, with their links and power states.
final class PcideviceCollector: HostCollector {
    private let families = PCIDevice.Families()
    private var devices: DeviceRows<PCIDevice>

    init(_ settings: HostMetricsSettings) {
        devices = DeviceRows(settings.roots.sysfs + "/bus/pci/devices", isRequired: true)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = devices.path
        try devices.update(&output) { (name, output) throws(CollectorError) in
            guard let location = Self.location(name) else { return nil }
            return PCIDevice(families, location, "\(path)/\(name)", &output)
        }
        // There are too many of them to keep their files open.
        try devices.forEach { device throws(CollectorError) in
            defer { device.close() }
            try device.give(&output)
        }
    }

    /// Segment, bus, device and function of `0000:45:00.0`.
    static func location(_ name: String) -> [String]? {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let last = parts[2].split(separator: ".", omittingEmptySubsequences: false)
        let all = (parts[0...1] + last).map(String.init)
        return all.count == 4 && all.allSatisfy { UInt32($0, radix: 16) != nil } ? all : nil
    }
}
