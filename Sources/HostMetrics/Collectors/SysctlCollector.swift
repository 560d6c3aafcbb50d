internal import LinuxSystem
internal import MetricModel

/// `sysctl`: the kernel settings that the operator names, from /proc/sys.
final class SysctlCollector: HostCollector {
    /// One setting that is given, and its series as long as it keeps its form.
    private struct Setting {
        let name: String
        /// Names for its numbers; empty where they are numbered.
        let keys: [String]
        let isNumeric: Bool
        let file: KeptFile
        /// How many numbers there were last, or the text that the labels are made of.
        var count = 0
        var text: [UInt8] = []
        var series: [Series?] = []
    }

    private let info = MetricFamily(
        "node_sysctl_info", .gauge, help: "Always 1; a word of the kernel setting is in the label value.",
        labels: ["name", "value", "index"])
    private var settings: [Setting] = []
    private var values: [Double] = []

    init(_ settings: HostMetricsSettings) {
        let root = settings.roots.procfs + "/sys/"
        var seen: Set<String> = []
        func add(_ text: String, isNumeric: Bool) {
            guard seen.insert("\(isNumeric) \(text)").inserted else { return }
            let parts = text.split(separator: ":", maxSplits: 1)
            guard let name = parts.first.map(String.init) else { return }
            self.settings.append(
                Setting(
                    name: name, keys: parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : [],
                    isNumeric: isNumeric,
                    file: KeptFile(root + name.replacing(".", with: "/"), endsAtShortRead: true)))
        }
        for text in settings.sysctl.include { add(text, isNumeric: true) }
        for text in settings.sysctl.includeInfo { add(text, isNumeric: false) }
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        var failure: CollectorError?
        for index in settings.indices {
            do throws(CollectorError) {
                if settings[index].isNumeric {
                    try collectNumbers(index, &output)
                } else {
                    try collectWords(index, &output)
                }
            } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    /// All numbers of a text, at least one.
    static func parse(_ bytes: UnsafeRawBufferPointer, into values: inout [Double]) throws(DamagedText) {
        values.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            if cursor.isLineDone() { cursor.skipLine() } else { values.append(try cursor.number()) }
        }
        if values.isEmpty { throw cursor.damage("a number") }
    }

    private func collectNumbers(_ index: Int, _ output: inout CollectorOutput) throws(CollectorError) {
        let file = settings[index].file
        let bytes = try output.read(file)
        do throws(DamagedText) { try Self.parse(bytes, into: &values) } catch { throw CollectorError(error, file.path) }
        let keys = settings[index].keys
        guard keys.isEmpty || keys.count == values.count else {
            throw .damaged(
                path: file.path, byteOffset: 0, expected: "\(keys.count) numbers, as many as names in the setting")
        }
        if settings[index].count != values.count {
            output.forget(Set(settings[index].series.compactMap { $0 }))
            settings[index].count = values.count
            settings[index].series = declare(settings[index], &output)
        }
        for (series, value) in zip(settings[index].series, values) { output.append(series, value) }
    }

    private func declare(_ setting: Setting, _ output: inout CollectorOutput) -> [Series?] {
        let name = "node_sysctl_" + MetricName.part(setting.name)
        let help = "Kernel setting \(setting.name)"
        if !setting.keys.isEmpty {
            return setting.keys.map { key in
                output.series(MetricFamily("\(name)_\(MetricName.part(key))", .unknown, help: "\(help), \(key)."))
            }
        }
        if setting.count == 1 { return [output.series(MetricFamily(name, .unknown, help: help + "."))] }
        let family = MetricFamily(name, .unknown, help: help + ".", labels: ["index"])
        return (0..<setting.count).map { output.series(family, [String($0)]) }
    }

    private func collectWords(_ index: Int, _ output: inout CollectorOutput) throws(CollectorError) {
        let setting = settings[index]
        let bytes = try output.read(setting.file)
        if !bytes.isEqual(to: setting.text) || setting.series.isEmpty {
            output.forget(Set(setting.series.compactMap { $0 }))
            settings[index].text = Array(bytes)
            let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            settings[index].series = words.enumerated().map {
                output.series(info, [setting.name, String($1), String($0)])
            }
        }
        guard !settings[index].series.isEmpty else {
            throw .damaged(path: setting.file.path, byteOffset: 0, expected: "a word")
        }
        for series in settings[index].series { output.append(series, 1) }
    }
}
