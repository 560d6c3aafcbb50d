internal import LinuxSystem
internal import MetricModel

/// `diskstats`: counters of the block devices from /proc/diskstats, and what udev and /sys know of them.
final class DiskstatsCollector: HostCollector {
    /// One device's line, its numbers in the kernel's units.
    struct Line {
        var major: UInt64
        var minor: UInt64
        var name: Range<Int>
        /// 11 on kernels before 4.18, 15 with discards, 17 with flushes (5.5).
        var valueCount = 0
        var values: [17 of UInt64] = .init(repeating: 0)
    }

    private let columns = DiskColumn.all
    private let filter: NameFilter
    private let blockRoot: String
    private let udevRoot: String
    private let descriptions = DiskDescriptionFamilies()
    private let file: KeptFile
    private var lines: [Line] = []
    /// Of each line, in their order; nil for a device that the filter leaves out.
    private var devices: [DiskRow?] = []
    private var rows = KeyedRows<DiskRow?>()

    init(_ settings: HostMetricsSettings) {
        filter = settings.diskDevices
        blockRoot = settings.roots.sysfs + "/block/"
        udevRoot = settings.roots.udevData
        file = KeptFile(settings.roots.procfs + "/diskstats", ending: .roomForRecord(ofAtMost: 1024))
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try DiskstatsCollector.parse(bytes, into: &lines) } catch {
            throw CollectorError(error, file.path)
        }
        // The rows are found before the buffer is used for other files.
        rows.begin()
        devices.removeAll(keepingCapacity: true)
        for line in lines {
            let key = UnsafeRawBufferPointer(rebasing: bytes[line.name])
            let index = rows.find(key, run: output.run) ?? rows.insert(key, makeRow(key, line), run: output.run)
            devices.append(rows[index])
        }
        for (line, row) in zip(lines, devices) {
            guard let row else { continue }
            row.describe(line.major, line.minor, descriptions, &output)
            row.give(line, columns, &output)
        }
        rows.forgetUnseen(&output) { $0?.allSeries ?? [] }
    }

    /// Lines of `254 0 vda 71529 25150 …`; those with fewer than 11 numbers are partitions of kernels before 2.6.25.
    static func parse(_ bytes: UnsafeRawBufferPointer, into lines: inout [Line]) throws(DamagedText) {
        lines.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            var line = Line(major: try cursor.unsigned(), minor: try cursor.unsigned(), name: cursor.column())
            guard !line.name.isEmpty else { throw cursor.damage("a device's name") }
            cursor.skipSpaces()
            while line.valueCount < 17, !cursor.isAtLineEnd {
                line.values[line.valueCount] = try cursor.unsigned()
                line.valueCount += 1
                cursor.skipSpaces()
            }
            cursor.skipLine()
            if line.valueCount >= 11 { lines.append(line) }
        }
    }

    private func makeRow(_ key: UnsafeRawBufferPointer, _ line: Line) -> DiskRow? {
        let device = String(decoding: key, as: UTF8.self)
        guard filter.admits(device) else { return nil }
        // /sys cannot have a slash in a name and shows an exclamation mark: `cciss!c0d0`.
        let directory = String(device.map { $0 == "/" ? "!" : $0 })
        return DiskRow(
            device: device, udevPath: "\(udevRoot)/b\(line.major):\(line.minor)",
            rotationalFile: KeptFile("\(blockRoot)\(directory)/queue/rotational", endsAtShortRead: true))
    }
}
