internal import LinuxSystem
internal import MetricModel

/// `loadavg`: the three load averages of /proc/loadavg.
final class LoadavgCollector: HostCollector {
    private let families = [
        MetricFamily("node_load1", .gauge, help: "Load average over one minute."),
        MetricFamily("node_load5", .gauge, help: "Load average over five minutes."),
        MetricFamily("node_load15", .gauge, help: "Load average over fifteen minutes."),
    ]
    private let file: KeptFile
    private var series: [Series?] = []

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/loadavg", endsAtShortRead: true)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        let loads: [3 of Double]
        do throws(DamagedText) { loads = try LoadavgCollector.parse(bytes) } catch {
            throw CollectorError(error, file.path)
        }
        if series.isEmpty { series = families.map { output.series($0) } }
        for index in 0..<3 { output.append(series[index], loads[index]) }
    }

    /// The first three columns: `0.20 0.18 0.12 1/80 11206`.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> [3 of Double] {
        var cursor = ByteCursor(bytes)
        var loads: [3 of Double] = [0, 0, 0]
        for index in 0..<3 { loads[index] = try cursor.decimal() }
        return loads
    }
}
