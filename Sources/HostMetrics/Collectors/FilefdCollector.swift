internal import LinuxSystem
internal import MetricModel

/// `filefd`: open files of the whole system, from /proc/sys/fs/file-nr.
final class FilefdCollector: HostCollector {
    private let allocated = MetricFamily(
        "node_filefd_allocated", .gauge, help: "Open files (file handles in use) of all processes.")
    private let maximum = MetricFamily(
        "node_filefd_maximum", .gauge, help: "How many files can be open at once in the whole system.")
    private let file: KeptFile
    private var series: [Series?] = []

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/sys/fs/file-nr", endsAtShortRead: true)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let numbers = try output.read(file, Self.parse)
        if series.isEmpty { series = [output.series(allocated), output.series(maximum)] }
        output.append(series[0], numbers.allocated)
        output.append(series[1], numbers.maximum)
    }

    /// `1184	0	9223372036854775807`; the second has been 0 since Linux 2.6.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> (allocated: Double, maximum: Double) {
        var cursor = ByteCursor(bytes)
        let allocated = try cursor.unsigned()
        _ = try cursor.unsigned()
        return (Double(allocated), Double(try cursor.unsigned()))
    }
}
