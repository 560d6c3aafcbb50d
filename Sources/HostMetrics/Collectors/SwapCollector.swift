internal import LinuxSystem
internal import MetricModel

/// `swap`: size and use of each swap device and file, from /proc/swaps.
final class SwapCollector: HostCollector {
    struct Line: Equatable {
        let device: Range<Int>
        let type: Range<Int>
        let sizeKiB: UInt64
        let usedKiB: UInt64
        let priority: Int64
    }

    private let families = [
        MetricFamily(
            "node_swap_size_bytes", .gauge, help: "The size of the swap device or file.", unit: "bytes",
            labels: ["device", "swap_type"]),
        MetricFamily(
            "node_swap_used_bytes", .gauge, help: "How much of it is used.", unit: "bytes",
            labels: ["device", "swap_type"]),
        MetricFamily(
            "node_swap_priority", .gauge, help: "Its priority: the highest is used first.",
            labels: ["device", "swap_type"]),
    ]
    private let file: KeptFile
    private var lines: [Line] = []
    private var rows = KeyedRows<[Series?]>()

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/swaps", endsAtShortRead: false)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try Self.parse(bytes, into: &lines) } catch { throw CollectorError(error, file.path) }
        rows.begin()
        for line in lines {
            let key = UnsafeRawBufferPointer(rebasing: bytes[line.device.lowerBound..<line.type.upperBound])
            let row = rows.find(key, run: output.run) ?? add(line, key, bytes, &output)
            output.append(rows[row][0], Double(line.sizeKiB) * 1024)
            output.append(rows[row][1], Double(line.usedKiB) * 1024)
            output.append(rows[row][2], Double(line.priority))
        }
        rows.forgetUnseen(&output) { $0 }
    }

    /// A line of headings, then `/dev/zram0  partition  8388604  76  100`. Spaces in names are written `\040`.
    static func parse(_ bytes: UnsafeRawBufferPointer, into lines: inout [Line]) throws(DamagedText) {
        lines.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        guard cursor.take("Filename") else { throw cursor.damage("the headings of the swap devices") }
        cursor.skipLine()
        while !cursor.isAtEnd {
            let device = cursor.column()
            let type = cursor.column()
            guard !type.isEmpty else { throw cursor.damage("a swap device and its type") }
            lines.append(
                Line(
                    device: device, type: type, sizeKiB: try cursor.unsigned(), usedKiB: try cursor.unsigned(),
                    priority: try cursor.signed()))
            cursor.skipLine()
        }
    }

    private func add(
        _ line: Line, _ key: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer, _ output: inout CollectorOutput
    ) -> Int {
        let labels = [line.device, line.type].map { String(decoding: bytes[$0], as: UTF8.self) }
        return rows.insert(key, families.map { output.series($0, labels) }, run: output.run)
    }
}
