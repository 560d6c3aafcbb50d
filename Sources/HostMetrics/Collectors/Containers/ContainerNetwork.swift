internal import LinuxSystem
internal import MetricModel

/// The interfaces of a container's own network, from the view of one of its processes.
struct ContainerNetwork {
    let processNumber: Int
    private let file: KeptFile
    private let labels: [String]
    private var lines: [NetdevCollector.Line] = []
    /// Nil for interfaces that cAdvisor leaves out.
    private var rows = KeyedRows<[Series?]?>()
    /// Interfaces beyond these are left out.
    private static let interfaceLimit = 256

    init(processNumber: Int, procfs: String, labels: [String]) {
        self.processNumber = processNumber
        file = KeptFile("\(procfs)/\(processNumber)/net/dev", ending: .roomForRecord(ofAtMost: 1024))
        self.labels = labels
    }

    var allSeries: [Series] { rows.entries.flatMap { ($0.row ?? []).compactMap { $0 } } }

    func close() { file.close() }

    /// Answers whether the process is still there.
    mutating func give(_ output: inout CollectorOutput) throws(CollectorError) -> Bool {
        guard let bytes = try? file.read(into: output.buffer) else { return false }
        do throws(DamagedText) { try NetdevCollector.parse(bytes, into: &lines) } catch {
            throw CollectorError(error, file.path)
        }
        rows.begin()
        for line in lines {
            let key = UnsafeRawBufferPointer(rebasing: bytes[line.name])
            let index: Int
            if let known = rows.find(key, run: output.run) {
                index = known
            } else {
                guard rows.count < Self.interfaceLimit else { continue }
                index = rows.insert(key, makeSeries(String(decoding: key, as: UTF8.self), &output), run: output.run)
            }
            guard let series = rows[index] else { continue }
            for (column, family) in ContainerFamilies.network.enumerated() where family != nil {
                output.append(series[column], Double(line.values[column]))
            }
        }
        rows.forgetUnseen(&output) { $0 ?? [] }
        return true
    }

    private func makeSeries(_ interface: String, _ output: inout CollectorOutput) -> [Series?]? {
        // cAdvisor's own list: loopback, and what belongs to containers inside the container.
        for prefix in ["lo", "veth", "docker", "nerdctl"] where interface.lowercased().hasPrefix(prefix) { return nil }
        return ContainerFamilies.network.map { family in
            family.map { output.series($0, labels + [interface]) } ?? nil
        }
    }
}
