internal import LinuxSystem
internal import MetricModel

/// The part of `cpu` that is off by default: /proc/cpuinfo as labels.
final class CPUInformation {
    /// One processor's block of lines.
    struct Processor: Equatable {
        var number = ""
        var vendor = ""
        var family = ""
        var model = ""
        var modelName = ""
        var microcode = ""
        var stepping = ""
        var cacheSize = ""
        var package = ""
        var core = ""
        /// Only the first processor's are kept.
        var flags: [String] = []
        var bugs: [String] = []
    }

    private let info = MetricFamily(
        "node_cpu_info", .gauge, help: "What /proc/cpuinfo says of the processor, as labels.",
        labels: [
            "package", "core", "cpu", "vendor", "family", "model", "model_name", "microcode", "stepping", "cachesize",
        ])
    private let frequency = MetricFamily(
        "node_cpu_frequency_hertz", .gauge, help: "The processor's clock as /proc/cpuinfo has it.", unit: "hertz",
        labels: ["package", "core", "cpu"])
    private let flagInfo = MetricFamily(
        "node_cpu_flag_info", .gauge, help: "A feature flag of the first processor.", labels: ["flag"])
    private let bugInfo = MetricFamily(
        "node_cpu_bug_info", .gauge, help: "A known bug of the first processor.", labels: ["bug"])
    private let file: KeptFile
    private let flagsInclude: NamePattern?
    private let bugsInclude: NamePattern?
    private var lastProcessors: [Processor] = []
    private var constantSeries: [Series?] = []
    private var frequencySeries: [Series?] = []

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/cpuinfo", endsAtShortRead: false)
        flagsInclude = settings.cpu.flagsInclude
        bugsInclude = settings.cpu.bugsInclude
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let parsed = CPUInformation.parse(try output.read(file))
        if parsed.processors != lastProcessors {
            output.forget(Set((constantSeries + frequencySeries).compactMap { $0 }))
            makeSeries(parsed.processors, &output)
            lastProcessors = parsed.processors
        }
        for series in constantSeries { output.append(series, 1) }
        // Only x86 has a `cpu MHz` line; elsewhere node_exporter says 0 Hz and this says nothing.
        for (series, hertz) in zip(frequencySeries, parsed.hertz) where hertz > 0 { output.append(series, hertz) }
    }

    private func makeSeries(_ processors: [Processor], _ output: inout CollectorOutput) {
        constantSeries = processors.map { processor in
            output.series(
                info,
                [
                    processor.package, processor.core, processor.number, processor.vendor, processor.family,
                    processor.model, processor.modelName, processor.microcode, processor.stepping,
                    processor.cacheSize,
                ])
        }
        frequencySeries = processors.map { output.series(frequency, [$0.package, $0.core, $0.number]) }
        guard let first = processors.first else { return }
        if let flagsInclude {
            constantSeries += first.flags.filter(flagsInclude.matches).map { output.series(flagInfo, [$0]) }
        }
        if let bugsInclude {
            constantSeries += first.bugs.filter(bugsInclude.matches).map { output.series(bugInfo, [$0]) }
        }
    }

    /// Lines of `key : value`; a `processor` line starts a block. Keys nobody asked for are passed over, so that there
    /// is nothing in this file that could be damaged.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> (processors: [Processor], hertz: [Double]) {
        var processors: [Processor] = []
        var hertz: [Double] = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let key = trimmed(line[..<colon])
            let value = trimmed(line[line.index(after: colon)...])
            if key == "processor" {
                processors.append(Processor(number: value))
                hertz.append(0)
            } else if key == "cpu MHz", !hertz.isEmpty {
                hertz[hertz.count - 1] = (Double(value) ?? 0) * 1e6
            } else if !processors.isEmpty {
                take(key, value, isFirst: processors.count == 1, &processors[processors.count - 1])
            }
        }
        return (processors, hertz)
    }

    private static func take(_ key: String, _ value: String, isFirst: Bool, _ processor: inout Processor) {
        switch key {
        case "vendor_id", "vendor": processor.vendor = value
        case "cpu family": processor.family = value
        case "model": processor.model = value
        case "model name": processor.modelName = value
        case "microcode": processor.microcode = value
        case "stepping": processor.stepping = value
        case "cache size": processor.cacheSize = value
        case "physical id": processor.package = value
        case "core id": processor.core = value
        case "flags", "Features": if isFirst { processor.flags = value.split(separator: " ").map(String.init) }
        case "bugs": if isFirst { processor.bugs = value.split(separator: " ").map(String.init) }
        default: break
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var rest = text
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
