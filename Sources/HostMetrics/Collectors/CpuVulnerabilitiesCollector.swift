internal import LinuxSystem
internal import MetricModel

/// `cpu_vulnerabilities`: what the kernel says of the processor's known weaknesses and what it does about them.
final class CpuVulnerabilitiesCollector: HostCollector {
    private let info = MetricFamily(
        "node_cpu_vulnerabilities_info", .gauge,
        help: "Whether the processor has the weakness, and what is done about it, as labels.",
        labels: ["codename", "state", "mitigation"])
    private var vulnerabilities: DeviceRows<InfoSeries>

    init(_ settings: HostMetricsSettings) {
        vulnerabilities = DeviceRows(settings.roots.sysfs + "/devices/system/cpu/vulnerabilities") { row in
            row.series.map { [$0] } ?? []
        }
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = vulnerabilities.path
        try vulnerabilities.update(&output) { (name, _) throws(CollectorError) in
            // The text may be as long as an attribute can be.
            InfoSeries(info, AttributeTexts(["\(path)/\(name)"], byteLimit: 4096)) { texts in
                let state = Self.state(texts[0] ?? "")
                return [name, state.name, state.mitigation]
            }
        }
        try vulnerabilities.forEach { row throws(CollectorError) in row.give(&output) }
    }

    /// `Mitigation: PTI` and `Vulnerable: no microcode` have the words behind the first as the mitigation; a text that
    /// begins otherwise (`KVM: …`) is one.
    static func state(_ text: String) -> (name: String, mitigation: String) {
        let words = text.split(whereSeparator: \.isWhitespace)
        let lowercased = text.lowercased()
        if lowercased.hasPrefix("not affected") { return ("not affected", "") }
        for name in ["vulnerable", "mitigation", "unknown"] where lowercased.hasPrefix(name) {
            return (name, words.dropFirst().joined(separator: " "))
        }
        return ("unknown", text)
    }
}
