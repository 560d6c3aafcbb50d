internal import LinuxSystem
internal import MetricModel

/// `entropy`: what the kernel's random number generator has collected, from /proc/sys/kernel/random.
final class EntropyCollector: HostCollector {
    private let available = MetricFamily(
        "node_entropy_available_bits", .gauge, help: "Entropy at hand, in bits; always 256 since Linux 5.18.",
        unit: "bits")
    private let poolSize = MetricFamily(
        "node_entropy_pool_size_bits", .gauge, help: "How much entropy the pool can hold, in bits.", unit: "bits")
    private let availableFile: KeptFile
    private let poolSizeFile: KeptFile
    private var series: [Series?] = []

    init(_ settings: HostMetricsSettings) {
        let root = settings.roots.procfs + "/sys/kernel/random/"
        availableFile = KeptFile(root + "entropy_avail", endsAtShortRead: true)
        poolSizeFile = KeptFile(root + "poolsize", endsAtShortRead: true)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        if series.isEmpty { series = [output.series(available), output.series(poolSize)] }
        output.append(series[0], Double(try output.readNumber(availableFile)))
        output.append(series[1], Double(try output.readNumber(poolSizeFile)))
    }
}
