internal import LinuxSystem
internal import MetricModel

/// `slabinfo`: the kernel's caches of objects, from /proc/slabinfo, which only root may read.
final class SlabinfoCollector: HostCollector {
    struct Line {
        let name: Range<Int>
        /// Active objects, objects, bytes of an object, objects in a slab, pages of a slab.
        var values: [5 of UInt64] = .init(repeating: 0)
    }

    private let families = [
        family("active_objects", "Objects in use."), family("objects", "Objects for which there is memory."),
        MetricFamily(
            "node_slabinfo_object_size_bytes", .gauge, help: "The size of an object.", unit: "bytes", labels: ["slab"]),
        family("objects_per_slab", "Objects in a slab."), family("pages_per_slab", "Pages of a slab."),
    ]
    private let filter: NameFilter
    private let file: KeptFile
    private var lines: [Line] = []
    /// Empty for caches that the filter does not admit.
    private var rows = KeyedRows<[Series?]>()

    init(_ settings: HostMetricsSettings) {
        filter = settings.slabs
        file = KeptFile(settings.roots.procfs + "/slabinfo", endsAtShortRead: false)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try Self.parse(bytes, into: &lines) } catch { throw CollectorError(error, file.path) }
        rows.begin()
        for line in lines {
            let key = UnsafeRawBufferPointer(rebasing: bytes[line.name])
            let row = rows.find(key, run: output.run) ?? add(key, &output)
            for (index, series) in rows[row].enumerated() { output.append(series, Double(line.values[index])) }
        }
        rows.forgetUnseen(&output) { $0 }
    }

    /// Two lines of headings, then `kmem_cache  320  320  256  32  2 : tunables …`.
    static func parse(_ bytes: UnsafeRawBufferPointer, into lines: inout [Line]) throws(DamagedText) {
        lines.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        guard cursor.take("slabinfo - version: 2.") else { throw cursor.damage("slabinfo - version: 2") }
        cursor.skipLine()
        while !cursor.isAtEnd {
            if !cursor.take("#") {
                let name = cursor.column()
                guard !name.isEmpty else { throw cursor.damage("a cache's name") }
                var line = Line(name: name)
                for index in 0..<5 { line.values[index] = try cursor.unsigned() }
                lines.append(line)
            }
            cursor.skipLine()
        }
    }

    private func add(_ key: UnsafeRawBufferPointer, _ output: inout CollectorOutput) -> Int {
        let name = String(decoding: key, as: UTF8.self)
        let series = filter.admits(name) ? families.map { output.series($0, [name]) } : []
        return rows.insert(key, series, run: output.run)
    }

    private static func family(_ name: String, _ help: String) -> MetricFamily {
        MetricFamily("node_slabinfo_\(name)", .gauge, help: help, labels: ["slab"])
    }
}
