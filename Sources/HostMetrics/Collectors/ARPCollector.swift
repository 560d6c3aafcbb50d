internal import LinuxSystem
internal import MetricModel

/// `arp`: how many neighbours each interface knows, from /proc/net/arp.
///
/// node_exporter asks by netlink by default; the file leaves out the same neighbours (those that need no ARP) and needs
/// no socket.
final class ARPCollector: HostCollector {
    private struct Row {
        /// Whether the filter admits the device.
        let isWanted: Bool
        let series: Series?
        var count = 0
    }

    private let entries = MetricFamily(
        "node_arp_entries", .gauge, help: "Neighbours in the ARP table, by interface.", labels: ["device"])
    private let filter: NameFilter
    private let file: KeptFile
    private var devices: [Range<Int>] = []
    private var rows = KeyedRows<Row>()

    init(_ settings: HostMetricsSettings) {
        filter = settings.arpDevices
        file = KeptFile(settings.roots.procfs + "/net/arp", ending: .roomForRecord(ofAtMost: 512))
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try Self.parse(bytes, into: &devices) } catch {
            throw CollectorError(error, file.path)
        }
        rows.begin()
        for index in 0..<rows.count { rows[index].count = 0 }
        for device in devices {
            let key = UnsafeRawBufferPointer(rebasing: bytes[device])
            let row = rows.find(key, run: output.run) ?? add(key, &output)
            rows[row].count += 1
        }
        rows.forgetUnseen(&output) { [$0.series] }
        for entry in rows.entries where entry.row.isWanted { output.append(entry.row.series, Double(entry.row.count)) }
    }

    /// A line of headings, then `192.168.1.1  0x1  0x2  dc:a6:32:00:00:01  *  eth0`: the last column of each.
    static func parse(_ bytes: UnsafeRawBufferPointer, into devices: inout [Range<Int>]) throws(DamagedText) {
        devices.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        guard cursor.take("IP address") else { throw cursor.damage("the headings of the ARP table") }
        cursor.skipLine()
        while !cursor.isAtEnd {
            for _ in 0..<5 { cursor.skipColumn() }
            let device = cursor.column()
            guard !device.isEmpty, cursor.isLineDone() else { throw cursor.damage("six columns") }
            cursor.skipLine()
            devices.append(device)
        }
    }

    private func add(_ key: UnsafeRawBufferPointer, _ output: inout CollectorOutput) -> Int {
        let device = String(decoding: key, as: UTF8.self)
        let isWanted = filter.admits(device)
        let row = Row(isWanted: isWanted, series: isWanted ? output.series(entries, [device]) : nil)
        return rows.insert(key, row, run: output.run)
    }
}
