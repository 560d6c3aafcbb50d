internal import LinuxSystem
internal import MetricModel

/// One mounted Btrfs filesystem.
final class BtrfsFilesystem {
    /// A block group type in a layout: `data` in `raid1`.
    private struct Layout {
        let files: [NumberFile]
        let mode: String
        let ratioSeries: Series?
    }

    private let families: BtrfsFamilies
    private let uuid: String
    private var info: InfoFiles
    private let numbers: [NumberFile]
    private let commitFile: KeptFile
    private var commits: NumberLines?
    private var devices: DeviceRows<NumberFile>
    private var layouts: [(group: String, rows: DeviceRows<Layout>)]

    init(_ families: BtrfsFamilies, _ name: String, in root: String, _ output: inout CollectorOutput) {
        let path = "\(root)/\(name)"
        self.families = families
        // The directory's name is what the devices say, which can be changed; kernels before 5.0 have that only.
        let uuid = (try? Files.readText(path + "/metadata_uuid")) ?? name
        self.uuid = uuid
        info = InfoFiles(families.information, [uuid], [.init(fileName: "label")], in: path)
        var numbers = [NumberFile]([families.reserve], in: path, [uuid], &output)
        layouts = []
        for group in ["data", "metadata", "system"] {
            numbers += [NumberFile]([families.reserved], in: "\(path)/allocation/\(group)", [uuid, group], &output)
            layouts.append((group, DeviceRows("\(path)/allocation/\(group)")))
        }
        self.numbers = numbers
        commitFile = KeptFile(path + "/commit_stats", endsAtShortRead: true)
        if Files.exists(path + "/commit_stats") { commits = NumberLines(families.commits, [uuid], &output) }
        devices = DeviceRows(path + "/devices")
    }

    func give(_ output: inout CollectorOutput) throws(CollectorError) {
        info.give(&output)
        try numbers.give(&output)
        if commits != nil, let bytes = try output.readIfPresent(commitFile) {
            do throws(DamagedText) { try commits?.parse(bytes) } catch { throw CollectorError(error, commitFile.path) }
            commits?.give(&output)
        }
        try giveDevices(&output)
        for index in layouts.indices { try giveLayouts(index, &output) }
    }

    /// Gives back what was asked for after the filesystem was found.
    func removeAll(_ output: inout CollectorOutput) {
        info.forget(&output)
        devices.removeAll(&output)
        for index in layouts.indices { layouts[index].rows.removeAll(&output) }
    }

    private func giveDevices(_ output: inout CollectorOutput) throws(CollectorError) {
        let (path, kind, uuid) = (devices.path, families.device, uuid)
        try devices.update(&output) { name, output in
            NumberFile(kind, in: "\(path)/\(name)", [uuid, name], &output)
        }
        try devices.forEach { file throws(CollectorError) in try file.give(&output) }
    }

    private func giveLayouts(_ index: Int, _ output: inout CollectorOutput) throws(CollectorError) {
        let (path, group, families, uuid) = (layouts[index].rows.path, layouts[index].group, families, uuid)
        try layouts[index].rows.update(&output) { mode, output in
            // Beside the layouts there are the files of the group.
            guard Files.isDirectory("\(path)/\(mode)") else { return nil }
            let labels = [uuid, group, mode]
            return Layout(
                files: [NumberFile](families.layout, in: "\(path)/\(mode)", labels, &output), mode: mode,
                ratioSeries: output.series(families.ratio, labels))
        }
        let deviceCount = devices.count
        try layouts[index].rows.forEach { layout throws(CollectorError) in
            try layout.files.give(&output)
            output.append(layout.ratioSeries, Self.ratio(layout.mode, deviceCount: deviceCount))
        }
    }

    /// Bytes on devices for each byte kept; 0 for a layout that is not known here.
    static func ratio(_ mode: String, deviceCount: Int) -> Double {
        let count = Double(deviceCount)
        return switch mode {
        case "single", "raid0": 1
        case "dup", "raid1", "raid10": 2
        case "raid1c3": 3
        case "raid1c4": 4
        case "raid5": count / (count - 1)
        case "raid6": count / (count - 2)
        default: 0
        }
    }
}
