internal import LinuxSystem
internal import MetricModel

/// `netstat`: counters of the network protocols from /proc/net/netstat, snmp and snmp6.
final class NetstatCollector: HostCollector {
    /// A field as its file gives it, in the file's order.
    private struct ProtocolFields {
        /// One for each field: nil where the pattern does not want it.
        let fields: [Field?]
    }

    private struct Field {
        let series: Series?
    }

    private let pattern: NamePattern
    private let tableFiles: [KeptFile]
    private let listFile: KeptFile
    private var headings: [Range<Int>] = []
    private var values: [Double] = []
    private var tables = [KeyedRows<ProtocolFields>(), KeyedRows<ProtocolFields>()]
    private var list = FieldText()

    init(_ settings: HostMetricsSettings) {
        pattern = settings.netstatFields
        let root = settings.roots.procfs + "/net/"
        tableFiles = [
            KeptFile(root + "netstat", endsAtShortRead: true), KeptFile(root + "snmp", endsAtShortRead: true),
        ]
        listFile = KeptFile(root + "snmp6", endsAtShortRead: true)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        for index in 0..<2 { try collectTable(index, &output) }
        // A kernel without IPv6, or with it switched off, has no such file.
        guard let bytes = try output.readIfPresent(listFile) else { return list.removeAll(&output) }
        do throws(DamagedText) {
            try list.give(bytes, &output) { name in
                guard let six = name.firstIndex(of: "6") else { return nil }
                let field = name[...six] + "_" + name[name.index(after: six)...]
                return family(String(field)).map { ($0, []) }
            }
        } catch {
            throw CollectorError(error, listFile.path)
        }
    }

    private func collectTable(_ index: Int, _ output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(tableFiles[index])
        do throws(DamagedText) { try Self.parse(bytes, into: &headings, &values) } catch {
            throw CollectorError(error, tableFiles[index].path)
        }
        tables[index].begin()
        var next = 0
        for heading in headings {
            let key = UnsafeRawBufferPointer(rebasing: bytes[heading])
            let row = tables[index].find(key, run: output.run) ?? add(index, key, &output)
            for field in tables[index][row].fields {
                if let field { output.append(field.series, values[next]) }
                next += 1
            }
        }
        tables[index].forgetUnseen(&output) { $0.fields.map { $0?.series } }
    }

    /// Pairs of lines, `Tcp: RtoAlgorithm RtoMin …` and `Tcp: 1 200 …`: the first ones, and the numbers of all second
    /// ones. There are as many numbers as the first lines have names.
    static func parse(
        _ bytes: UnsafeRawBufferPointer, into headings: inout [Range<Int>], _ values: inout [Double]
    ) throws(DamagedText) {
        headings.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            let heading = cursor.restOfLine
            var names = ByteCursor(bytes, from: heading.lowerBound, to: heading.upperBound)
            let name = names.column()
            guard name.count > 1, bytes[name.upperBound - 1] == UInt8(ascii: ":") else {
                throw cursor.damage("a protocol's name and a colon")
            }
            cursor.skipLine()
            let start = cursor.offset
            guard cursor.slice(cursor.column()).isEqual(to: names.slice(name)) else {
                throw DamagedText(byteOffset: start, expected: "the same protocol's numbers")
            }
            while !names.isLineDone() {
                names.skipColumn()
                values.append(try cursor.number())
            }
            guard cursor.isLineDone() else { throw cursor.damage("as many numbers as names") }
            cursor.skipLine()
            headings.append(heading)
        }
    }

    private func add(_ index: Int, _ key: UnsafeRawBufferPointer, _ output: inout CollectorOutput) -> Int {
        var cursor = ByteCursor(key)
        let prefix = cursor.text(cursor.column()).dropLast()
        var fields: [Field?] = []
        while !cursor.isLineDone() {
            let wanted = family("\(prefix)_\(cursor.text(cursor.column()))")
            fields.append(wanted.map { Field(series: output.series($0)) })
        }
        return tables[index].insert(key, ProtocolFields(fields: fields), run: output.run)
    }

    /// The family of the field `Tcp_InSegs`; nil where the pattern does not want it.
    private func family(_ field: String) -> MetricFamily? {
        guard pattern.matches(field) else { return nil }
        return MetricFamily(
            "node_netstat_" + MetricName.part(field), .unknown, help: "Protocol counter \(field) of the kernel.")
    }
}
