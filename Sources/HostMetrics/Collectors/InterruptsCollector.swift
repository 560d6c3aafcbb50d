internal import LinuxSystem
internal import MetricModel

/// `interrupts`: interrupts by processor and source, from /proc/interrupts.
///
/// `cpu` is the processor's number; node_exporter counts the columns, which is another number while a processor is off.
final class InterruptsCollector: HostCollector {
    private let interrupts = MetricFamily(
        "node_interrupts_total", .counter, help: "Interrupts since boot, by processor and source.",
        labels: ["cpu", "type", "info", "devices"])
    private let filter: NameFilter
    private let includesZeros: Bool
    private let file: KeptFile
    private var table = ProcessorTable()
    private var processors: [Int] = []
    /// One series for each processor; empty where the filter does not admit the source.
    private var rows = KeyedRows<[Series?]>()
    /// The name that is looked up: a number that another device gets is another source.
    private var key: [UInt8] = []

    init(_ settings: HostMetricsSettings) {
        filter = settings.interrupts.names
        includesZeros = settings.interrupts.includesZeros
        file = KeptFile(settings.roots.procfs + "/interrupts", endsAtShortRead: false)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try table.parse(bytes) } catch { throw CollectorError(error, file.path) }
        if processors != table.processors {
            rows.forgetAll(&output) { $0 }
            processors = table.processors
        }
        rows.begin()
        for line in table.lines where !line.rest.isEmpty {
            let row = find(line, bytes, &output)
            for (index, series) in rows[row].enumerated() {
                let value = table.values[line.firstValue + index]
                if value != 0 || includesZeros { output.append(series, Double(value)) }
            }
        }
        rows.forgetUnseen(&output) { $0 }
    }

    private func find(
        _ line: ProcessorTable.Line, _ bytes: UnsafeRawBufferPointer, _ output: inout CollectorOutput
    ) -> Int {
        key.removeAll(keepingCapacity: true)
        key.append(contentsOf: bytes[line.name])
        key.append(UInt8(ascii: ":"))
        key.append(contentsOf: bytes[line.rest])
        return key.withUnsafeBytes { key in
            if let known = rows.find(key, run: output.run) { return known }
            let source = Self.describe(
                String(decoding: bytes[line.name], as: UTF8.self), String(decoding: bytes[line.rest], as: UTF8.self))
            let isAdmitted = filter.admits("\(source.type);\(source.info);\(source.devices)")
            guard isAdmitted else { return rows.insert(key, [], run: output.run) }
            let series = processors.map { processor in
                output.series(interrupts, [String(processor), source.type, source.info, source.devices])
            }
            return rows.insert(key, series, run: output.run)
        }
    }

    struct Source: Equatable {
        let type: String
        let info: String
        let devices: String
    }

    /// Numbered interrupts have a controller and then their devices; the others only a description.
    static func describe(_ name: String, _ rest: String) -> Source {
        let words = rest.split { $0 == " " || $0 == "\t" }
        guard let first = words.first, Int(name) != nil else {
            return Source(type: name, info: words.joined(separator: " "), devices: "")
        }
        return Source(type: name, info: String(first), devices: words.dropFirst().joined(separator: " "))
    }
}
