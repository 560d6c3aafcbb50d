internal import LinuxSystem
internal import MetricModel

/// `softnet`: what each processor did with received packets, from /proc/net/softnet_stat.
final class SoftnetCollector: HostCollector {
    /// One processor's line: as many of its columns as the kernel has.
    struct Line {
        var columnCount = 0
        var columns: [15 of UInt64] = .init(repeating: 0)
    }

    /// The columns that are given. The processor's number came with Linux 5.10 at the latest, behind the backlog's length.
    private static let columns: [(index: Int, family: MetricFamily)] = [
        (0, family("processed_total", .counter, "Packets processed.")),
        (1, family("dropped_total", .counter, "Packets dropped because the processor's queue was full.")),
        (2, family("times_squeezed_total", .counter, "How often the budget ended with packets left to process.")),
        (8, family("cpu_collision_total", .counter, "Collisions while the lock of a sending device was taken.")),
        (9, family("received_rps_total", .counter, "How often another processor woke this one for packets.")),
        (10, family("flow_limit_count_total", .counter, "How often a flow was limited.")),
        (11, family("backlog_len", .gauge, "Packets that wait in the processor's queue.")),
    ]
    private static let numberColumn = 12
    private static let leastColumnCount = 9

    private static func family(_ name: String, _ type: MetricType, _ help: String) -> MetricFamily {
        MetricFamily("node_softnet_\(name)", type, help: help, labels: ["cpu"])
    }

    private let families = columns.map(\.family)
    private let file: KeptFile
    private var numbers: [Int] = []
    private var lines: [Line] = []
    private var rows = NumberedRows()

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/net/softnet_stat", ending: .roomForRecord(ofAtMost: 512))
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try Self.parse(bytes, into: &numbers, &lines) } catch {
            throw CollectorError(error, file.path)
        }
        rows.update(numbers, families, &output)
        for (row, line) in lines.enumerated() {
            let series = rows[row]
            for (index, column) in Self.columns.enumerated() where column.index < line.columnCount {
                output.append(series[index], Double(line.columns[column.index]))
            }
        }
    }

    /// Lines of hexadecimal columns, one for each processor that is online.
    static func parse(
        _ bytes: UnsafeRawBufferPointer, into numbers: inout [Int], _ lines: inout [Line]
    ) throws(DamagedText) {
        numbers.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            let start = cursor.offset
            var line = Line()
            while line.columnCount < 15, !cursor.isLineDone() {
                line.columns[line.columnCount] = try cursor.hexadecimal()
                line.columnCount += 1
            }
            guard line.columnCount >= leastColumnCount else { throw cursor.damage("at least 9 columns") }
            let number = line.columnCount > numberColumn ? Int(clamping: line.columns[numberColumn]) : numbers.count
            guard number <= ByteCursor.highestProcessor, number > numbers.last ?? -1 else {
                throw DamagedText(byteOffset: start, expected: "processors in rising order")
            }
            numbers.append(number)
            lines.append(line)
            cursor.skipLine()
        }
    }
}
