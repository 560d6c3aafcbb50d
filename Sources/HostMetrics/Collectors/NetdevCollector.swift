internal import LinuxSystem
internal import MetricModel

/// `netdev`: counters of the network interfaces from /proc/net/dev, and of packets nobody took from /sys.
///
/// node_exporter asks the same numbers by netlink; the files give them without a socket family that hardened units do
/// not allow, and from another mounted tree too. The kernel adds the same counters up for `drop`, `frame` and `carrier`
/// here as node_exporter does there.
final class NetdevCollector: HostCollector {
    /// One interface's line: receive bytes, packets, errs, drop, fifo, frame, compressed, multicast; transmit bytes,
    /// packets, errs, drop, fifo, colls, carrier, compressed.
    struct Line {
        var name: Range<Int>
        var values: [16 of UInt64] = .init(repeating: 0)
    }

    private struct Row {
        /// Nil for an interface that the filter leaves out.
        let series: [Series?]?
        let unhandledSeries: Series?
        let unhandledFile: KeptFile?
    }

    private static let columns: [(name: String, help: String)] = [
        ("receive_bytes", "Bytes received."), ("receive_packets", "Packets received."),
        ("receive_errs", "Packets received with an error."),
        ("receive_drop", "Received packets dropped for want of room or missed by the device."),
        ("receive_fifo", "Overruns of the receive queue."), ("receive_frame", "Received frames that were misaligned."),
        ("receive_compressed", "Compressed packets received."), ("receive_multicast", "Multicast packets received."),
        ("transmit_bytes", "Bytes sent."), ("transmit_packets", "Packets sent."),
        ("transmit_errs", "Packets that could not be sent."), ("transmit_drop", "Packets dropped before sending."),
        ("transmit_fifo", "Underruns of the send queue."), ("transmit_colls", "Collisions while sending."),
        ("transmit_carrier", "Packets lost with the carrier."), ("transmit_compressed", "Compressed packets sent."),
    ]

    private let families = columns.map { column in
        MetricFamily("node_network_\(column.name)_total", .counter, help: column.help, labels: ["device"])
    }
    private let unhandled = MetricFamily(
        "node_network_receive_nohandler_total", .counter, help: "Received packets that nothing in the host took.",
        labels: ["device"])
    private let filter: NameFilter
    private let classRoot: String
    private let file: KeptFile
    private var lines: [Line] = []
    private var indexes: [Int] = []
    private var rows = KeyedRows<Row>()

    init(_ settings: HostMetricsSettings) {
        filter = settings.networkDevices
        classRoot = settings.roots.sysfs + "/class/net/"
        file = KeptFile(settings.roots.procfs + "/net/dev", ending: .roomForRecord(ofAtMost: 1024))
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try NetdevCollector.parse(bytes, into: &lines) } catch {
            throw CollectorError(error, file.path)
        }
        // The rows are found before the buffer is used for other files.
        rows.begin()
        indexes.removeAll(keepingCapacity: true)
        for line in lines {
            let key = UnsafeRawBufferPointer(rebasing: bytes[line.name])
            indexes.append(rows.find(key, run: output.run) ?? rows.insert(key, makeRow(key, &output), run: output.run))
        }
        for (line, index) in zip(lines, indexes) { try give(line, rows[index], &output) }
        rows.forgetUnseen(&output) { ($0.series ?? []) + [$0.unhandledSeries] }
    }

    /// Two lines of headings, then `  eth0: 79966010 1493 …`; old kernels have no space behind the colon.
    static func parse(_ bytes: UnsafeRawBufferPointer, into lines: inout [Line]) throws(DamagedText) {
        lines.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        cursor.skipLine()
        cursor.skipLine()
        while !cursor.isAtEnd {
            cursor.skipSpaces()
            let rest = cursor.restOfLine
            guard let colon = bytes[rest].lastIndex(of: UInt8(ascii: ":")), colon > rest.lowerBound else {
                throw cursor.damage("an interface's name and a colon")
            }
            var numbers = ByteCursor(bytes, from: colon + 1, to: rest.upperBound)
            var line = Line(name: rest.lowerBound..<colon)
            for column in 0..<16 { line.values[column] = try numbers.unsigned() }
            lines.append(line)
            cursor.skipLine()
        }
    }

    private func give(_ line: Line, _ row: Row, _ output: inout CollectorOutput) throws(CollectorError) {
        guard let series = row.series else { return }
        for column in 0..<16 { output.append(series[column], Double(line.values[column])) }
        // Kernels before 4.6 have no such file, and the /sys of another network namespace not this interface.
        guard let file = row.unhandledFile, let bytes = try output.readIfPresent(file) else { return }
        var cursor = ByteCursor(bytes)
        do throws(DamagedText) { output.append(row.unhandledSeries, Double(try cursor.unsigned())) } catch {
            throw CollectorError(error, file.path)
        }
    }

    private func makeRow(_ key: UnsafeRawBufferPointer, _ output: inout CollectorOutput) -> Row {
        let device = String(decoding: key, as: UTF8.self)
        guard filter.admits(device) else { return Row(series: nil, unhandledSeries: nil, unhandledFile: nil) }
        let path = classRoot + device + "/statistics/rx_nohandler"
        let hasUnhandled = Files.exists(path)
        return Row(
            series: families.map { output.series($0, [device]) },
            unhandledSeries: hasUnhandled ? output.series(unhandled, [device]) : nil,
            unhandledFile: hasUnhandled ? KeptFile(path, endsAtShortRead: true) : nil)
    }
}
