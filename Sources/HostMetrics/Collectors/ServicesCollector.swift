internal import LinuxSystem
internal import MetricModel

/// `services`: what the processes of the services named in `services.names` use together.
///
/// A name is a unit's (`mosquitto.service`, found by the process's cgroup) or a program's (the first 15 bytes of what the
/// kernel calls it, as it keeps no more). What processes that have ended had used stays in the sums, so the counters never step
/// back; only what one used between the last run and its end is not seen.
final class ServicesCollector: HostCollector {
    private static let cpu = MetricFamily(
        "wayside_service_cpu_seconds_total", .counter,
        help: "CPU time that the service's processes used since the agent was started.", unit: "seconds",
        labels: ["service", "mode"])
    private static let memory = MetricFamily(
        "wayside_service_resident_memory_bytes", .gauge,
        help: "Memory of the service's processes; what they share counts for each.", unit: "bytes",
        labels: ["service"])
    private static let processes = MetricFamily(
        "wayside_service_processes", .gauge, help: "The service's processes.", labels: ["service"])
    private static let threads = MetricFamily(
        "wayside_service_threads", .gauge, help: "The service's threads.", labels: ["service"])

    /// One of the names, and this run's sums.
    private struct Service {
        let name: String
        let isUnit: Bool
        var series: [Series?] = []
        var userTicks = 0.0
        var systemTicks = 0.0
        /// This run's.
        var residentPages = 0.0
        var processCount = 0.0
        var threadCount = 0.0
    }

    /// A process that was there in an earlier run.
    private struct Known {
        /// Kept for its path: it is closed after each read, as there may be thousands.
        let file: KeptFile
        /// Nil before the first read.
        var startTicks: UInt64?
        var userTicks: UInt64 = 0
        var systemTicks: UInt64 = 0
        /// Which units it is of; found once, as processes do not move between them.
        var units: [Int] = []
    }

    private let procfs: String
    private var services: [Service]
    private let hasUnits: Bool
    private let pageByteCount: Double
    private var known = KeyedRows<Known>()
    private var directory: KeptDirectory
    private var numbers: [UInt32] = []
    private var isFirstRun = true

    init(_ settings: HostMetricsSettings) {
        procfs = settings.roots.procfs
        services = settings.services.names.map { name in
            Service(name: name, isUnit: name.contains("."))
        }
        hasUnits = services.contains(where: \.isUnit)
        pageByteCount = Double(Machine.pageByteCount)
        directory = KeptDirectory(settings.roots.procfs)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        if services.isEmpty { return }
        if let problem = AgentView.processProblem(procfs) { output.remark(problem) }
        for index in services.indices {
            services[index].residentPages = 0
            services[index].processCount = 0
            services[index].threadCount = 0
            if services[index].series.isEmpty { services[index].series = makeSeries(services[index].name, &output) }
        }
        numbers.removeAll(keepingCapacity: true)
        do throws(SystemError) {
            try directory.forEachName(using: output.buffer) { name in
                var cursor = ByteCursor(name)
                if let number = try? cursor.unsigned(), cursor.isAtEnd { numbers.append(UInt32(clamping: number)) }
            }
        } catch { throw .system(error) }
        known.begin()
        var failure: CollectorError?
        for number in numbers {
            do throws(CollectorError) { try add(number, output) } catch { failure = failure ?? error }
        }
        known.removeUnseen(run: output.run) { _ in }
        isFirstRun = false
        for service in services { give(service, &output) }
        if let failure { throw failure }
    }

    private func makeSeries(_ name: String, _ output: inout CollectorOutput) -> [Series?] {
        [
            output.series(Self.cpu, [name, "user"]), output.series(Self.cpu, [name, "system"]),
            output.series(Self.memory, [name]), output.series(Self.processes, [name]),
            output.series(Self.threads, [name]),
        ]
    }

    private func give(_ service: Service, _ output: inout CollectorOutput) {
        output.append(service.series[0], service.userTicks / ProcessText.ticksPerSecond)
        output.append(service.series[1], service.systemTicks / ProcessText.ticksPerSecond)
        output.append(service.series[2], service.residentPages * pageByteCount)
        output.append(service.series[3], service.processCount)
        output.append(service.series[4], service.threadCount)
    }

    /// Adds what the process called `number` uses to the services that it is of. One that has ended since is left out.
    private func add(_ number: UInt32, _ output: borrowing CollectorOutput) throws(CollectorError) {
        let index = row(number, output.run)
        let file = known[index].file
        defer { file.close() }
        guard let bytes = try? file.read(into: output.buffer) else { return }
        let process: ProcessText
        do throws(DamagedText) { process = try ProcessText.parse(bytes) } catch {
            throw CollectorError(error, file.path)
        }
        if known[index].startTicks != process.startTicks {
            // It is new, or the number is another process's now. What it had used before counts where it began under the
            // agent's eyes, and not where the agent itself is new.
            known[index].startTicks = process.startTicks
            known[index].userTicks = isFirstRun ? process.userTicks : 0
            known[index].systemTicks = isFirstRun ? process.systemTicks : 0
            // This reads into memory of its own, so the name's bytes stay valid.
            known[index].units = hasUnits ? units(Files.parent(of: file.path)) : []
        }
        let userTicks = Double(process.userTicks) - Double(known[index].userTicks)
        let systemTicks = Double(process.systemTicks) - Double(known[index].systemTicks)
        known[index].userTicks = process.userTicks
        known[index].systemTicks = process.systemTicks
        let name = UnsafeRawBufferPointer(rebasing: bytes[process.name])
        for service in services.indices where isOf(service, known[index].units, name) {
            services[service].userTicks += max(0, userTicks)
            services[service].systemTicks += max(0, systemTicks)
            services[service].residentPages += Double(process.residentPages)
            services[service].processCount += 1
            services[service].threadCount += Double(process.threadCount)
        }
    }

    private func row(_ number: UInt32, _ run: UInt64) -> Int {
        withUnsafeBytes(of: number) { key in
            known.find(key, run: run)
                ?? known.insert(
                    key, Known(file: KeptFile("\(procfs)/\(number)/stat", endsAtShortRead: true)), run: run)
        }
    }

    /// Whether the process is of a service: by its units, or by the program's name.
    private func isOf(_ index: Int, _ units: [Int], _ name: UnsafeRawBufferPointer) -> Bool {
        services[index].isUnit ? units.contains(index) : services[index].name.utf8.prefix(15).elementsEqual(name)
    }

    /// The units among the services whose cgroup the process is in, at any depth.
    private func units(_ path: String) -> [Int] {
        let text = (try? Files.readText(path + "/cgroup", byteLimit: 16 << 10)) ?? ""
        // `0::/system.slice/x.service`, and in version 1 a line for each hierarchy.
        let parts = Set(text.split(whereSeparator: { $0 == "/" || $0 == "\n" || $0 == ":" }))
        return services.indices.filter { services[$0].isUnit && parts.contains(Substring(services[$0].name)) }
    }
}
