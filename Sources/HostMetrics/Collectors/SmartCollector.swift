internal import LinuxSystem
internal import MetricModel

/// `smart`: what NVMe and SATA disks say of their own health, asked at most once in `smart.interval` and never of a disk that
/// sleeps. Between that what was said last is given, with the time it was said.
///
/// Off by default, because it sends commands to disks and needs capabilities that the agent's unit does not have.
final class SmartCollector: HostCollector {
    private let settings: HostMetricsSettings
    private let commands: DiskCommands
    private var controllers: DeviceRows<SmartDisk>
    private var disks: DeviceRows<SmartDisk>
    private var lastAsked: Int64?
    /// Which disks could not be asked, the first for each thing that would mend it.
    private var refusals: [CollectorError] = []
    /// What went wrong when the disks were last asked.
    private var failure: CollectorError?

    init(_ settings: HostMetricsSettings, commands: DiskCommands = .live) {
        self.settings = settings
        self.commands = commands
        controllers = DeviceRows(settings.roots.sysfs + "/class/nvme")
        disks = DeviceRows(settings.roots.sysfs + "/block")
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        try update(&output)
        let now = output.clock.bootNanoseconds
        let interval = settings.smart.intervalMilliseconds * 1_000_000
        let isDue = lastAsked.map { now - $0 >= interval || now < $0 } ?? true
        if isDue {
            lastAsked = now
            refusals = []
            failure = nil
        }
        try forEach { disk in if isDue || !disk.wasAsked { ask(disk, output.clock) } }
        for refusal in refusals { output.remark(refusal) }
        try forEach { $0.give(&output) }
        if let failure { throw failure }
    }

    private func forEach(_ body: (SmartDisk) -> Void) throws(CollectorError) {
        try controllers.forEach { disk throws(CollectorError) in body(disk) }
        try disks.forEach { disk throws(CollectorError) in body(disk) }
    }

    private func ask(_ disk: SmartDisk, _ clock: ClockReading) {
        do throws(CollectorError) { try disk.ask(commands, clock) } catch {
            guard case .system(let error) = error, let need = disk.need(error) else {
                failure = failure ?? error
                return
            }
            let isSaid = refusals.contains { if case .notAllowed(_, need) = $0 { true } else { false } }
            if !isSaid { refusals.append(.notAllowed(what: "asking \(disk.path) for its health", needs: need)) }
        }
    }

    private func update(_ output: inout CollectorOutput) throws(CollectorError) {
        let end = { (disk: SmartDisk, output: inout CollectorOutput) in
            output.forget(Set([disk.projection.series].compactMap { $0 }))
        }
        let root = settings.roots.rootfs == "/" ? "" : settings.roots.rootfs
        let endurance = settings.flash.enduranceBytes
        try controllers.update(
            &output, end: end,
            make: { (name, output) throws(CollectorError) in
                SmartDisk(
                    name, path: "\(root)/dev/\(name)", .nvme, enduranceBytes: endurance[name].map { Double($0) },
                    &output)
            })
        let path = disks.path
        try disks.update(
            &output, end: end,
            make: { (name, output) throws(CollectorError) in
                guard Self.isATA(name, at: path) else { return nil }
                let size = (try? Files.readText("\(path)/\(name)/queue/logical_block_size", byteLimit: 64)) ?? ""
                return SmartDisk(
                    name, path: "\(root)/dev/\(name)", .ata(logicalBlockByteCount: Double(size) ?? 512),
                    enduranceBytes: endurance[name].map { Double($0) }, &output)
            })
    }

    /// A SATA disk on a port of this machine: the kernel gives those the vendor `ATA`. Bridges of USB are not asked, of which
    /// some hang at commands they do not know.
    private static func isATA(_ name: String, at path: String) -> Bool {
        name.hasPrefix("sd") && (try? Files.readText("\(path)/\(name)/device/vendor", byteLimit: 64)) == "ATA"
    }
}
