internal import LinuxSystem
internal import MetricModel

/// What is kept for one container or unit between runs.
final class ContainerRow {
    /// The network that a container's processes see, as the number that the kernel gives its files.
    struct NetworkIdentity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    let path: String
    /// Why its name is not known, if something was wrong.
    let problem: CollectorError?
    /// When it began, in seconds since 1970: of its eldest process, else of its directory.
    private(set) var startSeconds: Double
    /// Nil where no process of it can be seen.
    private(set) var networkIdentity: NetworkIdentity?
    private var processNumber: Int?
    private var looksLeft = 10
    private let bootSeconds: Double?
    private let procfs: String
    private let labels: [String]
    private let keepsFilesOpen: Bool
    private let files: [CgroupFile]
    private let memory: ContainerMemory?
    private let processes: ContainerProcesses
    private let lastSeen: Series?
    private let startTime: Series?
    private let fixedSeries: Set<Series>
    private var blockIO: ContainerBlockIO?
    private var network: ContainerNetwork?

    /// `labels` are those of `ContainerFamilies.labels`. `bootSeconds` is when the machine was started, if that is known.
    init(
        _ hierarchy: CgroupHierarchy, path: String, directoryPath: String, labels: [String], roots: HostRoots,
        bootSeconds: Double?, keepsFilesOpen: Bool, problem: CollectorError?, _ output: inout CollectorOutput
    ) {
        self.path = path
        self.problem = problem
        self.labels = labels
        self.keepsFilesOpen = keepsFilesOpen
        procfs = roots.procfs
        output.beginNotingSeries()
        files = ContainerFiles(hierarchy, path: path, labels: labels, &output).files
        memory = ContainerMemory(hierarchy, path: path, labels: labels, &output)
        processes = ContainerProcesses(hierarchy, path: path, labels: labels, procfs: roots.procfs, &output)
        lastSeen = output.series(ContainerFamilies.lastSeen, labels)
        startTime = output.series(ContainerFamilies.startTime, labels)
        fixedSeries = output.endNotingSeries()
        blockIO = ContainerBlockIO(hierarchy, path: path, labels: labels, sysfs: roots.sysfs)
        startSeconds = Double(DirectoryStatus(of: directoryPath)?.modifiedUnixNanoseconds ?? 0) / 1e9
        self.bootSeconds = bootSeconds
        _ = lookForProcess(output)
    }

    /// Looks for the eldest process, which tells when the container began and what network it has. A runtime makes the
    /// cgroup before it puts a process there, so there are a few looks; answers whether one was found now.
    func lookForProcess(_ output: borrowing CollectorOutput) -> Bool {
        guard processNumber == nil, looksLeft > 0 else { return false }
        looksLeft -= 1
        // Garbage among the processes says so when it is given.
        guard let eldest = (try? processes.eldest(output)) ?? nil else { return false }
        if let bootSeconds { startSeconds = bootSeconds + Double(eldest.startTicks) / ProcessText.ticksPerSecond }
        processNumber = eldest.number
        networkIdentity = Self.networkIdentity(procfs, process: "\(eldest.number)")
        return true
    }

    /// Each network has files of its own, so theirs tell networks apart without the right to look at namespaces.
    static func networkIdentity(_ procfs: String, process: String) -> NetworkIdentity? {
        FileStamp(of: "\(procfs)/\(process)/net/dev").map {
            NetworkIdentity(device: $0.device, inode: $0.inode)
        }
    }

    var allSeries: Set<Series> {
        fixedSeries.union(blockIO?.allSeries ?? []).union(network?.allSeries ?? [])
    }

    var hasNetwork: Bool { network != nil }

    /// Says that the traffic of its network is this container's.
    func attributeNetwork() {
        guard let processNumber else { return }
        network = ContainerNetwork(processNumber: processNumber, procfs: procfs, labels: labels)
    }

    func give(_ output: inout CollectorOutput, _ scratch: inout CgroupFile.Scratch) throws(CollectorError) {
        defer { if !keepsFilesOpen { closeFiles() } }
        var failure: CollectorError?
        func trying(_ body: () throws(CollectorError) -> Void) {
            do throws(CollectorError) { try body() } catch { failure = failure ?? error }
        }
        output.append(lastSeen, Double(output.clock.unixMilliseconds / 1000))
        output.append(startTime, startSeconds)
        scratch.hasQuota = false
        for file in files { trying { () throws(CollectorError) in try file.give(&output, &scratch) } }
        trying { () throws(CollectorError) in try memory?.give(&output, &scratch) }
        trying { () throws(CollectorError) in try processes.give(&output) }
        trying { () throws(CollectorError) in try blockIO?.give(&output) }
        trying { () throws(CollectorError) in try giveNetwork(&output) }
        if let failure { throw failure }
    }

    private func giveNetwork(_ output: inout CollectorOutput) throws(CollectorError) {
        guard try network?.give(&output) == false else { return }
        // The process is gone and the container with it, or it is seen by another once the container is made anew.
        output.forget(Set(network?.allSeries ?? []))
        network = nil
    }

    private func closeFiles() {
        for file in files { file.file.close() }
        memory?.close()
        processes.close()
        blockIO?.close()
        network?.close()
    }
}
