internal import LinuxSystem
internal import MetricModel

/// `rapl`: the energy that parts of the machine have used, from /sys/class/powercap.
///
/// Kernels from 5.10 let only root read the counters.
final class RaplCollector: HostCollector {
    private let labeled = MetricFamily(
        "node_rapl_joules_total", .counter, help: "Energy used, which starts anew when the counter is full.",
        labels: ["index", "path", "rapl_zone"])
    private let hasZoneLabel: Bool
    /// By the zone's name as it stands in the metric's.
    private var families: [String: MetricFamily] = [:]
    /// How many zones of a name there were.
    private var nameCounts: [String: Int] = [:]
    private var zones: DeviceRows<NumberFile>

    init(_ settings: HostMetricsSettings) {
        hasZoneLabel = settings.isRAPLZoneLabelEnabled
        zones = DeviceRows(settings.roots.sysfs + "/class/powercap", isRequired: true)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = zones.path
        try zones.update(&output) { (name, output) throws(CollectorError) in
            // The control type itself (`intel-rapl`) has no name.
            guard let zone = try? Files.readText("\(path)/\(name)/name") else { return nil }
            let labels = number(zone)
            let family = hasZoneLabel ? labeled : family(labels.name)
            let kind = NumberFile.Kind(fileName: "energy_uj", family: family, divisor: 1_000_000)
            let values = [String(labels.index), "\(path)/\(name)"] + (hasZoneLabel ? [labels.name] : [])
            return NumberFile(kind, in: "\(path)/\(name)", values, &output)
        }
        try zones.forEach { zone throws(CollectorError) in try give(zone, &output) }
    }

    private func give(_ zone: NumberFile, _ output: inout CollectorOutput) throws(CollectorError) {
        do throws(SystemError) { _ = try zone.file.read(into: output.buffer) } catch {
            if error.isPermissionDenied {
                throw .notAllowed(what: "reading \(zone.file.path)", needs: CollectorOutput.readRight)
            }
            return
        }
        do throws(DamagedText) {
            guard let value = try NumberFile.parse(output.buffer.bytes, .decimal) else { return }
            output.append(zone.series, value / zone.kind.divisor)
        } catch { throw CollectorError(error, zone.file.path) }
    }

    /// `package-1` is the package of index 1; zones whose name has no number are counted.
    private func number(_ zone: String) -> (name: String, index: Int) {
        let parts = zone.split(separator: "-", omittingEmptySubsequences: false)
        var (name, index) = (zone, nameCounts[zone] ?? 0)
        if parts.count == 2, let number = Int(parts[1]) { (name, index) = (String(parts[0]), number) }
        nameCounts[name] = index + 1
        return (name, index)
    }

    private func family(_ zone: String) -> MetricFamily {
        let name = Self.metricName(zone)
        if let known = families[name] { return known }
        let made = MetricFamily(
            name, .counter, help: "Energy used by \(zone), which starts anew when the counter is full.",
            labels: ["index", "path"])
        families[name] = made
        return made
    }

    /// Each run of characters that a name cannot have is one underscore, with those around it.
    static func metricName(_ zone: String) -> String {
        var name = ""
        for scalar in zone.unicodeScalars {
            let isAllowed = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            if isAllowed || scalar == "_" { name.unicodeScalars.append(scalar) } else { name.append("\u{0}") }
        }
        var result = ""
        var rest = Substring(name)
        while let first = rest.first {
            let run = rest.prefix { $0 == "_" || $0 == "\u{0}" }
            if run.isEmpty {
                result.append(first)
                rest.removeFirst()
            } else {
                result += run.contains("\u{0}") ? "_" : String(run)
                rest.removeFirst(run.count)
            }
        }
        return "node_rapl_\(result)_joules_total"
    }
}
