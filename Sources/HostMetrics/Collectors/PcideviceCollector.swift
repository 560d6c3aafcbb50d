internal import LinuxSystem
internal import MetricModel

/// `pcidevice`: the devices of /sys/bus/pci, with their links and power states.
final class PcideviceCollector: HostCollector {
    private let families: PCIDevice.Families
    private var devices: DeviceRows<PCIDevice>
    /// Where the names may be, the first that is there; none where none are asked for.
    private let namePaths: [String]
    private var knownChangeCount = 0
    /// Why there were no names when devices came last.
    private var nameFailure: SystemError?

    init(_ settings: HostMetricsSettings) {
        let names = settings.pciDevices
        let root = settings.roots.rootfs == "/" ? "" : settings.roots.rootfs
        families = PCIDevice.Families(hasNames: names.areNamesEnabled)
        namePaths =
            !names.areNamesEnabled
            ? [] : names.namesFile.map { [$0] } ?? ["misc", "hwdata"].map { "\(root)/usr/share/\($0)/pci.ids" }
        devices = DeviceRows(settings.roots.sysfs + "/bus/pci/devices", isRequired: true) { device in
            device.info.map { [$0] } ?? []
        }
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = devices.path
        try devices.update(&output) { (name, output) throws(CollectorError) in
            guard let location = Self.location(name) else { return nil }
            return PCIDevice(families, location, "\(path)/\(name)", &output)
        }
        if devices.changeCount != knownChangeCount {
            knownChangeCount = devices.changeCount
            try makeInfos(&output)
        }
        // node_exporter, too, is a success then, and has numbers for names.
        if let nameFailure { output.remark(.system(nameFailure)) }
        // There are too many of them to keep their files open.
        try devices.forEach { device throws(CollectorError) in
            defer { device.close() }
            try device.give(&output)
        }
    }

    /// For devices that are new. The database, which is large, is read once for all of them, and nothing of it is kept
    /// but their names.
    private func makeInfos(_ output: inout CollectorOutput) throws(CollectorError) {
        var new: [PCIDevice] = []
        try devices.forEach { device throws(CollectorError) in if device.info == nil { new.append(device) } }
        var names = PCINames(of: new.compactMap(\.identity))
        if !namePaths.isEmpty && !new.isEmpty { read(&names) }
        for device in new {
            let texts = namePaths.isEmpty ? [] : device.identity.map { names.names(of: $0) }
            device.makeInfo(families, names: texts ?? Array(repeating: "", count: 5), &output)
        }
    }

    private func read(_ names: inout PCINames) {
        nameFailure = nil
        for path in namePaths {
            do throws(SystemError) {
                try Files.forEachLine(path) { names.take($0) }
                nameFailure = nil
                return
            } catch { nameFailure = nameFailure ?? error }
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
