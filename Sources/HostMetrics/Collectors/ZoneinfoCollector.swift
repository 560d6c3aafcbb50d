internal import LinuxSystem
internal import MetricModel

/// `zoneinfo`: pages of each zone of memory, from /proc/zoneinfo.
final class ZoneinfoCollector: HostCollector {
    private struct Zone {
        let labels: [String]
        var fields = FieldRows()
        var protections: [Series?] = []
    }

    private let families = ZoneinfoFamilies()
    private let file: KeptFile
    private var text = ZoneinfoText()
    private var zones = KeyedRows<Zone>()

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/zoneinfo", endsAtShortRead: false)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try text.parse(bytes) } catch { throw CollectorError(error, file.path) }
        zones.begin()
        for block in text.blocks {
            let key = UnsafeRawBufferPointer(rebasing: bytes[block.key])
            let row = zones.find(key, run: output.run) ?? add(block, key, bytes, &output)
            give(block, row, bytes, &output)
        }
        var ended: [Zone] = []
        zones.removeUnseen(run: output.run) { ended.append($0) }
        for var zone in ended {
            zone.fields.removeAll(&output)
            output.forget(Set(zone.protections.compactMap { $0 }))
        }
    }

    private func give(
        _ block: ZoneinfoText.Block, _ row: Int, _ bytes: UnsafeRawBufferPointer, _ output: inout CollectorOutput
    ) {
        let labels = zones[row].labels
        zones[row].fields.begin()
        for field in text.fields[block.fields] {
            zones[row].fields.give(UnsafeRawBufferPointer(rebasing: bytes[field.name]), field.value, &output) { name in
                families.family(name).map { ($0, labels) }
            }
        }
        zones[row].fields.end(&output)
        while zones[row].protections.count < block.protections.count {
            let family = families.protection(zones[row].protections.count)
            zones[row].protections.append(output.series(family, labels))
        }
        for (series, value) in zip(zones[row].protections, text.protections[block.protections]) {
            output.append(series, value)
        }
    }

    private func add(
        _ block: ZoneinfoText.Block, _ key: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer,
        _ output: inout CollectorOutput
    ) -> Int {
        let labels = [block.node, block.zone].map { String(decoding: bytes[$0], as: UTF8.self) }
        return zones.insert(key, Zone(labels: labels), run: output.run)
    }
}
