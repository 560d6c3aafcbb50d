internal import LinuxSystem
internal import MetricModel

/// `meminfo_numa`: memory by NUMA node, from /sys/devices/system/node.
final class MeminfoNumaCollector: HostCollector {
    private final class Node {
        let memoryFile: KeptFile
        let statisticsFile: KeptFile
        let number: String
        var memory = FieldRows()
        var statistics = FieldText()

        init(path: String, number: String) {
            memoryFile = KeptFile(path + "/meminfo", endsAtShortRead: true)
            statisticsFile = KeptFile(path + "/numastat", endsAtShortRead: true)
            self.number = number
        }
    }

    private var nodes: DeviceRows<Node>
    private var families: [String: MetricFamily] = [:]
    private var names: [Range<Int>] = []
    private var values: [Double] = []

    init(_ settings: HostMetricsSettings) {
        nodes = DeviceRows(settings.roots.sysfs + "/devices/system/node")
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = nodes.path
        try nodes.update(
            &output,
            end: { node, output in
                node.memory.removeAll(&output)
                node.statistics.removeAll(&output)
            }
        ) { (name, _) throws(CollectorError) in
            guard name.hasPrefix("node"), let number = UInt32(name.dropFirst(4)) else { return nil }
            return Node(path: "\(path)/\(name)", number: String(number))
        }
        try nodes.forEach { node throws(CollectorError) in
            try collectMemory(node, &output)
            try collectStatistics(node, &output)
        }
    }

    /// Lines of `Node 0 Active(anon):   1320 kB`: the fields' names without the colon, and the numbers in bytes or counts.
    static func parse(
        _ bytes: UnsafeRawBufferPointer, into names: inout [Range<Int>], _ values: inout [Double]
    ) throws(DamagedText) {
        names.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            // The kernel begins the text with an empty line in some versions.
            if cursor.isLineDone() {
                cursor.skipLine()
                continue
            }
            guard cursor.take("Node ") else { throw cursor.damage("a node's number") }
            _ = try cursor.unsigned()
            let name = cursor.column()
            guard name.count > 1, bytes[name.upperBound - 1] == UInt8(ascii: ":") else {
                throw DamagedText(byteOffset: name.lowerBound, expected: "a field name and a colon")
            }
            let value = Double(try cursor.unsigned())
            let isInKiB = !cursor.isLineDone()
            if isInKiB {
                guard cursor.take("kB"), cursor.isLineDone() else { throw cursor.damage("kB or the line's end") }
            }
            cursor.skipLine()
            names.append(name.lowerBound..<(name.upperBound - 1))
            values.append(isInKiB ? value * 1024 : value)
        }
    }

    private func collectMemory(_ node: Node, _ output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(node.memoryFile)
        do throws(DamagedText) { try Self.parse(bytes, into: &names, &values) } catch {
            throw CollectorError(error, node.memoryFile.path)
        }
        node.memory.begin()
        for (name, value) in zip(names, values) {
            node.memory.give(UnsafeRawBufferPointer(rebasing: bytes[name]), value, &output) { name in
                // `Active(anon)` is `Active_anon`.
                let part = String(name.compactMap { $0 == ")" ? nil : $0 == "(" ? "_" : $0 })
                return (family(part, .gauge, "Field \(name) of a NUMA node's meminfo."), [node.number])
            }
        }
        node.memory.end(&output)
    }

    private func collectStatistics(_ node: Node, _ output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(node.statisticsFile)
        do throws(DamagedText) {
            try node.statistics.give(bytes, &output) { name in
                (family(name + "_total", .counter, "Field \(name) of a NUMA node's numastat."), [node.number])
            }
        } catch {
            throw CollectorError(error, node.statisticsFile.path)
        }
    }

    /// The nodes share the families.
    private func family(_ name: String, _ type: MetricType, _ help: String) -> MetricFamily {
        if let known = families[name] { return known }
        let made = MetricFamily("node_memory_numa_" + MetricName.part(name), type, help: help, labels: ["node"])
        families[name] = made
        return made
    }
}
