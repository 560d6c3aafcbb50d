internal import LinuxSystem
internal import MetricModel

/// A device of the device mapper; one with several paths where its UUID says so, which is known only once it is set up.
final class MultipathDevice {
    struct Families {
        private static let labels = ["device", "sysfs_name"]
        let info = MetricFamily(
            "node_dmmultipath_device_info", .gauge, help: "The device's names and UUID, as labels.",
            labels: labels + ["uuid"])
        let active = MetricFamily(
            "node_dmmultipath_device_active", .gauge, help: "1 when the device works, 0 when it is suspended.",
            labels: labels)
        let size = MetricFamily(
            "node_dmmultipath_device_size_bytes", .gauge, help: "The device's size.", unit: "bytes", labels: labels)
        let paths = MetricFamily(
            "node_dmmultipath_device_paths", .gauge, help: "How many paths there are to the device.", labels: labels)
        let activePaths = MetricFamily(
            "node_dmmultipath_device_paths_active", .gauge, help: "How many of the paths work.", labels: labels)
        let failedPaths = MetricFamily(
            "node_dmmultipath_device_paths_failed", .gauge, help: "How many of the paths do not work.", labels: labels)
        let pathState = MetricFamily(
            "node_dmmultipath_path_state", .gauge, help: "The state of a path's own disk, as a label.",
            labels: ["device", "path", "state"])
    }

    private struct Device {
        let info: Series?
        let active: Series?
        let paths: Series?
        let activePaths: Series?
        let failedPaths: Series?
        let suspended: NumberFile?
        let size: NumberFile?

        var series: Set<Series> {
            Set([info, active, paths, activePaths, failedPaths, size?.series].compactMap { $0 })
        }
    }

    private let families: Families
    private let name: String
    private let directory: String
    private let blockRoot: String
    private let identity: AttributeTexts
    private var device: Device?
    private var paths: DeviceRows<InfoSeries>

    init(_ families: Families, name: String, blockRoot: String) {
        self.families = families
        self.name = name
        self.blockRoot = blockRoot
        directory = "\(blockRoot)/\(name)"
        identity = AttributeTexts([directory + "/dm/uuid", directory + "/dm/name"])
        paths = Self.noPaths(directory)
    }

    var lateSeries: Set<Series> { paths.series.union(device?.series ?? []) }

    func give(_ output: inout CollectorOutput) throws(CollectorError) {
        if identity.refresh(output) {
            output.forget(lateSeries)
            paths = Self.noPaths(directory)
            device = makeDevice(&output)
        }
        guard let device else { return }
        output.append(device.info, 1)
        if let suspended = try device.suspended?.value(&output) { output.append(device.active, suspended == 1 ? 0 : 1) }
        try device.size?.give(&output)
        try givePaths(device, &output)
    }

    private func givePaths(_ device: Device, _ output: inout CollectorOutput) throws(CollectorError) {
        let label = identity.texts[1] ?? ""
        try paths.update(&output) { (path, _) throws(CollectorError) in
            InfoSeries(families.pathState, AttributeTexts(["\(blockRoot)/\(path)/device/state"])) {
                [label, path, $0[0] ?? ""]
            }
        }
        var activeCount = 0
        var count = 0
        try paths.forEach { path throws(CollectorError) in
            path.give(&output)
            count += 1
            // SCSI says running, NVMe live.
            if path.texts[0] == "running" || path.texts[0] == "live" { activeCount += 1 }
        }
        output.append(device.paths, Double(count))
        output.append(device.activePaths, Double(activeCount))
        output.append(device.failedPaths, Double(count - activeCount))
    }

    private func makeDevice(_ output: inout CollectorOutput) -> Device? {
        guard let uuid = identity.texts[0], uuid.hasPrefix("mpath-") else { return nil }
        let labels = [identity.texts[1] ?? "", name]
        return Device(
            info: output.series(families.info, labels + [uuid]), active: output.series(families.active, labels),
            paths: output.series(families.paths, labels), activePaths: output.series(families.activePaths, labels),
            failedPaths: output.series(families.failedPaths, labels),
            suspended: NumberFile(
                NumberFile.Kind(fileName: "dm/suspended", family: families.active), in: directory, labels, &output),
            size: NumberFile(
                NumberFile.Kind(fileName: "size", family: families.size, factor: 512), in: directory, labels, &output))
    }

    private static func noPaths(_ directory: String) -> DeviceRows<InfoSeries> {
        DeviceRows(directory + "/slaves") { path in path.series.map { [$0] } ?? [] }
    }
}
