internal import LinuxSystem
internal import MetricModel

/// `ipvs`: the kernel's load balancer, in all and by real server.
final class IPVSCollector: HostCollector {
    /// What backends with the same label values have together.
    private final class Group {
        let labelValues: [String]
        let series: [Series?]
        var sums: [3 of UInt64] = [0, 0, 0]
        var lastRun: UInt64 = 0

        init(_ labelValues: [String], _ series: [Series?]) {
            self.labelValues = labelValues
            self.series = series
        }
    }

    private static let totals = [
        ("connections", "Connections made."), ("incoming_packets", "Packets that came in."),
        ("outgoing_packets", "Packets that went out."), ("incoming_bytes", "Bytes that came in."),
        ("outgoing_bytes", "Bytes that went out."),
    ].map { MetricFamily("node_ipvs_\($0.0)_total", .counter, help: $0.1) }

    private let backendFamilies: [MetricFamily]
    private let labels: [HostMetricsSettings.IPVS.BackendLabel]
    private let totalsFile: KeptFile
    private let backendsFile: KeptFile
    private var totalSeries: [Series?] = []
    private var backends: [IPVSBackend] = []
    private var rows = KeyedRows<Group>()
    /// In the order in which they were first seen.
    private var groups: [Group] = []
    private var key: [UInt8] = []

    init(_ settings: HostMetricsSettings) {
        let wanted = settings.ipvs.backendLabels
        labels = HostMetricsSettings.IPVS.BackendLabel.allCases.filter { wanted.contains($0) }
        let names = labels.map(\.rawValue)
        backendFamilies = [
            ("connections_active", "Active connections of the real server."),
            ("connections_inactive", "Inactive connections of the real server."),
            ("weight", "Weight of the real server; 0 gets no new connections."),
        ].map { MetricFamily("node_ipvs_backend_\($0.0)", .gauge, help: $0.1, labels: names) }
        totalsFile = KeptFile(settings.roots.procfs + "/net/ip_vs_stats", endsAtShortRead: true)
        backendsFile = KeptFile(settings.roots.procfs + "/net/ip_vs", endsAtShortRead: false)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        try giveTotals(&output)
        let bytes = try output.read(backendsFile)
        do throws(DamagedText) { try IPVSBackend.parse(bytes, into: &backends) } catch {
            throw CollectorError(error, backendsFile.path)
        }
        rows.begin()
        for backend in backends {
            // A backend is known by its service's address and its own.
            key.removeAll(keepingCapacity: true)
            key.append(contentsOf: bytes[backend.proto])
            key.append(0)
            key.append(contentsOf: bytes[backend.local.range])
            key.append(0)
            key.append(contentsOf: bytes[backend.remote.range])
            add(backend, bytes, &output)
        }
        for group in groups where group.lastRun == output.run {
            for (index, series) in group.series.enumerated() { output.append(series, Double(group.sums[index])) }
        }
        forgetEnded(&output)
    }

    /// Two lines of headings, then connections, packets and bytes in hexadecimal.
    static func parseTotals(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> [5 of UInt64] {
        var cursor = ByteCursor(bytes)
        cursor.skipLine()
        cursor.skipLine()
        var values: [5 of UInt64] = .init(repeating: 0)
        for index in 0..<5 { values[index] = try cursor.hexadecimal() }
        return values
    }

    private func giveTotals(_ output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(totalsFile)
        let values: [5 of UInt64]
        do throws(DamagedText) { values = try Self.parseTotals(bytes) } catch {
            throw CollectorError(error, totalsFile.path)
        }
        if totalSeries.isEmpty { totalSeries = Self.totals.map { output.series($0) } }
        for (index, series) in totalSeries.enumerated() { output.append(series, Double(values[index])) }
    }

    private func add(_ backend: IPVSBackend, _ bytes: UnsafeRawBufferPointer, _ output: inout CollectorOutput) {
        let run = output.run
        let known = key.withUnsafeBytes { rows.find($0, run: run) }
        let group = known.map { rows[$0] } ?? sharedGroup(backend.labelValues(labels, bytes), &output)
        if known == nil { _ = key.withUnsafeBytes { rows.insert($0, group, run: run) } }
        if group.lastRun != run {
            group.lastRun = run
            group.sums = [0, 0, 0]
        }
        group.sums[0] &+= backend.active
        group.sums[1] &+= backend.inactive
        group.sums[2] &+= backend.weight
    }

    private func sharedGroup(_ labelValues: [String], _ output: inout CollectorOutput) -> Group {
        if let known = groups.first(where: { $0.labelValues == labelValues }) { return known }
        let group = Group(labelValues, backendFamilies.map { output.series($0, labelValues) })
        groups.append(group)
        return group
    }

    private func forgetEnded(_ output: inout CollectorOutput) {
        let run = output.run
        rows.removeUnseen(run: run) { _ in }
        guard groups.contains(where: { $0.lastRun != run }) else { return }
        output.forget(Set(groups.filter { $0.lastRun != run }.flatMap { $0.series.compactMap { $0 } }))
        groups.removeAll { $0.lastRun != run }
    }
}
