internal import LinuxSystem
internal import MetricModel

/// The part of `cpu` that is in /sys/devices/system/cpu: thermal throttling, isolated and online processors.
final class CPUTopology {
    private struct Reading {
        let file: KeptFile
        let series: Series?
    }

    private let coreThrottles = MetricFamily(
        "node_cpu_core_throttles_total", .counter, help: "How often the core was slowed down for its heat.",
        labels: ["package", "core"])
    private let packageThrottles = MetricFamily(
        "node_cpu_package_throttles_total", .counter, help: "How often the package was slowed down for its heat.",
        labels: ["package"])
    private let isolated = MetricFamily(
        "node_cpu_isolated", .gauge, help: "1 for each processor kept free of scheduling (isolcpus).", labels: ["cpu"])
    private let online = MetricFamily(
        "node_cpu_online", .gauge, help: "1 when the processor is in use, 0 when it is taken out.", labels: ["cpu"])
    private let root: String
    private var needsScan = true
    private var throttles: [Reading] = []
    private var onlineStates: [Reading] = []
    private var isolatedSeries: [Series?] = []

    init(sysfs: String) {
        root = sysfs + "/devices/system/cpu"
    }

    /// Looks for processors again at the next `collect`.
    func rescan() { needsScan = true }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        if needsScan {
            forget(&output)
            try scan(&output)
            needsScan = false
        }
        for series in isolatedSeries { output.append(series, 1) }
        for reading in throttles {
            // A file that went is a processor that went: /proc/stat tells in the next run.
            guard let bytes = try output.readIfPresent(reading.file) else { continue }
            output.append(reading.series, try number(bytes, reading.file))
        }
        for reading in onlineStates {
            let isOnline = try output.readIfPresent(reading.file).map { $0.first == UInt8(ascii: "1") } ?? false
            output.append(reading.series, isOnline ? 1 : 0)
        }
    }

    /// `2-4,7` is 2, 3, 4, 7; at most 65,536 numbers, the kernel's own bound for processors being 8,192.
    static func parseRanges(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> [Int] {
        var numbers: [Int] = []
        var cursor = ByteCursor(bytes)
        cursor.skipSpaces()
        while !cursor.isAtLineEnd {
            let start = cursor.offset
            let first = try cursor.digits()
            let last = cursor.take("-") ? try cursor.digits() : first
            guard first <= last, last < 65_536, UInt64(numbers.count) + last - first < 65_536 else {
                throw DamagedText(byteOffset: start, expected: "a range of processors")
            }
            numbers.append(contentsOf: Int(first)...Int(last))
            guard cursor.take(",") || cursor.isAtLineEnd else { throw cursor.damage("a comma") }
        }
        return numbers
    }

    private func forget(_ output: inout CollectorOutput) {
        let all = throttles.map(\.series) + onlineStates.map(\.series) + isolatedSeries
        output.forget(Set(all.compactMap { $0 }))
        throttles = []
        onlineStates = []
        isolatedSeries = []
    }

    private func scan(_ output: inout CollectorOutput) throws(CollectorError) {
        let names: [String]
        do throws(SystemError) { names = try Files.list(root).filter(CPUTopology.isProcessor) } catch {
            if error.isNotFound { return }
            throw .system(error)
        }
        var packages: Set<Int64> = []
        var cores: Set<[Int64]> = []
        for name in names {
            guard let package = topologyNumber(name, "physical_package_id", output),
                let core = topologyNumber(name, "core_id", output)
            else { continue }
            if !cores.contains([package, core]), let file = throttleFile(name, "core_throttle_count") {
                cores.insert([package, core])
                throttles.append(
                    Reading(file: file, series: output.series(coreThrottles, [String(package), String(core)])))
            }
            if !packages.contains(package), let file = throttleFile(name, "package_throttle_count") {
                packages.insert(package)
                throttles.append(Reading(file: file, series: output.series(packageThrottles, [String(package)])))
            }
        }
        // Where the first processor cannot be taken out, x86 kernels say nothing of it, and node_exporter of none.
        if let first = names.first, Files.exists("\(root)/\(first)/online") {
            onlineStates = names.map { name in
                Reading(
                    file: KeptFile("\(root)/\(name)/online", endsAtShortRead: true),
                    series: output.series(online, [String(name.dropFirst(3))]))
            }
        }
        try scanIsolated(&output)
    }

    /// Isolation is a boot parameter, so it is read with the list of processors only.
    private func scanIsolated(_ output: inout CollectorOutput) throws(CollectorError) {
        let file = KeptFile(root + "/isolated", endsAtShortRead: true)
        guard let bytes = try output.readIfPresent(file) else { return }
        let numbers: [Int]
        do throws(DamagedText) { numbers = try CPUTopology.parseRanges(bytes) } catch {
            throw CollectorError(error, file.path)
        }
        isolatedSeries = numbers.map { output.series(isolated, [String($0)]) }
    }

    static func isProcessor(_ name: String) -> Bool {
        name.hasPrefix("cpu") && name.utf8.count > 3 && name.utf8.dropFirst(3).allSatisfy { (0x30...0x39).contains($0) }
    }

    /// A number of the processor's topology; nil on kernels and architectures without it.
    private func topologyNumber(_ name: String, _ leaf: String, _ output: borrowing CollectorOutput) -> Int64? {
        // Whatever keeps it from being read, it is not there to label throttles with.
        try? output.readNumber(KeptFile("\(root)/\(name)/topology/\(leaf)", endsAtShortRead: true))
    }

    private func throttleFile(_ name: String, _ leaf: String) -> KeptFile? {
        let path = "\(root)/\(name)/thermal_throttle/\(leaf)"
        return Files.exists(path) ? KeptFile(path, endsAtShortRead: true) : nil
    }

    private func number(_ bytes: UnsafeRawBufferPointer, _ file: KeptFile) throws(CollectorError) -> Double {
        var cursor = ByteCursor(bytes)
        do throws(DamagedText) { return Double(try cursor.unsigned()) } catch { throw CollectorError(error, file.path) }
    }
}
