internal import LinuxSystem
internal import MetricModel

/// `lnstat`: counters of the network's caches by processor, from the files of /proc/net/stat.
final class LnstatCollector: HostCollector {
    /// One file and the series of its last form.
    private final class Cache {
        let name: String
        let file: KeptFile
        var headings: [UInt8] = []
        var lineCount = 0
        /// By processor and then by column.
        var series: [Series?] = []

        init(name: String, file: KeptFile) {
            self.name = name
            self.file = file
        }
    }

    private var caches: DeviceRows<Cache>
    private var families: [String: MetricFamily] = [:]
    private var values: [UInt64] = []

    init(_ settings: HostMetricsSettings) {
        caches = DeviceRows(settings.roots.procfs + "/net/stat")
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = caches.path
        try caches.update(&output, end: { cache, output in output.forget(Set(cache.series.compactMap { $0 })) }) {
            (name, _) throws(CollectorError) in
            Cache(name: name, file: KeptFile("\(path)/\(name)", endsAtShortRead: false))
        }
        try caches.forEach { cache throws(CollectorError) in try collect(cache, &output) }
    }

    /// A line of names, then one of hexadecimal numbers for each processor: the first line's place, and all numbers.
    static func parse(
        _ bytes: UnsafeRawBufferPointer, into values: inout [UInt64]
    ) throws(DamagedText) -> (headings: Range<Int>, lineCount: Int) {
        values.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        let headings = cursor.restOfLine
        var columnCount = 0
        while !cursor.isLineDone() {
            cursor.skipColumn()
            columnCount += 1
        }
        guard columnCount > 0 else { throw cursor.damage("the headings of the counters") }
        cursor.skipLine()
        var lineCount = 0
        while !cursor.isAtEnd {
            for _ in 0..<columnCount { values.append(try cursor.hexadecimal()) }
            guard cursor.isLineDone() else { throw cursor.damage("as many numbers as headings") }
            cursor.skipLine()
            lineCount += 1
        }
        return (headings, lineCount)
    }

    private func collect(_ cache: Cache, _ output: inout CollectorOutput) throws(CollectorError) {
        // It may have gone since the directory was listed.
        guard let bytes = try output.readIfPresent(cache.file) else { return }
        let form: (headings: Range<Int>, lineCount: Int)
        do throws(DamagedText) { form = try Self.parse(bytes, into: &values) } catch {
            throw CollectorError(error, cache.file.path)
        }
        let headings = bytes[form.headings]
        if cache.lineCount != form.lineCount || !cache.headings.elementsEqual(headings) {
            output.forget(Set(cache.series.compactMap { $0 }))
            cache.headings = Array(headings)
            cache.lineCount = form.lineCount
            cache.series = declare(cache, &output)
        }
        for (series, value) in zip(cache.series, values) { output.append(series, Double(value)) }
    }

    private func declare(_ cache: Cache, _ output: inout CollectorOutput) -> [Series?] {
        let names = String(decoding: cache.headings, as: UTF8.self).split { $0 == " " || $0 == "\t" }.map(String.init)
        return (0..<cache.lineCount).flatMap { processor in
            names.map { name in output.series(family(name), [cache.name, String(processor)]) }
        }
    }

    private func family(_ name: String) -> MetricFamily {
        if let known = families[name] { return known }
        let made = MetricFamily(
            "node_lnstat_\(MetricName.part(name))_total", .counter,
            help: "Counter \(name) of a cache of the network.", labels: ["subsystem", "cpu"])
        families[name] = made
        return made
    }
}
