import Glibc
import LinuxSystem
import MetricModel
import Synchronization
import Testing

@testable import HostMetrics

/// What disks say of their health, from pages of our own making; and when they are asked.
@Suite struct SmartTests {
    private static func page(_ name: String) throws -> [UInt8] {
        try Files.read(FixtureTree("smart").path + "/" + name + ".page")
    }

    private static func figures(_ health: DiskHealth) -> [DiskHealth.Figure: Double] {
        var figures: [DiskHealth.Figure: Double] = [:]
        for figure in DiskHealth.Figure.allCases { figures[figure] = health[figure] }
        return figures
    }

    @Test func theLogOfNVMe() throws {
        var health = DiskHealth()
        try health.addNVMeLog(Self.page("nvme"))
        let expected: [DiskHealth.Figure: Double] = [
            .criticalWarning: 4, .availableSpare: 0.97, .spareThreshold: 0.1, .lifeUsed: 0.05,
            .readBytes: 63_209_472_000, .writtenBytes: 335_012_352_000, .powerCycles: 42,
            .powerOnSeconds: 31_536_000, .unsafeShutdowns: 7, .mediaErrors: 3,
        ]
        #expect(Self.figures(health) == expected)
    }

    @Test func theDataOfATA() throws {
        var health = DiskHealth()
        try health.addATAData(Self.page("ata-data"))
        let expected: [DiskHealth.Figure: Double] = [
            .reallocatedSectors: 12, .powerOnSeconds: 94_608_000, .powerCycles: 310, .mediaErrors: 4,
            .pendingSectors: 2,
        ]
        #expect(Self.figures(health) == expected)
        try health.addATAStatistics(Self.page("ata-statistics-1"), logicalBlockByteCount: 4096)
        try health.addATAStatistics(Self.page("ata-statistics-7"), logicalBlockByteCount: 4096)
        #expect(health[.powerCycles] == 311 && health[.powerOnSeconds] == 94_611_600)
        #expect(health[.writtenBytes] == 81_920_000_000_000 && health[.readBytes] == 36_864_000_000_000)
        #expect(health[.lifeUsed] == 0.25)
    }

    @Test func statisticsThatADiskDoesNotHave() throws {
        var health = DiskHealth()
        try health.addATAStatistics([UInt8](repeating: 0, count: 512), logicalBlockByteCount: 512)
        var page = try Self.page("ata-statistics-1")
        // Supported, and not valid.
        page[24 + 7] = 0x80
        try health.addATAStatistics(page, logicalBlockByteCount: 512)
        #expect(health[.writtenBytes] == nil && health[.readBytes] != nil)
    }

