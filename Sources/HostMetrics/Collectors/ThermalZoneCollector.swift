internal import LinuxSystem
internal import MetricModel

/// `thermal_zone`: temperatures and cooling devices of /sys/class/thermal.
///
/// A zone or device that cannot be read now is left out (sensors that sleep answer EAGAIN or ENODATA, and node_exporter
/// shows them as 0 °C); one that holds something else than a number is an error.
final class ThermalZoneCollector: HostCollector {
    private struct Row {
        /// Nil where the directory is neither a zone nor a cooling device.
        let kind: Kind?
    }

    private enum Kind {
        case zone(temperature: KeptFile, series: Series?)
        case cooling(current: KeptFile, currentSeries: Series?, maximum: KeptFile, maximumSeries: Series?)
    }

    private let temperature = MetricFamily(
        "node_thermal_zone_temp", .gauge, help: "The zone's temperature in degrees Celsius.", labels: ["zone", "type"])
    private let currentState = MetricFamily(
        "node_cooling_device_cur_state", .gauge, help: "How hard the device cools now, from 0 to its maximum.",
        labels: ["name", "type"])
    private let maximumState = MetricFamily(
        "node_cooling_device_max_state", .gauge, help: "How hard the device can cool.", labels: ["name", "type"])
    private let directory: KeptDirectory
    private var rows = KeyedRows<Row>()

    init(_ settings: HostMetricsSettings) {
        directory = KeptDirectory(settings.roots.sysfs + "/class/thermal")
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        try list(&output)
        for index in 0..<rows.count { try give(rows[index], &output) }
    }

    private func list(_ output: inout CollectorOutput) throws(CollectorError) {
        rows.begin()
        var new: [[UInt8]] = []
        let run = output.run
        do throws(SystemError) {
            try directory.forEachName(using: output.buffer) { name in
                if rows.find(name, run: run) == nil { new.append(Array(name)) }
            }
        } catch {
            if !error.isNotFound { throw .system(error) }
        }
        // The kernel's order is none; this one is the same everywhere.
        new.sort { $0.lexicographicallyPrecedes($1) }
        for name in new {
            let row = Row(kind: makeKind(String(decoding: name, as: UTF8.self), &output))
            _ = name.withUnsafeBytes { rows.insert($0, row, run: run) }
        }
        var ended: Set<Series> = []
        rows.removeUnseen(run: run) { ended.formUnion(ThermalZoneCollector.series(of: $0)) }
        output.forget(ended)
    }

    private func makeKind(_ name: String, _ output: inout CollectorOutput) -> Kind? {
        let path = directory.path + "/" + name
        func number(after prefix: String) -> String? {
            guard name.hasPrefix(prefix) else { return nil }
            let number = name.dropFirst(prefix.count)
            return number.utf8.first.map { (0x30...0x39).contains($0) } == true ? String(number) : nil
        }
        func file(_ leaf: String) -> KeptFile { KeptFile(path + "/" + leaf, endsAtShortRead: true) }
        // A device that is going away has no type any more; it will not be listed next time.
        let type = (try? Files.readText(path + "/type")) ?? ""
        if let zone = number(after: "thermal_zone") {
            return .zone(temperature: file("temp"), series: output.series(temperature, [zone, type]))
        }
        if let device = number(after: "cooling_device") {
            return .cooling(
                current: file("cur_state"), currentSeries: output.series(currentState, [device, type]),
                maximum: file("max_state"), maximumSeries: output.series(maximumState, [device, type]))
        }
        return nil
    }

    private func give(_ row: Row, _ output: inout CollectorOutput) throws(CollectorError) {
        switch row.kind {
        case .zone(let file, let series):
            if let value = try number(file, output) { output.append(series, Double(value) / 1000) }
        case .cooling(let current, let currentSeries, let maximum, let maximumSeries):
            guard let currentValue = try number(current, output), let maximumValue = try number(maximum, output)
            else { return }
            output.append(currentSeries, Double(currentValue))
            output.append(maximumSeries, Double(maximumValue))
        case nil: break
        }
    }

    /// The file's number, or nil where the device does not answer now.
    private func number(_ file: KeptFile, _ output: borrowing CollectorOutput) throws(CollectorError) -> Int64? {
        do throws(CollectorError) { return try output.readNumber(file) } catch {
            if case .system = error { return nil }
            throw error
        }
    }

    private static func series(of row: Row) -> [Series] {
        switch row.kind {
        case .zone(_, let series): [series].compactMap { $0 }
        case .cooling(_, let current, _, let maximum): [current, maximum].compactMap { $0 }
        case nil: []
        }
    }
}
