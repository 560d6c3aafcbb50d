internal import LinuxSystem
internal import MetricModel

/// What ZFS says of one pool: its state, its I/O (ZFS before 2.0) and its datasets.
final class ZFSPool {
    /// The families that all pools have together.
    final class Families {
        let io = FamilyTable("node_zfs_zpool_", .unknown, labels: ["zpool"])
        let datasets = FamilyTable("node_zfs_zpool_dataset_", .unknown, labels: ["zpool", "dataset"])
        let state = MetricFamily(
            "node_zfs_zpool_state", .gauge, help: "1 for the state that the pool is in.", labels: ["zpool", "state"])
    }

    private static let states: [StaticString] = [
        "ONLINE", "DEGRADED", "FAULTED", "OFFLINE", "REMOVED", "UNAVAIL", "SUSPENDED",
    ]

    private let name: String
    private let families: Families
    private let ioFile: KeptFile
    private let stateFile: KeptFile
    private var columns: [(name: Range<Int>, value: Double)] = []
    private var ioRows = FieldRows()
    private var stateSeries: [Series?] = []
    private var datasets: DeviceRows<ZFSKstat>

    init(_ name: String, _ families: Families, in directory: String) {
        self.name = name
        self.families = families
        ioFile = KeptFile("\(directory)/\(name)/io", endsAtShortRead: false)
        stateFile = KeptFile("\(directory)/\(name)/state", endsAtShortRead: true)
        datasets = DeviceRows("\(directory)/\(name)")
    }

    func give(_ output: inout CollectorOutput) throws(CollectorError) {
        try giveState(&output)
        try giveIO(&output)
        let (path, pool, families) = (datasets.path, name, families)
        try datasets.update(&output, end: { dataset, output in dataset.removeAll(&output) }) { file, _ in
            guard file.hasPrefix("objset-") else { return nil }
            return ZFSKstat("\(path)/\(file)", place: "the kernel's ZFS objset", families.datasets, [pool])
        }
        try datasets.forEach { dataset throws(CollectorError) in try dataset.give(&output) }
    }

    func removeAll(_ output: inout CollectorOutput) {
        output.forget(Set(stateSeries.compactMap { $0 }))
        ioRows.removeAll(&output)
        datasets.removeAll(&output) { dataset, output in dataset.removeAll(&output) }
    }

    private func giveState(_ output: inout CollectorOutput) throws(CollectorError) {
        guard let bytes = try output.readIfPresent(stateFile) else { return }
        if stateSeries.isEmpty {
            stateSeries = Self.states.map { output.series(families.state, [name, $0.description.lowercased()]) }
        }
        for (state, series) in zip(Self.states, stateSeries) {
            var cursor = ByteCursor(bytes)
            output.append(series, cursor.take(state) && cursor.isAtLineEnd ? 1 : 0)
        }
    }

    private func giveIO(_ output: inout CollectorOutput) throws(CollectorError) {
        ioRows.begin()
        if let bytes = try output.readIfPresent(ioFile) {
            do throws(DamagedText) { try Self.parseIO(bytes, into: &columns) } catch {
                throw CollectorError(error, ioFile.path)
            }
            for column in columns {
                ioRows.give(UnsafeRawBufferPointer(rebasing: bytes[column.name]), column.value, &output) { field in
                    (families.io.family(field, in: "the pool's I/O by ZFS"), [name])
                }
            }
        }
        ioRows.end(&output)
    }

    /// A line of numbers about the file itself, one of names, one of values.
    static func parseIO(
        _ bytes: UnsafeRawBufferPointer, into columns: inout [(name: Range<Int>, value: Double)]
    ) throws(DamagedText) {
        columns.removeAll(keepingCapacity: true)
        var names = ByteCursor(bytes)
        names.skipLine()
        var values = names
        values.skipLine()
        names.skipSpaces()
        while !names.isAtLineEnd {
            columns.append((names.column(), Double(try values.unsigned())))
            names.skipSpaces()
        }
    }
}
