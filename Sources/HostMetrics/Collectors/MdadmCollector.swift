internal import LinuxSystem
internal import MetricModel

/// `mdadm`: software RAID, from /proc/mdstat and /sys/block/md*/md.
final class MdadmCollector: HostCollector {
    private struct Row {
        let disks: [Series?]
        let required: Series?
        let states: [Series?]
        let blocks: Series?
        let synced: Series?

        var all: [Series?] { disks + [required] + states + [blocks, synced] }
    }

    /// In the order of their series.
    private static let states: [(state: MDStatus.State, name: String)] = [
        (.active, "active"), (.inactive, "inactive"), (.recovering, "recovering"), (.resync, "resync"),
        (.check, "check"),
    ]
    private let disks = MetricFamily(
        "node_md_disks", .gauge, help: "The array's disks by state.", labels: ["device", "state"])
    private let required = MetricFamily(
        "node_md_disks_required", .gauge, help: "How many disks the array has when it is whole.", labels: ["device"])
    private let state = MetricFamily(
        "node_md_state", .gauge, help: "1 for the state that the array is in, 0 for the others.",
        labels: ["device", "state"])
    private let blocks = MetricFamily(
        "node_md_blocks", .gauge, help: "The array's size in blocks of 1 KiB.", labels: ["device"])
    private let synced = MetricFamily(
        "node_md_blocks_synced", .gauge, help: "How many of the blocks are the same on all disks.", labels: ["device"])
    private let file: KeptFile
    private var status = MDStatus()
    private var rows = KeyedRows<Row>()
    private let families = MDRaid.Families()
    private var raids: DeviceRows<MDRaid>

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/mdstat", endsAtShortRead: false)
        raids = DeviceRows(settings.roots.sysfs + "/block")
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try status.parse(bytes) } catch { throw CollectorError(error, file.path) }
        rows.begin()
        for array in status.arrays {
            let key = UnsafeRawBufferPointer(rebasing: bytes[array.name])
            let index = rows.find(key, run: output.run) ?? rows.insert(key, makeRow(key, &output), run: output.run)
            give(array, rows[index], &output)
        }
        rows.forgetUnseen(&output) { $0.all }
        try giveRaids(&output)
    }

    private func give(_ array: MDStatus.Array, _ row: Row, _ output: inout CollectorOutput) {
        output.append(row.required, Double(array.requiredDisks))
        output.append(row.disks[0], Double(array.activeDisks))
        output.append(row.disks[1], Double(array.failedDisks))
        output.append(row.disks[2], Double(array.spareDisks))
        for (series, state) in zip(row.states, Self.states) {
            output.append(series, state.state == array.state ? 1 : 0)
        }
        output.append(row.blocks, Double(array.blocks))
        output.append(row.synced, Double(array.syncedBlocks))
    }

    private func makeRow(_ key: UnsafeRawBufferPointer, _ output: inout CollectorOutput) -> Row {
        let device = String(decoding: key, as: UTF8.self)
        return Row(
            disks: ["active", "failed", "spare"].map { output.series(disks, [device, $0]) },
            required: output.series(required, [device]),
            states: Self.states.map { output.series(state, [device, $0.name]) },
            blocks: output.series(blocks, [device]), synced: output.series(synced, [device]))
    }

    private func giveRaids(_ output: inout CollectorOutput) throws(CollectorError) {
        let path = raids.path
        try raids.update(&output) { (name, output) throws(CollectorError) in
            guard name.hasPrefix("md"), Files.isDirectory("\(path)/\(name)/md") else { return nil }
            return MDRaid(families, device: name, "\(path)/\(name)/md", &output)
        }
        try raids.forEach { raid throws(CollectorError) in try raid.give(&output) }
    }
}
