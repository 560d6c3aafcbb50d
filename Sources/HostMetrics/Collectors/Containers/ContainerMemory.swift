internal import LinuxSystem
internal import MetricModel

/// What is in use of a container's memory: two files that are taken together, because the working set is the usage without
/// the page cache that was not used lately, and never below 0.
struct ContainerMemory {
    /// A line of `memory.stat` and what it becomes; two series where version 2 does not tell the cgroup's page faults from
    /// those below it.
    private struct Key {
        let key: StaticString
        let family: MetricFamily
        var own: [[String]] = [[]]
    }

    private static let version2 = [
        Key(key: "anon", family: ContainerFamilies.memoryResident),
        Key(key: "file", family: ContainerFamilies.memoryCache),
        Key(key: "kernel", family: ContainerFamilies.memoryKernel),
        Key(key: "file_mapped", family: ContainerFamilies.memoryMapped),
        Key(key: "inactive_file", family: ContainerFamilies.inactiveFile),
        Key(key: "active_file", family: ContainerFamilies.activeFile),
        Key(
            key: "pgfault", family: ContainerFamilies.faults,
            own: [["pgfault", "container"], ["pgfault", "hierarchy"]]),
        Key(
            key: "pgmajfault", family: ContainerFamilies.faults,
            own: [["pgmajfault", "container"], ["pgmajfault", "hierarchy"]]),
    ]
    private static let version1 = [
        Key(key: "pgfault", family: ContainerFamilies.faults, own: [["pgfault", "container"]]),
        Key(key: "pgmajfault", family: ContainerFamilies.faults, own: [["pgmajfault", "container"]]),
        Key(key: "total_cache", family: ContainerFamilies.memoryCache),
        Key(key: "total_rss", family: ContainerFamilies.memoryResident),
        Key(key: "total_mapped_file", family: ContainerFamilies.memoryMapped),
        Key(key: "total_swap", family: ContainerFamilies.memorySwap),
        Key(key: "total_pgfault", family: ContainerFamilies.faults, own: [["pgfault", "hierarchy"]]),
        Key(key: "total_pgmajfault", family: ContainerFamilies.faults, own: [["pgmajfault", "hierarchy"]]),
        Key(key: "total_inactive_file", family: ContainerFamilies.inactiveFile),
        Key(key: "total_active_file", family: ContainerFamilies.activeFile),
    ]

    private let usageFile: KeptFile
    private let statFile: KeptFile
    private let keys: [StaticString]
    private let inactiveIndex: Int?
    private let usage: Series?
    private let workingSet: Series?
    private let series: [[Series?]]

    /// Nil where memory is not accounted for.
    init?(_ hierarchy: CgroupHierarchy, path: String, labels: [String], _ output: inout CollectorOutput) {
        guard let directory = hierarchy.directory(.memory, path) else { return nil }
        let usagePath = directory + (hierarchy.isVersion2 ? "/memory.current" : "/memory.usage_in_bytes")
        guard Files.exists(usagePath) else { return nil }
        usageFile = KeptFile(usagePath, endsAtShortRead: true)
        statFile = KeptFile(directory + "/memory.stat", endsAtShortRead: true)
        let table = hierarchy.isVersion2 ? Self.version2 : Self.version1
        keys = table.map(\.key)
        inactiveIndex = table.firstIndex { $0.family === ContainerFamilies.inactiveFile }
        usage = output.series(ContainerFamilies.memoryUsage, labels)
        workingSet = output.series(ContainerFamilies.workingSet, labels)
        series = table.map { key in key.own.map { output.series(key.family, labels + $0) } }
    }

    func give(_ output: inout CollectorOutput, _ scratch: inout CgroupFile.Scratch) throws(CollectorError) {
        guard let usageBytes = try? usageFile.read(into: output.buffer) else { return }
        let used: Double
        do throws(DamagedText) { used = try CgroupText.parseLimit(usageBytes) } catch {
            throw CollectorError(error, usageFile.path)
        }
        output.append(usage, used)
        guard let bytes = try? statFile.read(into: output.buffer) else { return }
        do throws(DamagedText) { try CgroupText.parseKeyed(bytes, keys, into: &scratch.values) } catch {
            throw CollectorError(error, statFile.path)
        }
        for (index, value) in scratch.values.enumerated() where !value.isNaN {
            for series in series[index] { output.append(series, value) }
        }
        if let inactiveIndex, !scratch.values[inactiveIndex].isNaN {
            output.append(workingSet, max(0, used - scratch.values[inactiveIndex]))
        }
    }

    func close() {
        usageFile.close()
        statFile.close()
    }
}