    @Test func damagedPages() throws {
        var health = DiskHealth()
        var data = try Self.page("ata-data")
        data[100] ^= 1
        #expect(throws: DamagedText(byteOffset: 511, expected: "the checksum of SMART data")) {
            try health.addATAData(data)
        }
        #expect(throws: DamagedText(byteOffset: 100, expected: "a page of 512 bytes")) {
            try health.addNVMeLog([UInt8](repeating: 0, count: 100))
        }
        var page = try Self.page("ata-statistics-1")
        page[2] = 9
        #expect(throws: DamagedText(byteOffset: 2, expected: "the number of a page of device statistics")) {
            try health.addATAStatistics(page, logicalBlockByteCount: 512)
        }
        #expect(Self.figures(health).isEmpty)
    }

    /// The answer to CHECK POWER MODE in both forms of sense.
    private static func descriptorSense(count: UInt8) -> [UInt8] {
        [0x72, 0x01, 0, 0x1d, 0, 0, 0, 14, 0x09, 0x0c, 0, 0, 0, count, 0, 0, 0, 0, 0, 0, 0, 0x50]
    }

    @Test(
        arguments: [
            (descriptorSense(count: 0xff), true), (descriptorSense(count: 0x80), true),
            (descriptorSense(count: 0x41), true), (descriptorSense(count: 0), false),
            (descriptorSense(count: 0x40), false), (Array(descriptorSense(count: 0xff).dropLast()), nil),
            ([0x70, 0, 1, 0, 0x50, 0, 0xff, 10, 0, 0, 0, 0, 0, 0x1d], true),
            ([0x70, 0, 1, 0, 0x50, 0, 0, 10, 0, 0, 0, 0, 0, 0x1d], false),
            ([0x70, 0, 5, 0, 0, 0, 0xff, 10, 0, 0, 0, 0, 0x20, 0], nil), ([], nil),
        ] as [([UInt8], Bool?)])
    func powerModes(_ sense: [UInt8], _ isAwake: Bool?) { #expect(ATACommand.isAwake(sense: sense) == isAwake) }

    @Test func commandsAsSATWrapsThem() {
        #expect(
            ATACommand.smartReadData == [0x85, 0x08, 0x0e, 0, 0xd0, 0, 1, 0, 0, 0, 0x4f, 0, 0xc2, 0, 0xb0, 0])
        #expect(ATACommand.checkPowerMode == [0x85, 0x06, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xe5, 0])
        #expect(
            ATACommand.readStatistics(page: 7) == [0x85, 0x09, 0x0e, 0, 0, 0, 1, 0, 4, 0, 7, 0, 0, 0, 0x2f, 0])
    }

    /// Disks that answer from the fixture's pages, and what they were asked.
    private final class Disks: Sendable {
        struct State {
            var commands: [String] = []
            var isAsleep = false
            var refusal: Int32?
            var writtenUnits: UInt8 = 0
            var usedPercent: UInt8 = 5
        }

        let state = Mutex(State())

        var commands: DiskCommands {
            DiskCommands(
                readNVMeLog: { path throws(SystemError) in
                    let (refusal, units) = self.note("nvme " + path)
                    if let refusal { throw SystemError(call: "ioctl", path: path, errorNumber: refusal) }
                    var page = try Files.read(FixtureTree("smart").path + "/nvme.page")
                    page[50] += units
                    page[5] = self.state.withLock { $0.usedPercent }
                    return page
                },
                send: { path, command, _ throws(SystemError) in
                    let (refusal, _) = self.note("\(command[14]) " + path)
                    if let refusal { throw SystemError(call: "ioctl", path: path, errorNumber: refusal) }
                    let name =
                        command[14] == 0xe5
                        ? nil : command[14] == 0xb0 ? "ata-data" : "ata-statistics-\(command[10])"
                    let count: UInt8 = self.state.withLock { $0.isAsleep } ? 0 : 0xff
                    return DiskCommand.Answer(
                        data: try name.map { name throws(SystemError) in
                            try Files.read("\(FixtureTree("smart").path)/\(name).page")
                        } ?? [],
                        sense: SmartTests.descriptorSense(count: count), status: name == nil ? 2 : 0)
                })
        }

        private func note(_ command: String) -> (refusal: Int32?, units: UInt8) {
            state.withLock { state in
                state.commands.append(command.replacing("\(FixtureTree("gateway").path)/root", with: ""))
                return (state.refusal, state.writtenUnits)
            }
        }

        /// What was asked since the last time.
        func asked() -> [String] {
            state.withLock { state in
                defer { state.commands = [] }
                return state.commands
            }
        }
    }

    private static func sampler(_ disks: Disks) -> HostSampler {
        let settings = HostMetricsSettings(roots: FixtureTree("gateway").roots)
        let member = CollectorMember(
            name: "smart", collector: SmartCollector(settings, commands: disks.commands), scope: SeriesScope(.empty))
        return HostSampler(members: [member], scope: .init(.empty), seriesLimit: 1000, timeoutMilliseconds: 5000)
    }

    private static let minute: Int64 = 60_000_000_000

    @Test func disksAreAskedEachTenMinutes() {
        let disks = Disks()
        var sampler = Self.sampler(disks)
        let first = HostRun(&sampler)
        // 229 is CHECK POWER MODE, before anything else; sdb hangs on a bridge.
        #expect(disks.asked() == ["nvme /dev/nvme0", "229 /dev/sda", "176 /dev/sda", "47 /dev/sda", "47 /dev/sda"])
        #expect(first.values[#"wayside_disk_life_used_ratio{device="nvme0"}"#] == 0.05)
        #expect(first.values[#"wayside_disk_power_on_seconds_total{device="sda"}"#] == 94_611_600)
        #expect(first.values[#"wayside_disk_asleep{device="sda"}"#] == 0)
        #expect(first.values[#"wayside_disk_health_timestamp_seconds{device="sda"}"#] == 1_700_000_000.123)
        #expect(first.values[#"wayside_disk_projected_life_missing{device="sda",reason="short_history"}"#] == 1)
        let second = HostRun(
            &sampler, unixMilliseconds: 1_700_000_599_000, bootNanoseconds: 10 * Self.minute - 1)
        #expect(disks.asked().isEmpty && second.lines == first.lines)
        _ = HostRun(&sampler, bootNanoseconds: 10 * Self.minute)
        #expect(disks.asked().count == 5)
    }

    @Test func aDiskThatSleepsIsLeftAsleep() {
        let disks = Disks()
        var sampler = Self.sampler(disks)
        disks.state.withLock { $0.isAsleep = true }
        let run = HostRun(&sampler)
        #expect(disks.asked() == ["nvme /dev/nvme0", "229 /dev/sda"])
        #expect(run.values.filter { $0.key.contains("sda") } == [#"wayside_disk_asleep{device="sda"}"#: 1])
        #expect(run.failures.isEmpty)
    }

    @Test(arguments: [
        (EPERM, ["nvme0 CAP_SYS_ADMIN", "sda CAP_SYS_RAWIO"]), (EACCES, ["nvme0 CAP_SYS_ADMIN", "sda CAP_SYS_RAWIO"]),
        (ENOENT, ["nvme0 PrivateDevices=no in the agent's unit"]),
    ])
    func withoutTheRightItIsSaidOnce(_ errorNumber: Int32, _ needs: [String]) {
        let disks = Disks()
        var sampler = Self.sampler(disks)
        disks.state.withLock { $0.refusal = errorNumber }
        for minutes in [0, 5, 10] as [Int64] {
            let run = HostRun(&sampler, bootNanoseconds: minutes * Self.minute)
            let said = run.failures.map { failure in
                "\(failure)".replacing("\(FixtureTree("gateway").path)/root/dev/", with: "")
                    .replacing("collector smart: asking ", with: "")
                    .replacing("for its health is not allowed here; it needs ", with: "")
            }
            #expect(run.success == ["smart": 1] && said == needs)
            #expect(run.values.isEmpty)
        }
        #expect(disks.asked().count == 4)
        disks.state.withLock { $0.refusal = nil }
        #expect(HostRun(&sampler, bootNanoseconds: 20 * Self.minute).failures.isEmpty)
    }

    @Test func aDiskThatFailsIsAnErrorUntilItAnswers() {
        let disks = Disks()
        var sampler = Self.sampler(disks)
        disks.state.withLock { $0.refusal = EIO }
        for minutes in [0, 5] as [Int64] {
            let run = HostRun(&sampler, bootNanoseconds: minutes * Self.minute)
            #expect(run.success == ["smart": 0] && run.failures.count == 1)
        }
        disks.state.withLock { $0.refusal = nil }
        #expect(HostRun(&sampler, bootNanoseconds: 10 * Self.minute).success == ["smart": 1])
    }

    /// The disk's own counters say what it endures, after a day of watching.
    @Test func yearsFromTheDisksOwnCounters() {
        let disks = Disks()
        var sampler = Self.sampler(disks)
        _ = HostRun(&sampler)
        // 65,536 units more in a day.
        disks.state.withLock { $0.writtenUnits = 1 }
        let day = HostRun(&sampler, bootNanoseconds: 24 * 60 * Self.minute)
        let written = (654_321.0 + 65_536) * 512_000
        let rate = 65_536.0 * 512_000 / 86_400
        let expected = 0.95 * (written / 0.05) / rate
        let projected = day.values[#"wayside_disk_projected_life_seconds{device="nvme0"}"#] ?? 0
        #expect(abs(projected / expected - 1) < 1e-12)
    }

    /// The calls themselves, at something that is no disk.
    @Test func whatIsNoDiskSaysSo() {
        #expect(throws: SystemError(call: "ioctl", path: "/dev/null", errorNumber: ENOTTY)) {
            _ = try DiskCommands.live.readNVMeLog("/dev/null")
        }
        #expect(throws: SystemError(call: "ioctl", path: "/dev/null", errorNumber: ENOTTY)) {
            _ = try DiskCommands.live.send("/dev/null", ATACommand.checkPowerMode, 0)
        }
    }

    /// One per cent used may be anything from a half to one and a half.
    @Test func littleWearIsNotDividedBy() {
        let disks = Disks()
        disks.state.withLock { $0.usedPercent = 1 }
        var sampler = Self.sampler(disks)
        let run = HostRun(&sampler)
        #expect(run.values[#"wayside_disk_projected_life_missing{device="nvme0",reason="little_wear"}"#] == 1)
    }
}
