internal import LinuxSystem
internal import MetricModel

/// `tcpstat`: TCP connections by state, and what waits in their queues, from /proc/net/tcp and tcp6.
///
/// node_exporter asks by netlink, which gives the most connections that may wait as the bytes to send of a socket that
/// listens; here those are what they are called.
final class TCPStatCollector: HostCollector {
    struct Totals: Equatable {
        /// By the kernel's number of the state.
        var states: [16 of Int] = .init(repeating: 0)
        var transmit: UInt64 = 0
        var receive: UInt64 = 0
        var socketCount = 0

        static func == (left: Totals, right: Totals) -> Bool {
            for state in 0..<16 where left.states[state] != right.states[state] { return false }
            return left.transmit == right.transmit && left.receive == right.receive
                && left.socketCount == right.socketCount
        }
    }

    private static let stateNames = [
        "unknown", "established", "syn_sent", "syn_recv", "fin_wait1", "fin_wait2", "time_wait", "close", "close_wait",
        "last_ack", "listen", "closing",
    ]

    private let connections = MetricFamily(
        "node_tcp_connection_states", .gauge, help: "TCP connections by state, and bytes in their queues.",
        labels: ["state"])
    private let files: [KeptFile]
    private var series: [Series?] = []

    init(_ settings: HostMetricsSettings) {
        let root = settings.roots.procfs + "/net/"
        files = ["tcp", "tcp6"].map { KeptFile(root + $0, ending: .roomForRecord(ofAtMost: 512)) }
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        var totals = Totals()
        _ = try output.read(files[0]) { bytes throws(DamagedText) in try Self.parse(bytes, into: &totals) }
        // A kernel without IPv6, or with it switched off, has no such file.
        _ = try output.readIfPresent(files[1]) { bytes throws(DamagedText) in try Self.parse(bytes, into: &totals) }
        if series.isEmpty {
            series = (Self.stateNames + ["rx_queued_bytes", "tx_queued_bytes"]).map { output.series(connections, [$0]) }
        }
        // States in which no connection is are left out, as in node_exporter.
        for index in Self.stateNames.indices where totals.states[index] > 0 {
            output.append(series[index], Double(totals.states[index]))
        }
        guard totals.socketCount > 0 else { return }
        output.append(series[Self.stateNames.count], Double(totals.receive))
        output.append(series[Self.stateNames.count + 1], Double(totals.transmit))
    }

    /// A line of headings, then `0: 0100007F:1F90 00000000:0000 0A 00000000:00000003 …` for each socket.
    static func parse(_ bytes: UnsafeRawBufferPointer, into totals: inout Totals) throws(DamagedText) {
        var cursor = ByteCursor(bytes)
        cursor.skipLine()
        while !cursor.isAtEnd {
            for _ in 0..<3 { cursor.skipColumn() }
            let state = try cursor.hexadecimal()
            totals.states[state < Self.stateNames.count ? Int(state) : 0] += 1
            cursor.skipSpaces()
            totals.transmit &+= try cursor.hexadecimalDigits()
            guard cursor.take(":") else { throw cursor.damage("a colon between two queues") }
            totals.receive &+= try cursor.hexadecimal()
            totals.socketCount += 1
            cursor.skipLine()
        }
    }
}
