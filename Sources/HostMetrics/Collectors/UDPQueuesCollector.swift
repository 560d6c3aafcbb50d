internal import LinuxSystem
internal import MetricModel

/// `udp_queues`: bytes that wait in the queues of all UDP sockets, from /proc/net/udp and udp6.
final class UDPQueuesCollector: HostCollector {
    struct Queues: Equatable {
        var transmit: UInt64 = 0
        var receive: UInt64 = 0
    }

    private let queues = MetricFamily(
        "node_udp_queues", .gauge, help: "Bytes that wait in the queues of the UDP sockets.",
        labels: ["queue", "ip"])
    private let files: [(version: String, file: KeptFile)]
    private var series: [[Series?]] = [[], []]

    init(_ settings: HostMetricsSettings) {
        let root = settings.roots.procfs + "/net/"
        files = [
            ("v4", KeptFile(root + "udp", ending: .roomForRecord(ofAtMost: 512))),
            ("v6", KeptFile(root + "udp6", ending: .roomForRecord(ofAtMost: 512))),
        ]
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        var isFound = false
        for (index, (version, file)) in files.enumerated() {
            guard let sums = try output.readIfPresent(file, Self.parse) else { continue }
            isFound = true
            if series[index].isEmpty { series[index] = ["tx", "rx"].map { output.series(queues, [$0, version]) } }
            output.append(series[index][0], Double(sums.transmit))
            output.append(series[index][1], Double(sums.receive))
        }
        if !isFound { _ = try output.read(files[0].file) }
    }

    /// A line of headings, then one for each socket, whose fifth column is `00000015:00000000`.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> Queues {
        var sums = Queues()
        var cursor = ByteCursor(bytes)
        cursor.skipLine()
        while !cursor.isAtEnd {
            for _ in 0..<4 { cursor.skipColumn() }
            cursor.skipSpaces()
            sums.transmit &+= try cursor.hexadecimalDigits()
            guard cursor.take(":") else { throw cursor.damage("a colon between two queues") }
            sums.receive &+= try cursor.hexadecimal()
            cursor.skipLine()
        }
        return sums
    }
}
