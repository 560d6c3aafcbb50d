internal import LinuxSystem
internal import MetricModel

/// `meminfo`: every field of /proc/meminfo as `node_memory_<field>`, with `_bytes` where the kernel says kB.
///
/// node_exporter up to 1.8 gave every field too; later ones give only those they know, all of which are among these.
final class MeminfoCollector: HostCollector {
    /// One line: where its name is, and the value in bytes or as a count.
    struct Field: Equatable {
        let name: Range<Int>
        let value: UInt64
        let isInBytes: Bool
    }

    private let file: KeptFile
    private var fields: [Field] = []
    private var rows = KeyedRows<Series?>()

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/meminfo", endsAtShortRead: true)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try MeminfoCollector.parse(bytes, into: &fields) } catch {
            throw CollectorError(error, file.path)
        }
        rows.begin()
        for field in fields {
            let key = UnsafeRawBufferPointer(rebasing: bytes[field.name])
            let row = rows.find(key, run: output.run) ?? add(field, key, &output)
            output.append(rows[row], Double(field.value))
        }
        rows.forgetUnseen(&output) { [$0] }
    }

    /// Lines of `Active(anon):   1320 kB`, or without a unit for counts of pages.
    static func parse(_ bytes: UnsafeRawBufferPointer, into fields: inout [Field]) throws(DamagedText) {
        fields.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            let column = cursor.column()
            guard column.count > 1, bytes[column.upperBound - 1] == UInt8(ascii: ":") else {
                throw DamagedText(byteOffset: column.lowerBound, expected: "a field name and a colon")
            }
            let valueStart = cursor.offset
            var value = try cursor.unsigned()
            cursor.skipSpaces()
            let isInBytes = !cursor.isAtLineEnd
            if isInBytes {
                guard cursor.take("kB"), cursor.isAtLineEnd else { throw cursor.damage("kB or the line's end") }
                let (byteCount, overflow) = value.multipliedReportingOverflow(by: 1024)
                guard !overflow else { throw DamagedText(byteOffset: valueStart, expected: "a 54-bit number of kB") }
                value = byteCount
            }
            cursor.skipLine()
            fields.append(
                Field(name: column.lowerBound..<(column.upperBound - 1), value: value, isInBytes: isInBytes))
        }
    }

    /// The metric's name: `Active(anon)` is `node_memory_Active_anon_bytes`.
    static func metricName(_ field: UnsafeRawBufferPointer, isInBytes: Bool) -> String {
        var name = "node_memory_"
        for byte in field where byte != UInt8(ascii: ")") {
            let character = Character(UnicodeScalar(byte))
            name.append(character.isASCII && (character.isLetter || character.isNumber) ? character : "_")
        }
        return isInBytes ? name + "_bytes" : name
    }

    private func add(_ field: Field, _ key: UnsafeRawBufferPointer, _ output: inout CollectorOutput) -> Int {
        let family = MetricFamily(
            MeminfoCollector.metricName(key, isInBytes: field.isInBytes), .gauge,
            help: "Field \(String(decoding: key, as: UTF8.self)) of /proc/meminfo.",
            unit: field.isInBytes ? "bytes" : "")
        return rows.insert(key, output.series(family), run: output.run)
    }
}
