internal import LinuxSystem
internal import MetricModel

/// The files of one cgroup that are given as they are, for both versions.
struct ContainerFiles {
    /// What a file's number becomes.
    private struct Part {
        let family: MetricFamily
        var own: [String] = []
        var divisor = 1.0
        var needsQuota = false
    }

    private(set) var files: [CgroupFile] = []
    private let hierarchy: CgroupHierarchy
    private let path: String
    private let labels: [String]

    /// `labels` are those of `ContainerFamilies.labels`. Files that the kernel does not have are left out.
    init(_ hierarchy: CgroupHierarchy, path: String, labels: [String], _ output: inout CollectorOutput) {
        self.hierarchy = hierarchy
        self.path = path
        self.labels = labels
        if hierarchy.isVersion2 { addVersion2(&output) } else { addVersion1(&output) }
        add(.pids, "pids.current", .limit, [Part(family: ContainerFamilies.threads)], &output)
        add(.pids, "pids.max", .limit, [Part(family: ContainerFamilies.threadLimit)], &output)
    }

    private mutating func addVersion2(_ output: inout CollectorOutput) {
        let families = ContainerFamilies.self
        add(
            .cpu, "cpu.max", .quotaAndPeriod, [Part(family: families.specQuota), Part(family: families.specPeriod)],
            &output)
        add(
            .cpu, "cpu.stat",
            .keyed(["usage_usec", "user_usec", "system_usec", "nr_periods", "nr_throttled", "throttled_usec"]),
            [
                Part(family: families.cpuUsage, own: ["total"], divisor: 1e6),
                Part(family: families.cpuUser, divisor: 1e6), Part(family: families.cpuSystem, divisor: 1e6),
                Part(family: families.periods, needsQuota: true),
                Part(family: families.throttledPeriods, needsQuota: true),
                Part(family: families.throttledSeconds, divisor: 1e6, needsQuota: true),
            ], &output)
        add(.cpu, "cpu.weight", .weightAsShares, [Part(family: families.specShares)], &output)
        add(.memory, "memory.peak", .limit, [Part(family: families.memoryMaximum)], &output)
        add(.memory, "memory.swap.current", .limit, [Part(family: families.memorySwap)], &output)
        // cAdvisor has no count of its own here; `max` is what version 1 calls failcnt.
        add(
            .memory, "memory.events", .keyed(["max", "oom_kill"]),
            [Part(family: families.failureCount), Part(family: families.outOfMemory)], &output)
        add(.memory, "memory.max", .limit, [Part(family: families.specMemoryLimit)], &output)
        add(.memory, "memory.min", .limit, [Part(family: families.specMemoryReservation)], &output)
        add(.memory, "memory.swap.max", .limit, [Part(family: families.specSwapLimit)], &output)
        for (name, pressure) in [
            ("cpu", families.cpuPressure), ("memory", families.memoryPressure), ("io", families.blockPressure),
        ] {
            add(
                .cpu, name + ".pressure", .pressure,
                [Part(family: pressure.waiting, divisor: 1e6), Part(family: pressure.stalled, divisor: 1e6)], &output)
        }
    }

    private mutating func addVersion1(_ output: inout CollectorOutput) {
        let families = ContainerFamilies.self
        let count = processorCount()
        if count > 0 {
            add(
                .cpuAccounting, "cpuacct.usage_percpu", .numbers,
                (0..<count).map { Part(family: families.cpuUsage, own: [Self.processorLabel($0)], divisor: 1e9) },
                &output)
        } else {
            add(
                .cpuAccounting, "cpuacct.usage", .limit,
                [Part(family: families.cpuUsage, own: ["total"], divisor: 1e9)], &output)
        }
        // In ticks, of which all kernels tell programs 100 a second.
        add(
            .cpuAccounting, "cpuacct.stat", .keyed(["user", "system"]),
            [Part(family: families.cpuUser, divisor: 100), Part(family: families.cpuSystem, divisor: 100)], &output)
        add(.cpu, "cpu.cfs_quota_us", .quota, [Part(family: families.specQuota)], &output)
        add(.cpu, "cpu.cfs_period_us", .limit, [Part(family: families.specPeriod)], &output)
        add(
            .cpu, "cpu.stat", .keyed(["nr_periods", "nr_throttled", "throttled_time"]),
            [
                Part(family: families.periods, needsQuota: true),
                Part(family: families.throttledPeriods, needsQuota: true),
                Part(family: families.throttledSeconds, divisor: 1e9, needsQuota: true),
            ], &output)
        add(.cpu, "cpu.shares", .limit, [Part(family: families.specShares)], &output)
        add(.memory, "memory.max_usage_in_bytes", .limit, [Part(family: families.memoryMaximum)], &output)
        add(.memory, "memory.kmem.usage_in_bytes", .limit, [Part(family: families.memoryKernel)], &output)
        add(.memory, "memory.failcnt", .limit, [Part(family: families.failureCount)], &output)
        add(.memory, "memory.oom_control", .keyed(["oom_kill"]), [Part(family: families.outOfMemory)], &output)
        add(.memory, "memory.limit_in_bytes", .limit, [Part(family: families.specMemoryLimit)], &output)
        add(.memory, "memory.soft_limit_in_bytes", .limit, [Part(family: families.specMemoryReservation)], &output)
        add(.memory, "memory.memsw.limit_in_bytes", .limit, [Part(family: families.specSwapLimit)], &output)
    }

    private mutating func add(
        _ controller: CgroupHierarchy.Controller, _ name: String, _ form: CgroupFile.Form, _ parts: [Part],
        _ output: inout CollectorOutput
    ) {
        guard let directory = hierarchy.directory(controller, path), Files.exists(directory + "/" + name) else {
            return
        }
        let targets = parts.map { part in
            CgroupFile.Target(
                series: output.series(part.family, labels + part.own), divisor: part.divisor,
                needsQuota: part.needsQuota)
        }
        files.append(
            CgroupFile(
                file: KeptFile(directory + "/" + name, endsAtShortRead: true), form: form, targets: targets))
    }

    private func processorCount() -> Int {
        guard let directory = hierarchy.directory(.cpuAccounting, path),
            let text = try? Files.readText(directory + "/cpuacct.usage_percpu", byteLimit: 64 << 10)
        else { return 0 }
        return text.split(separator: " ").count
    }

    private static func processorLabel(_ number: Int) -> String { number < 10 ? "cpu0\(number)" : "cpu\(number)" }
}
