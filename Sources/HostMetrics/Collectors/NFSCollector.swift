internal import LinuxSystem
internal import MetricModel

/// `nfs`: what this host asks of NFS servers, from /proc/net/rpc/nfs.
final class NFSCollector: HostCollector {
    static let lines: [NumberLines.Line] = {
        func counter(_ name: String, _ help: String, labels: [String] = []) -> MetricFamily {
            MetricFamily("node_nfs_\(name)_total", .counter, help: help, labels: labels)
        }
        let packets = counter("packets", "Packets exchanged with servers.", labels: ["protocol"])
        let requests = counter("requests", "NFS calls made, by version and method.", labels: ["proto", "method"])
        return [
            NumberLines.Line(
                key: "net",
                metrics: [
                    nil, .init(family: packets, labelValues: ["udp"]), .init(family: packets, labelValues: ["tcp"]),
                    .init(family: counter("connections", "TCP connections made to servers.")),
                ]),
            NumberLines.Line(
                key: "rpc",
                metrics: [
                    .init(family: counter("rpcs", "Remote procedure calls made.")),
                    .init(family: counter("rpc_retransmissions", "Remote procedure calls sent again.")),
                    .init(family: counter("rpc_authentication_refreshes", "Times that credentials were renewed.")),
                ]),
            NFSMethods.line("proc2", "2", NFSMethods.version2, in: requests),
            NFSMethods.line("proc3", "3", NFSMethods.version3, in: requests),
            NFSMethods.line("proc4", "4", NFSMethods.version4Client, in: requests),
        ]
    }()

    private let file: KeptFile
    private var numbers: NumberLines?

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/net/rpc/nfs", endsAtShortRead: false)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        try output.give(file, Self.lines, &numbers)
    }
}

extension CollectorOutput {
    /// Gives the numbers of a file of which there is one; `numbers` is made when it is first there.
    mutating func give(
        _ file: KeptFile, _ lines: [NumberLines.Line], _ numbers: inout NumberLines?
    ) throws(CollectorError) {
        let bytes = try read(file)
        var made = numbers ?? NumberLines(lines, [], &self)
        numbers = nil
        defer { numbers = made }
        do throws(DamagedText) { try made.parse(bytes) } catch { throw CollectorError(error, file.path) }
        made.give(&self)
    }
}
