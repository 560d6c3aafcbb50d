internal import LinuxSystem
internal import MetricModel

/// The processes of a cgroup: how many there are, and which of them has been there longest.
struct ContainerProcesses {
    /// Podman, systemd-nspawn and systemd inside a container move the processes down in version 2.
    private let files: [KeptFile]
    private let procfs: String
    private let series: Series?
    /// How many processes are looked at for the eldest.
    private static let lookLimit = 64

    init(_ hierarchy: CgroupHierarchy, path: String, labels: [String], procfs: String, _ output: inout CollectorOutput)
    {
        let directory = hierarchy.walked + path
        files = ["", "/container", "/init.scope", "/payload", "/payload/init.scope"].map {
            KeptFile("\(directory)\($0)/cgroup.procs", endsAtShortRead: false)
        }
        self.procfs = procfs
        series = output.series(ContainerFamilies.processes, labels)
    }

    func close() {
        for file in files { file.close() }
    }

    func give(_ output: inout CollectorOutput) throws(CollectorError) {
        guard let processes = try read(output, limit: 0) else { return }
        output.append(series, Double(processes.count))
    }

    /// The process that was started first and when, in ticks since the start of the machine; nil where none can be seen.
    func eldest(_ output: borrowing CollectorOutput) throws(CollectorError) -> (number: Int, startTicks: UInt64)? {
        var eldest: (number: Int, startTicks: UInt64)?
        for number in try read(output, limit: Self.lookLimit)?.first ?? [] where number > 0 {
            // One that has ended since is none.
            let bytes = (try? Files.read("\(procfs)/\(number)/stat", byteLimit: 4096)) ?? []
            guard let process = try? bytes.withUnsafeBytes({ try ProcessText.parse($0) }) else { continue }
            if eldest.map({ process.startTicks < $0.startTicks }) ?? true { eldest = (number, process.startTicks) }
        }
        return eldest
    }

    /// From the first file that has any; nil where none can be read.
    private func read(
        _ output: borrowing CollectorOutput, limit: Int
    ) throws(CollectorError) -> (count: Int, first: [Int])? {
        var result: (count: Int, first: [Int])?
        for file in files {
            // A cgroup of threads has no processes to tell (EOPNOTSUPP).
            guard let bytes = try? file.read(into: output.buffer) else { continue }
            do throws(DamagedText) {
                let some = try CgroupText.parseProcesses(bytes, limit: limit)
                if some.count > 0 { return some }
                result = some
            } catch { throw CollectorError(error, file.path) }
        }
        return result
    }
}
