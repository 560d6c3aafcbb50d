internal import LinuxSystem
internal import MetricModel

/// `conntrack`: the table of tracked connections, and what became of look-ups and packets, from
/// /proc/sys/net/netfilter and /proc/net/stat/nf_conntrack.
///
/// Where connections are not tracked there are no such files; the collector then fails, as node_exporter's does. Kernels
/// without CONFIG_NF_CONNTRACK_PROCFS have the table's sizes only.
final class ConntrackCollector: HostCollector {
    private let entries = MetricFamily(
        "node_nf_conntrack_entries", .gauge, help: "Connections that are tracked now.")
    private let limit = MetricFamily(
        "node_nf_conntrack_entries_limit", .gauge, help: "How many connections can be tracked at once.")
    /// The columns of the statistics file that are given, in rising order.
    private static let columns: [(index: Int, family: MetricFamily)] = [
        (2, stat("found", "Look-ups that found their connection.")),
        (4, stat("invalid", "Packets that belong to no connection and can start none.")),
        (5, stat("ignore", "Packets that were not tracked or already had a connection.")),
        (8, stat("insert", "Connections put into the table.")),
        (9, stat("insert_failed", "Connections that could not be put into the table, as when they were there.")),
        (10, stat("drop", "Packets dropped because they could not be tracked.")),
        (11, stat("early_drop", "Connections thrown out of the full table for a new one.")),
        (16, stat("search_restart", "Look-ups begun again because the table was resized meanwhile.")),
    ]
    /// From here on a column may be missing.
    private static let leastColumnCount = 16

    private static func stat(_ name: String, _ help: String) -> MetricFamily {
        MetricFamily("node_nf_conntrack_stat_\(name)", .gauge, help: help)
    }

    private let countFile: KeptFile
    private let limitFile: KeptFile
    private let statisticsFile: KeptFile
    private var series: [Series?] = []

    init(_ settings: HostMetricsSettings) {
        let procfs = settings.roots.procfs
        countFile = KeptFile(procfs + "/sys/net/netfilter/nf_conntrack_count", endsAtShortRead: true)
        limitFile = KeptFile(procfs + "/sys/net/netfilter/nf_conntrack_max", endsAtShortRead: true)
        statisticsFile = KeptFile(procfs + "/net/stat/nf_conntrack", ending: .roomForRecord(ofAtMost: 1024))
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let count = try output.readNumber(countFile)
        let limit = try output.readNumber(limitFile)
        if series.isEmpty {
            series = ([entries, self.limit] + Self.columns.map(\.family)).map { output.series($0) }
        }
        output.append(series[0], Double(count))
        output.append(series[1], Double(limit))
        let sums = try output.read(statisticsFile, Self.parse)
        for (index, column) in Self.columns.enumerated() where column.index < sums.columnCount {
            output.append(series[index + 2], Double(sums.values[column.index]))
        }
    }

    /// The sums of the columns over all processors.
    struct Sums {
        var values: [17 of UInt64] = .init(repeating: 0)
        var columnCount = 17
    }

    /// A line of headings, then one of hexadecimal numbers for each processor; the first kernels had 16.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> Sums {
        var cursor = ByteCursor(bytes)
        guard cursor.take("entries") else { throw cursor.damage("the headings of the statistics") }
        cursor.skipLine()
        var sums = Sums()
        while !cursor.isAtEnd {
            var column = 0
            while column < 17, !cursor.isLineDone() {
                sums.values[column] &+= try cursor.hexadecimal()
                column += 1
            }
            guard column >= leastColumnCount else { throw cursor.damage("16 or 17 columns") }
            sums.columnCount = min(sums.columnCount, column)
            cursor.skipLine()
        }
        return sums
    }
}
