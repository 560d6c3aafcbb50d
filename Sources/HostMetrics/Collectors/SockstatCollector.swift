internal import LinuxSystem
internal import MetricModel

/// `sockstat`: sockets and their memory by protocol, from /proc/net/sockstat and sockstat6.
final class SockstatCollector: HostCollector {
    /// One number: its protocol's and its own name.
    struct Field: Equatable {
        let group: Range<Int>
        let name: Range<Int>
        let value: Double
    }

    private static let used = MetricFamily(
        "node_sockstat_sockets_used", .gauge, help: "Sockets of all kinds in use.")
    private static let kinds: [(name: String, help: String)] = [
        ("inuse", "in use"), ("orphan", "without a process"), ("tw", "that wait for late packets"),
        ("alloc", "allocated"), ("mem", "memory in pages"), ("memory", "memory in bytes"),
    ]

    private let files: [KeptFile]
    private let pageByteCount = Double(Machine.pageByteCount)
    private var fields: [Field] = []
    private var rows = [FieldRows(), FieldRows()]
    /// The name that is looked up, made of two.
    private var key: [UInt8] = []

    init(_ settings: HostMetricsSettings) {
        let root = settings.roots.procfs + "/net/"
        files = [
            KeptFile(root + "sockstat", endsAtShortRead: true), KeptFile(root + "sockstat6", endsAtShortRead: true),
        ]
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        // Either is missing where its protocol family is.
        for index in 0..<2 {
            rows[index].begin()
            if let bytes = try output.readIfPresent(files[index]) {
                do throws(DamagedText) { try Self.parse(bytes, into: &fields) } catch {
                    throw CollectorError(error, files[index].path)
                }
                for field in fields { give(index, field, bytes, &output) }
            }
            rows[index].end(&output)
        }
    }

    /// Lines of `TCP: inuse 4 orphan 0 tw 4 alloc 17 mem 1`.
    static func parse(_ bytes: UnsafeRawBufferPointer, into fields: inout [Field]) throws(DamagedText) {
        fields.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            let group = cursor.column()
            guard group.count > 1, bytes[group.upperBound - 1] == UInt8(ascii: ":"), !cursor.isLineDone() else {
                throw DamagedText(byteOffset: group.lowerBound, expected: "a protocol, a colon and its numbers")
            }
            while !cursor.isLineDone() {
                let name = cursor.column()
                fields.append(
                    Field(
                        group: group.lowerBound..<(group.upperBound - 1), name: name, value: try cursor.number()))
            }
            cursor.skipLine()
        }
    }

    private func give(
        _ index: Int, _ field: Field, _ bytes: UnsafeRawBufferPointer, _ output: inout CollectorOutput
    ) {
        key.removeAll(keepingCapacity: true)
        key.append(contentsOf: bytes[field.group])
        key.append(UInt8(ascii: "_"))
        key.append(contentsOf: bytes[field.name])
        look(index, field.value, &output)
        guard key.count > 4, key.suffix(4).elementsEqual("_mem".utf8) else { return }
        key.append(contentsOf: "_bytes".utf8)
        look(index, field.value * pageByteCount, &output)
    }

    private func look(_ index: Int, _ value: Double, _ output: inout CollectorOutput) {
        key.withUnsafeBytes { key in
            rows[index].give(key, value, &output) { name in Self.family(name).map { ($0, []) } }
        }
    }

    /// The family of `TCP_inuse`; nil for what node_exporter does not know.
    private static func family(_ name: String) -> MetricFamily? {
        if name == "sockets_used" { return used }
        if name.hasSuffix("_mem_bytes") {
            return MetricFamily(
                "node_sockstat_" + MetricName.part(name), .gauge,
                help: "Sockets of \(name.dropLast(10)): memory in bytes.", unit: "bytes")
        }
        guard let bar = name.lastIndex(of: "_"),
            let kind = kinds.first(where: { $0.name == name[name.index(after: bar)...] })
        else { return nil }
        return MetricFamily(
            "node_sockstat_" + MetricName.part(name), .gauge, help: "Sockets of \(name[..<bar]): \(kind.help).")
    }
}
