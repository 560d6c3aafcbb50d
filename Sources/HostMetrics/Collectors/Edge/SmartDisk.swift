internal import LinuxSystem
internal import MetricModel

/// One disk that can be asked for its health, and what it said last.
final class SmartDisk {
    enum Kind {
        case nvme
        case ata(logicalBlockByteCount: Double)
    }

    let name: String
    /// Its node under /dev.
    let path: String
    private let kind: Kind
    private let enduranceBytes: Double?
    private let series: [Series?]
    private let readTime: Series?
    private let asleepSeries: Series?
    private(set) var wasAsked = false
    private var health: DiskHealth?
    private var readUnixSeconds = 0.0
    /// Nil while that is not known.
    private var isAsleep: Bool?
    private var rate = WriteRate()
    private(set) var projection: ProjectionSeries

    init(_ name: String, path: String, _ kind: Kind, enduranceBytes: Double?, _ output: inout CollectorOutput) {
        self.name = name
        self.path = path
        self.kind = kind
        self.enduranceBytes = enduranceBytes
        series = DiskHealthFamilies.all.map { output.series($0, [name]) }
        readTime = output.series(DiskHealthFamilies.readTime, [name])
        asleepSeries = output.series(DiskHealthFamilies.asleep, [name])
        projection = ProjectionSeries(DiskHealthFamilies.projection, device: name)
    }

    /// Asks the disk, unless it sleeps.
    func ask(_ commands: DiskCommands, _ clock: ClockReading) throws(CollectorError) {
        wasAsked = true
        var health = DiskHealth()
        switch kind {
        case .nvme:
            let page = try readNVMeLog(commands)
            try checked { () throws(DamagedText) in try health.addNVMeLog(page) }
        case .ata(let logicalBlockByteCount):
            // One that does not say is left alone too: a bridge may hide a disk that sleeps.
            isAsleep = ATACommand.isAwake(sense: try send(ATACommand.checkPowerMode, 0, commands).sense) != true
            if isAsleep == true { return }
            if let data = try readATA(ATACommand.smartReadData, commands) {
                try checked { () throws(DamagedText) in try health.addATAData(data) }
            }
            // Disks older than the log refuse it, each page by itself.
            for number in [1, 7] as [UInt8] {
                guard let page = try readATA(ATACommand.readStatistics(page: number), commands) else { continue }
                try checked { () throws(DamagedText) in
                    try health.addATAStatistics(page, logicalBlockByteCount: logicalBlockByteCount)
                }
            }
        }
        self.health = health
        readUnixSeconds = Double(clock.unixMilliseconds) / 1000
    }

    /// What would let the disk be asked, where it is that which is missing.
    func need(_ error: SystemError) -> String? {
        if error.isNotFound { return "PrivateDevices=no in the agent's unit" }
        guard error.isPermissionDenied else { return nil }
        if error.call == "open" { return "CAP_DAC_READ_SEARCH, and DeviceAllow= for it in the agent's unit" }
        if case .nvme = kind { return "CAP_SYS_ADMIN" }
        return "CAP_SYS_RAWIO"
    }

    private func checked(_ parse: () throws(DamagedText) -> Void) throws(CollectorError) {
        do throws(DamagedText) { try parse() } catch { throw CollectorError(error, path) }
    }

    private func readNVMeLog(_ commands: DiskCommands) throws(CollectorError) -> [UInt8] {
        do throws(SystemError) { return try commands.readNVMeLog(path) } catch { throw .system(error) }
    }

    /// Nil where the disk refuses the command.
    private func readATA(_ command: [UInt8], _ commands: DiskCommands) throws(CollectorError) -> [UInt8]? {
        let answer = try send(command, DiskHealth.pageByteCount, commands)
        return answer.status == 0 ? answer.data : nil
    }

    private func send(
        _ command: [UInt8], _ byteCount: Int, _ commands: DiskCommands
    ) throws(CollectorError) -> DiskCommand.Answer {
        do throws(SystemError) { return try commands.send(path, command, byteCount) } catch { throw .system(error) }
    }

    /// Gives what the disk said last, and when that was.
    func give(_ output: inout CollectorOutput) {
        if let isAsleep { output.append(asleepSeries, isAsleep ? 1 : 0) }
        guard let health else { return }
        for (series, value) in zip(series, health.values) where !value.isNaN { output.append(series, value) }
        output.append(readTime, readUnixSeconds)
        projection.give(project(health, output.clock), &output)
    }

    /// A disk that counts what it has taken and how much of its life that was says so what it endures; below 2 % used that
    /// is rounded too roughly to divide by.
    private func project(_ health: DiskHealth, _ clock: ClockReading) -> LifeProjection {
        let used = health[.lifeUsed]
        let written = health[.writtenBytes]
        let bytesPerSecond = written.flatMap {
            rate.bytesPerSecond(at: clock.bootNanoseconds, writtenBytes: $0, countsFromBoot: false)
        }
        var endurance = enduranceBytes
        if endurance == nil, let used, let written {
            if used < 0.02 { return .missing(.littleWear) }
            endurance = written / used
        }
        return LifeProjection(usedRatio: used, enduranceBytes: endurance, bytesPerSecond: bytesPerSecond)
    }
}
