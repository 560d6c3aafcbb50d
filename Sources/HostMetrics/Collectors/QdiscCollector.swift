internal import LinuxSystem
internal import MetricModel

/// `qdisc`: what the queueing disciplines at the roots of the interfaces have sent and dropped, by netlink.
final class QdiscCollector: HostCollector {
    private static let families = [
        family("bytes_total", .counter, "Bytes sent."), family("packets_total", .counter, "Packets sent."),
        family("drops_total", .counter, "Packets dropped."),
        family("requeues_total", .counter, "Packets that the device did not take and that were queued again."),
        family("overlimits_total", .counter, "How often sending had to wait for a limit."),
        family("current_queue_length", .gauge, "Packets that wait to be sent."),
        family("backlog", .gauge, "Bytes that wait to be sent."),
    ]

    private let source: NetlinkSource
    private let filter: NameFilter
    private var links = NetworkLinks()
    /// Nil for an interface that the filter leaves out.
    private var rows = KeyedRows<[Series?]?>()
    private var key: [UInt8] = []

    init(_ settings: HostMetricsSettings) {
        source = NetlinkSource(.route, settings.roots)
        filter = settings.queueingDevices
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        try source.ask(NetworkLinks.request, output) { answer throws(DamagedText) in try links.update(answer) }
        let answer = try source.ask(QueueingDiscipline.request, output)
        do throws(DamagedText) {
            // Once to see whether it is whole, and then to give it.
            try QueueingDiscipline.parse(answer) { _ in }
            rows.begin()
            try QueueingDiscipline.parse(answer) { discipline in give(discipline, &output) }
        } catch { throw CollectorError(error, QueueingDiscipline.request.name) }
        rows.forgetUnseen(&output) { $0 ?? [] }
    }

    /// An interface has one at its root, two only while they are changed.
    private func give(_ discipline: QueueingDiscipline, _ output: inout CollectorOutput) {
        // Nil for an interface that has come since the names were asked for.
        guard let name = links.name(of: discipline.interface) else { return }
        key.removeAll(keepingCapacity: true)
        key.append(contentsOf: name)
        key.append(0)
        key.append(contentsOf: discipline.kind.name)
        key.withUnsafeBytes { key in
            let index: Int
            if let known = rows.place(of: key) {
                if rows.isSeen(known, run: output.run) { return }
                index = rows.mark(known, output.run)
            } else {
                index = rows.insert(key, makeRow(name, discipline.kind.text, &output), run: output.run)
            }
            guard let series = rows[index] else { return }
            for number in series.indices {
                if let value = discipline.values[number] { output.append(series[number], Double(value)) }
            }
        }
    }

    private func makeRow(_ name: [UInt8], _ kind: String, _ output: inout CollectorOutput) -> [Series?]? {
        let device = String(decoding: name, as: UTF8.self)
        guard filter.admits(device) else { return nil }
        return Self.families.map { output.series($0, [device, kind]) }
    }

    private static func family(_ name: String, _ type: MetricType, _ help: String) -> MetricFamily {
        MetricFamily("node_qdisc_" + name, type, help: help, labels: ["device", "kind"])
    }
}
