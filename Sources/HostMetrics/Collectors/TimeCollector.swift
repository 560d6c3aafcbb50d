internal import LinuxSystem
internal import MetricModel

/// `time`: the clock, the time zone, and the kernel's clock sources.
final class TimeCollector: HostCollector {
    /// One clocksource directory, with its series as long as its two files stay what they are.
    private struct Source {
        let device: String
        let availableFile: KeptFile
        let currentFile: KeptFile
        var availableText: [UInt8] = []
        var currentText: [UInt8] = []
        var available: [Series?] = []
        var current: [Series?] = []
    }

    private let seconds = MetricFamily(
        "node_time_seconds", .gauge, help: "The system's clock when the samples were taken, in seconds since 1970.",
        unit: "seconds")
    private let zoneOffset = MetricFamily(
        "node_time_zone_offset_seconds", .gauge, help: "How far the time zone is east of UTC.", unit: "seconds",
        labels: ["time_zone"])
    private let availableInfo = MetricFamily(
        "node_time_clocksource_available_info", .gauge, help: "A clock source the kernel could use.",
        labels: ["device", "clocksource"])
    private let currentInfo = MetricFamily(
        "node_time_clocksource_current_info", .gauge, help: "The clock source the kernel uses.",
        labels: ["device", "clocksource"])
    private let root: String
    private var secondsSeries: Series?
    private var zone: (name: String, series: Series?)?
    private var sources: [Source]?

    init(_ settings: HostMetricsSettings) {
        root = settings.roots.sysfs + "/devices/system/clocksource"
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        if secondsSeries == nil { secondsSeries = output.series(seconds) }
        output.append(secondsSeries, Double(output.clock.unixMilliseconds) / 1000)
        let now = LocalTimeZone.at(unixSeconds: output.clock.unixMilliseconds / 1000)
        if zone?.name != now.abbreviation {
            if let ended = zone?.series { output.forget([ended]) }
            zone = (now.abbreviation, output.series(zoneOffset, [now.abbreviation]))
        }
        output.append(zone?.series, Double(now.offsetSeconds))
        try collectSources(&output)
    }

    /// The names in a clocksource file, parted by spaces.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> [String] {
        var cursor = ByteCursor(bytes)
        var names: [String] = []
        while true {
            let column = cursor.column()
            if column.isEmpty { return names }
            names.append(cursor.text(column))
        }
    }

    private func collectSources(_ output: inout CollectorOutput) throws(CollectorError) {
        if sources == nil { sources = try findSources() }
        for index in (sources ?? []).indices { try collectSource(index, &output) }
    }

    /// The devices are made at boot and stay, so they are listed once.
    private func findSources() throws(CollectorError) -> [Source] {
        let names: [String]
        do throws(SystemError) { names = try Files.list(root).filter { $0.hasPrefix("clocksource") } } catch {
            if error.isNotFound { return [] }
            throw .system(error)
        }
        return names.enumerated().map { index, name in
            Source(
                // node_exporter numbers them by their place in the list.
                device: String(index),
                availableFile: KeptFile("\(root)/\(name)/available_clocksource", endsAtShortRead: true),
                currentFile: KeptFile("\(root)/\(name)/current_clocksource", endsAtShortRead: true))
        }
    }

    private func collectSource(_ index: Int, _ output: inout CollectorOutput) throws(CollectorError) {
        guard var source = sources?[index] else { return }
        refresh(
            try output.read(source.availableFile), &source.availableText, &source.available, availableInfo,
            source.device, &output)
        refresh(
            try output.read(source.currentFile), &source.currentText, &source.current, currentInfo, source.device,
            &output)
        sources?[index] = source
        for series in source.available { output.append(series, 1) }
        for series in source.current { output.append(series, 1) }
    }

    /// Makes the series anew where the text is another than the last.
    private func refresh(
        _ bytes: UnsafeRawBufferPointer, _ text: inout [UInt8], _ series: inout [Series?], _ family: MetricFamily,
        _ device: String, _ output: inout CollectorOutput
    ) {
        if bytes.isEqual(to: text) { return }
        text = Array(bytes)
        output.forget(Set(series.compactMap { $0 }))
        series = TimeCollector.parse(bytes).map { output.series(family, [device, $0]) }
    }
}
