internal import LinuxSystem
internal import MetricModel

/// `nfsd`: what the kernel's NFS server does, from /proc/net/rpc/nfsd.
final class NFSServerCollector: HostCollector {
    static let lines: [NumberLines.Line] = {
        func metric(
            _ name: String, _ type: MetricType, _ help: String, _ labels: [String] = [], _ labelValues: [String] = []
        ) -> NumberLines.Metric {
            .init(family: MetricFamily("node_nfsd_\(name)", type, help: help, labels: labels), labelValues: labelValues)
        }
        let packets = MetricFamily(
            "node_nfsd_packets_total", .counter, help: "Packets exchanged with clients.", labels: ["proto"])
        let errors = MetricFamily(
            "node_nfsd_rpc_errors_total", .counter, help: "Remote procedure calls refused, by reason.",
            labels: ["error"])
        let requests = MetricFamily(
            "node_nfsd_requests_total", .counter, help: "NFS calls answered, by version and method.",
            labels: ["proto", "method"])
        return [
            NumberLines.Line(
                key: "rc",
                metrics: [
                    metric("reply_cache_hits_total", .counter, "Calls repeated by clients that had lost the reply."),
                    metric("reply_cache_misses_total", .counter, "Calls whose reply is kept for a repetition."),
                    metric("reply_cache_nocache_total", .counter, "Calls that may be done again without harm."),
                ]),
            NumberLines.Line(
                key: "fh",
                metrics: [metric("file_handles_stale_total", .counter, "Calls for files that are no more.")]),
            NumberLines.Line(
                key: "io",
                metrics: [
                    metric("disk_bytes_read_total", .counter, "Bytes read for clients."),
                    metric("disk_bytes_written_total", .counter, "Bytes written for clients."),
                ]),
            NumberLines.Line(key: "th", metrics: [metric("server_threads", .gauge, "Threads that serve.")]),
            NumberLines.Line(
                key: "ra",
                metrics: [metric("read_ahead_cache_size_blocks", .gauge, "Size of the read-ahead cache, in blocks.")]
                    + [NumberLines.Metric?](repeating: nil, count: 10)
                    + [metric("read_ahead_cache_not_found_total", .counter, "Reads not found in that cache.")]),
            NumberLines.Line(
                key: "net",
                metrics: [
                    nil, .init(family: packets, labelValues: ["udp"]), .init(family: packets, labelValues: ["tcp"]),
                    metric("connections_total", .counter, "TCP connections accepted."),
                ]),
            NumberLines.Line(
                key: "rpc",
                metrics: [
                    metric("server_rpcs_total", .counter, "Remote procedure calls received."), nil,
                    .init(family: errors, labelValues: ["fmt"]), .init(family: errors, labelValues: ["auth"]),
                    .init(family: errors, labelValues: ["cInt"]),
                ]),
            // A call of nothing is answered in every version; node_exporter does not tell these of the server.
            NFSMethods.line("proc2", "2", NFSMethods.version2, in: requests, leftOut: "Null"),
            NFSMethods.line("proc3", "3", NFSMethods.version3, in: requests, leftOut: "Null"),
            NFSMethods.line("proc4ops", "4", NFSMethods.version4Operations, in: requests),
            NumberLines.Line(
                key: "wdeleg_getattr", metrics: [.init(family: requests, labelValues: ["4", "WdelegGetattr"])]),
        ]
    }()

    private let file: KeptFile
    private var numbers: NumberLines?

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/net/rpc/nfsd", endsAtShortRead: false)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        try output.give(file, Self.lines, &numbers)
    }
}
