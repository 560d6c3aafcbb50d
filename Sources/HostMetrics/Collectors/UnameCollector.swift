internal import LinuxSystem
internal import MetricModel

/// `uname`: the kernel's and the machine's names.
final class UnameCollector: HostCollector {
    private let family = MetricFamily(
        "node_uname_info", .gauge, help: "The names uname(2) gives, as labels.",
        labels: ["sysname", "release", "version", "machine", "nodename", "domainname"])
    private var last: (identity: KernelIdentity, series: Series?)?

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let identity: KernelIdentity
        do throws(SystemError) { identity = try KernelIdentity.read() } catch { throw .system(error) }
        if last?.identity != identity {
            if let ended = last?.series { output.forget([ended]) }
            last = (identity, output.series(family, UnameCollector.labelValues(identity)))
        }
        output.append(last?.series, 1)
    }

    static func labelValues(_ identity: KernelIdentity) -> [String] {
        [
            identity.systemName, identity.release, identity.version, identity.machine, identity.nodeName,
            identity.domainName,
        ]
    }
}
