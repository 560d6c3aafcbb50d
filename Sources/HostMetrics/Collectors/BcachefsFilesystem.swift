internal import LinuxSystem
internal import MetricModel

/// One mounted bcachefs filesystem.
final class BcachefsFilesystem {
    private struct Counter {
        let file: KeptFile
        let series: Series?
    }

    /// A file of named numbers and the metrics of its one or two columns.
    private struct Table {
        let file: KeptFile
        let form: BcachefsTexts.Form
        let families: [MetricFamily]
        var rows: [FieldRows]
    }

    private let families: BcachefsFamilies
    private let uuid: String
    private let infoSeries: Series?
    private let numbers: [NumberFile]
    private var tables: [Table]
    private var counters: DeviceRows<Counter>
    private var devices: DeviceRows<BcachefsDevice>
    private var rows: [BcachefsTexts.Row] = []

    init(_ families: BcachefsFamilies, _ uuid: String, in root: String, _ output: inout CollectorOutput) {
        let path = "\(root)/\(uuid)"
        self.families = families
        self.uuid = uuid
        infoSeries = output.series(families.information, [uuid])
        numbers = [NumberFile]([families.cacheSize], in: path, [uuid], &output)
        tables = [
            ("compression_stats", BcachefsTexts.Form.compression, [families.compressed, families.uncompressed]),
            ("errors", .errors, [families.errors]),
            ("btree_write_stats", .writes, [families.writes, families.writeSize]),
        ].map { name, form, columns in
            Table(
                file: KeptFile("\(path)/\(name)", endsAtShortRead: true), form: form, families: columns,
                rows: columns.map { _ in FieldRows() })
        }
        counters = DeviceRows(path + "/counters")
        devices = DeviceRows(path)
    }

    func give(_ output: inout CollectorOutput) throws(CollectorError) {
        output.append(infoSeries, 1)
        try numbers.give(&output)
        for index in tables.indices { try giveTable(index, &output) }
        try giveCounters(&output)
        let (path, uuid, families) = (devices.path, uuid, families)
        try devices.update(&output, end: { device, output in device.removeAll(&output) }) { name, output in
            guard name.hasPrefix("dev-") else { return nil }
            return BcachefsDevice(families, [uuid, String(name.dropFirst(4))], "\(path)/\(name)", &output)
        }
        try devices.forEach { device throws(CollectorError) in try device.give(&output) }
    }

    /// Gives back what was asked for after the filesystem was found.
    func removeAll(_ output: inout CollectorOutput) {
        for table in tables.indices {
            for column in tables[table].rows.indices { tables[table].rows[column].removeAll(&output) }
        }
        counters.removeAll(&output)
        devices.removeAll(&output) { device, output in device.removeAll(&output) }
    }

    private func giveTable(_ index: Int, _ output: inout CollectorOutput) throws(CollectorError) {
        let (file, uuid) = (tables[index].file, uuid)
        guard let bytes = try output.readIfPresent(file) else { return }
        do throws(DamagedText) { try BcachefsTexts.parse(bytes, tables[index].form, into: &rows) } catch {
            throw CollectorError(error, file.path)
        }
        for (column, family) in tables[index].families.enumerated() {
            tables[index].rows[column].begin()
            for row in rows {
                let name = UnsafeRawBufferPointer(rebasing: bytes[row.name])
                tables[index].rows[column].give(name, column == 0 ? row.first : row.second, &output) {
                    (family, [uuid, $0])
                }
            }
            tables[index].rows[column].end(&output)
        }
    }

    private func giveCounters(_ output: inout CollectorOutput) throws(CollectorError) {
        let (path, uuid, families) = (counters.path, uuid, families)
        try counters.update(&output) { name, output in
            Counter(
                file: KeptFile("\(path)/\(name)", endsAtShortRead: true),
                series: output.series(families.counters.family(name, in: "the filesystem's counters"), [uuid]))
        }
        try counters.forEach { counter throws(CollectorError) in
            guard let bytes = try output.readIfPresent(counter.file) else { return }
            do throws(DamagedText) {
                output.append(counter.series, try BcachefsTexts.parseCounter(bytes))
            } catch { throw CollectorError(error, counter.file.path) }
        }
    }
}
