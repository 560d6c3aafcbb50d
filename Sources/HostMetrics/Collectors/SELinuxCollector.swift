internal import LinuxSystem
internal import MetricModel

/// `selinux`: whether SELinux is on and what it does with what it forbids.
///
/// It is on where its filesystem is mounted and this process has another label than `kernel`, as libselinux has it; but
/// a mount that is read-only counts too, because that is how a hardened unit sees it on a host where it is on.
final class SELinuxCollector: HostCollector {
    private let enabled = MetricFamily(
        "node_selinux_enabled", .gauge, help: "1 where SELinux is on, else 0.")
    private let configured = MetricFamily(
        "node_selinux_config_mode", .gauge,
        help: "The mode after the next start: 1 enforcing, 0 permissive, -1 disabled.")
    private let current = MetricFamily(
        "node_selinux_current_mode", .gauge, help: "The mode now: 1 enforcing, 0 permissive.")
    private let enforceFile: KeptFile
    private let labelFile: KeptFile
    private var configuration: ChangingFile
    private var configuredMode = -1
    private var enabledSeries: Series?
    private var modeSeries: [Series?] = []

    init(_ settings: HostMetricsSettings) {
        enforceFile = KeptFile(settings.roots.sysfs + "/fs/selinux/enforce", endsAtShortRead: true)
        labelFile = KeptFile(settings.roots.procfs + "/self/attr/current", endsAtShortRead: true)
        configuration = ChangingFile(settings.roots.rootfs + "/etc/selinux/config")
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        if enabledSeries == nil { enabledSeries = output.series(enabled) }
        guard let mode = try output.readIfPresent(enforceFile, Self.parseMode), try !isUnlabelled(&output) else {
            output.append(enabledSeries, 0)
            output.forget(Set(modeSeries.compactMap { $0 }))
            modeSeries = []
            return
        }
        if configuration.hasChanged() { configuredMode = readConfiguredMode() }
        if modeSeries.isEmpty { modeSeries = [output.series(configured), output.series(current)] }
        output.append(enabledSeries, 1)
        output.append(modeSeries[0], Double(configuredMode))
        output.append(modeSeries[1], Double(mode))
    }

    static func parseMode(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> Int64 {
        var cursor = ByteCursor(bytes)
        return try cursor.signed()
    }

    /// The mode in a configuration's line `SELINUX=enforcing`; disabled where there is none.
    static func parseConfiguration(_ text: String) -> Int {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: "=", maxSplits: 1)
            guard words.count == 2, trimmed(words[0]) == "SELINUX" else { continue }
            switch trimmed(words[1]) {
            case "enforcing": return 1
            case "permissive": return 0
            default: return -1
            }
        }
        return -1
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let isTrimmed = { (character: Character) in character.isWhitespace || character == "\"" }
        var text = text.drop(while: isTrimmed)
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return text
    }

    private func readConfiguredMode() -> Int {
        guard configuration.exists else { return -1 }
        do throws(SystemError) { return Self.parseConfiguration(try Files.readText(configuration.path)) } catch {
            // Not to be read by this user: as node_exporter has it, and libselinux.
            return -1
        }
    }

    private func isUnlabelled(_ output: inout CollectorOutput) throws(CollectorError) -> Bool {
        guard let bytes = try output.readIfPresent(labelFile) else { return false }
        var cursor = ByteCursor(bytes)
        return cursor.take("kernel") && (cursor.isLineDone() || bytes[cursor.offset] == 0)
    }
}
