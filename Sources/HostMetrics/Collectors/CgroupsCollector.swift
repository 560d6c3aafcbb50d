internal import LinuxSystem
internal import MetricModel

/// `cgroups`: how many groups each controller has, from /proc/cgroups.
final class CgroupsCollector: HostCollector {
    struct Line: Equatable {
        let name: Range<Int>
        let count: UInt64
        let isEnabled: UInt64
    }

    private struct Row {
        let count: Series?
        let enabled: Series?
    }

    private let count = MetricFamily(
        "node_cgroups_cgroups", .gauge, help: "How many control groups the controller has.", labels: ["subsys_name"])
    private let enabled = MetricFamily(
        "node_cgroups_enabled", .gauge, help: "1 when the controller is enabled.", labels: ["subsys_name"])
    private let file: KeptFile
    private var lines: [Line] = []
    private var rows = KeyedRows<Row>()

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/cgroups", endsAtShortRead: false)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try Self.parse(bytes, into: &lines) } catch { throw CollectorError(error, file.path) }
        rows.begin()
        for line in lines {
            let key = UnsafeRawBufferPointer(rebasing: bytes[line.name])
            let index = rows.find(key, run: output.run) ?? rows.insert(key, makeRow(key, &output), run: output.run)
            output.append(rows[index].count, Double(line.count))
            output.append(rows[index].enabled, Double(line.isEnabled))
        }
        rows.forgetUnseen(&output) { [$0.count, $0.enabled] }
    }

    /// A line of headings that begins with `#`, then `memory 7 234 1`: hierarchy, groups, whether it is enabled.
    static func parse(_ bytes: UnsafeRawBufferPointer, into lines: inout [Line]) throws(DamagedText) {
        lines.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            if !cursor.take("#") {
                let name = cursor.column()
                guard !name.isEmpty else { throw cursor.damage("a controller's name") }
                _ = try cursor.unsigned()
                lines.append(Line(name: name, count: try cursor.unsigned(), isEnabled: try cursor.unsigned()))
            }
            cursor.skipLine()
        }
    }

    private func makeRow(_ key: UnsafeRawBufferPointer, _ output: inout CollectorOutput) -> Row {
        let name = String(decoding: key, as: UTF8.self)
        return Row(count: output.series(count, [name]), enabled: output.series(enabled, [name]))
    }
}
