internal import LinuxSystem
internal import MetricModel

/// `buddyinfo`: free memory by the size of its pieces, from /proc/buddyinfo.
final class BuddyinfoCollector: HostCollector {
    /// One zone's line.
    struct Line: Equatable {
        /// Both names as the line begins with them.
        let key: Range<Int>
        let node: Range<Int>
        let zone: Range<Int>
        /// Where its numbers are in the list of all.
        let values: Range<Int>
    }

    private let blocks = MetricFamily(
        "node_buddyinfo_blocks", .gauge, help: "Free blocks of 2^size pages.", labels: ["node", "zone", "size"])
    private let file: KeptFile
    private var lines: [Line] = []
    private var values: [UInt64] = []
    private var rows = KeyedRows<[Series?]>()

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/buddyinfo", endsAtShortRead: false)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try Self.parse(bytes, into: &lines, &values) } catch {
            throw CollectorError(error, file.path)
        }
        rows.begin()
        for line in lines {
            let key = UnsafeRawBufferPointer(rebasing: bytes[line.key])
            let row = rows.find(key, run: output.run) ?? add(line, key, bytes, &output)
            for (series, value) in zip(rows[row], values[line.values]) { output.append(series, Double(value)) }
        }
        rows.forgetUnseen(&output) { $0 }
    }

    /// Lines of `Node 0, zone   Normal   4381   1093    185`.
    static func parse(
        _ bytes: UnsafeRawBufferPointer, into lines: inout [Line], _ values: inout [UInt64]
    ) throws(DamagedText) {
        lines.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            let start = cursor.offset
            let (node, zone) = try cursor.nodeAndZone()
            let first = values.count
            while !cursor.isLineDone() { values.append(try cursor.unsigned()) }
            guard lines.isEmpty || lines[0].values.count == values.count - first else {
                throw cursor.damage("as many sizes as in the first line")
            }
            lines.append(
                Line(key: start..<zone.upperBound, node: node, zone: zone, values: first..<values.count))
            cursor.skipLine()
        }
    }

    private func add(
        _ line: Line, _ key: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer, _ output: inout CollectorOutput
    ) -> Int {
        let node = String(decoding: bytes[line.node], as: UTF8.self)
        let zone = String(decoding: bytes[line.zone], as: UTF8.self)
        let series = line.values.indices.map {
            output.series(blocks, [node, zone, String($0 - line.values.lowerBound)])
        }
        return rows.insert(key, series, run: output.run)
    }
}

extension ByteCursor {
    /// Takes `Node 0, zone      DMA`.
    mutating func nodeAndZone() throws(DamagedText) -> (node: Range<Int>, zone: Range<Int>) {
        let start = offset
        guard take("Node ") else { throw damage("a node's number and a zone") }
        skipSpaces()
        let nodeStart = offset
        _ = try digits()
        let node = nodeStart..<offset
        guard take(", zone") else { throw DamagedText(byteOffset: start, expected: "a node's number and a zone") }
        let zone = column()
        guard !zone.isEmpty else { throw DamagedText(byteOffset: start, expected: "a node's number and a zone") }
        return (node, zone)
    }
}
