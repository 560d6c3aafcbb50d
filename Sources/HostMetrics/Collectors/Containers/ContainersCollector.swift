internal import LinuxSystem
internal import MetricModel

/// `containers`: what each container uses, under cAdvisor's names, from the cgroups of version 1 or 2.
///
/// A cgroup is a container's when its name says so (`CgroupName`); those of systemd's units are given with
/// `containers.system_services`. Which of the containers that share a network its traffic counts for: the one that began
/// first, which in a pod is its sandbox, as cAdvisor has it; the host's own network counts for none.
final class ContainersCollector: HostCollector {
    private let settings: HostMetricsSettings
    private let statistics: KernelStatisticsSource
    private var hierarchy: CgroupHierarchy?
    private var tree: CgroupTree?
    private var names: ContainerNames
    private var rows: [ContainerRow] = []
    private var scratch = CgroupFile.Scratch()
    /// So many rows keep their files open, about 25 each; those of the others are opened in each run, so that a host of
    /// many containers does not cost the agent its descriptors.
    private static let openRowLimit = 20

    init(_ settings: HostMetricsSettings, _ sources: SharedSources) {
        self.settings = settings
        statistics = sources.statistics
        names = ContainerNames(rootfs: settings.roots.rootfs)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        if tree == nil {
            // A machine without cgroups has no containers to tell of.
            guard let found = CgroupHierarchy(sysfs: settings.roots.sysfs) else { return }
            hierarchy = found
            tree = CgroupTree(found, limit: settings.containers.cgroupLimit)
        }
        try update(&output)
        remarkProblems(&output)
        var failure: CollectorError?
        for row in rows {
            do throws(CollectorError) { try row.give(&output, &scratch) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    private func update(_ output: inout CollectorOutput) throws(CollectorError) {
        names.begin()
        var new: [CgroupNode] = []
        var gone: [ContainerRow] = []
        try tree?.update(
            output,
            found: { node in if node.row == nil, isWanted(node) { new.append(node) } },
            ended: { node in
                if let row = node.row { gone.append(row) }
                node.row = nil
            })
        if tree?.isCut == true {
            output.remark(
                .badText(
                    path: hierarchy?.walked ?? "",
                    problem: "more than \(settings.containers.cgroupLimit) cgroups; the others are left out"))
        }
        var hasChanged = !gone.isEmpty
        for row in rows where row.lookForProcess(output) { hasChanged = true }
        if new.isEmpty && !hasChanged { return }
        var ended: Set<Series> = []
        for row in gone { ended.formUnion(row.allSeries) }
        output.forget(ended)
        rows.removeAll { row in gone.contains { $0 === row } }
        for node in new where rows.count < settings.containers.limit { add(node, &output) }
        if new.contains(where: { $0.row == nil }) {
            output.remark(
                .badText(
                    path: hierarchy?.walked ?? "",
                    problem: "more than \(settings.containers.limit) containers; the others are left out"))
        }
        rows.sort { ($0.startSeconds, $0.path) < ($1.startSeconds, $1.path) }
        attributeNetworks()
    }

    /// Says in each run what keeps names from being known, once each.
    private func remarkProblems(_ output: inout CollectorOutput) {
        var said: [CollectorError] = []
        if !rows.isEmpty, let problem = AgentView.processProblem(settings.roots.procfs) { output.remark(problem) }
        for row in rows {
            guard let problem = row.problem, !said.contains(problem) else { continue }
            said.append(problem)
            output.remark(problem)
        }
    }

    private func isWanted(_ node: CgroupNode) -> Bool {
        switch node.name?.kind {
        case .container(.machine) where names.isVirtualMachine(node.name?.identifier ?? ""): false
        case .container: true
        case .unit: settings.containers.isSystemServicesEnabled
        case nil: false
        }
    }

    private func add(_ node: CgroupNode, _ output: inout CollectorOutput) {
        guard let hierarchy, let name = node.name else { return }
        var description = ContainerNames.Description()
        var problem: CollectorError?
        if case .container(let runtime) = name.kind {
            description = names.describe(runtime, name.identifier, path: node.path)
            problem = names.problem
        }
        let boot = (try? statistics.current(output))?.bootUnixSeconds
        let row = ContainerRow(
            hierarchy, path: node.path, directoryPath: node.directoryPath,
            labels: [node.path, description.image, description.name], roots: settings.roots,
            bootSeconds: boot.map { Double($0) }, keepsFilesOpen: rows.count < Self.openRowLimit,
            problem: problem, &output)
        node.row = row
        rows.append(row)
    }

    /// The rows are in the order in which the containers began; who has a network keeps it.
    private func attributeNetworks() {
        let procfs = settings.roots.procfs
        var taken: Set<ContainerRow.NetworkIdentity> = []
        if let host = ContainerRow.networkIdentity(procfs, process: "1") { taken.insert(host) }
        for row in rows where row.hasNetwork {
            if let identity = row.networkIdentity { taken.insert(identity) }
        }
        for row in rows where !row.hasNetwork {
            if let identity = row.networkIdentity, taken.insert(identity).inserted { row.attributeNetwork() }
        }
    }
}
