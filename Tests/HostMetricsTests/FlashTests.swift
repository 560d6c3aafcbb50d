import LinuxSystem
import MetricModel
import Testing

@testable import HostMetrics

/// Wear of flash: what devices say, and what is projected from it.
@Suite struct FlashTests {
    private static let day: Int64 = 86_400_000_000_000
    private static let hour = day / 24

    @Test func aRateNeedsADayOfHistory() {
        var rate = WriteRate()
        #expect(rate.bytesPerSecond(at: Self.day - 1, writtenBytes: 86_400, countsFromBoot: true) == nil)
        // A day after the start of the machine the average since then is enough.
        #expect(rate.bytesPerSecond(at: Self.day, writtenBytes: 172_800, countsFromBoot: true) == 2)
        // It is not for a counter that began long before.
        #expect(rate.bytesPerSecond(at: Self.day, writtenBytes: 172_800, countsFromBoot: false) == nil)
        // A day after the first look it is what was written since.
        let later = 2 * Self.day
        #expect(rate.bytesPerSecond(at: later - 1, writtenBytes: 86_400 * 11, countsFromBoot: false) == 10)
        #expect(rate.bytesPerSecond(at: later, writtenBytes: 86_400 * 11, countsFromBoot: false) != nil)
    }

    /// Old writes leave the rate: it is that of the last day.
    @Test func theRateIsThePresentOne() {
        var rate = WriteRate()
        var bytes = 0.0
        var last: Double?
        for hour in 0..<100 {
            bytes += hour < 50 ? 3_600_000 : 3600
            last = rate.bytesPerSecond(at: Int64(hour) * Self.hour, writtenBytes: bytes, countsFromBoot: false)
        }
        #expect(last == 1)
        // Another device under the same name begins anew.
        #expect(rate.bytesPerSecond(at: 101 * Self.hour, writtenBytes: 5, countsFromBoot: false) == nil)
    }

    @Test(
        arguments: [
            (nil, 1e12, 10, .missing(.noLifeEstimate)), (0.2, nil, 10, .missing(.noEndurance)),
            (0.2, 1e12, nil, .missing(.shortHistory)), (0.2, 1e12, 0.5, .missing(.fewWrites)),
            (1.1, 1e12, 10, .missing(.exceeded)), (1.1, nil, nil, .missing(.exceeded)), (1, 1e12, 10, .seconds(0)),
            (0.25, 4e12, 1e3, .seconds(3e9)),
        ] as [(Double?, Double?, Double?, LifeProjection)])
    func projections(_ used: Double?, _ endurance: Double?, _ rate: Double?, _ expected: LifeProjection) {
        #expect(LifeProjection(usedRatio: used, enduranceBytes: endurance, bytesPerSecond: rate) == expected)
    }

    @Test func yearsWhereTheEnduranceIsDeclared() throws {
        let tree = try TreeCopy("gateway")
        var sampler = tree.sampler(["flash"]) { $0.flash.enduranceBytes = ["mmcblk0": 10_000_000_000] }
        let seconds = #"wayside_emmc_projected_life_seconds{device="mmcblk0"}"#
        let missing = #"wayside_emmc_projected_life_missing{device="mmcblk0",reason="short_history"}"#
        let early = HostRun(&sampler, bootNanoseconds: Self.hour)
        #expect(early.values[missing] == 1 && early.values[seconds] == nil)
        let count = sampler.seriesCount
        // 400,000 sectors in two days less an hour, of 8 GB that are left.
        try tree.write("/sys/block/mmcblk0/stat", "1000 10 80000 500 2000 20 1000000 900 0 700 1400\n")
        let late = HostRun(&sampler, bootNanoseconds: 2 * Self.day)
        let rate = 400_000.0 * 512 / (47 * 3600)
        #expect(late.values[missing] == nil && sampler.seriesCount == count)
        #expect(abs((late.values[seconds] ?? 0) - 8e9 / rate) < 1e-3)
        // No more writes: there is nothing to divide by.
        let idle = HostRun(&sampler, bootNanoseconds: 4 * Self.day)
        #expect(idle.values[missing.replacing("short_history", with: "few_writes")] == 1)
    }

    @Test func cardsComeAndGo() throws {
        let tree = try TreeCopy("gateway")
        var sampler = tree.sampler(["flash"])
        let before = HostRun(&sampler)
        let count = sampler.seriesCount
        try tree.remove("/sys/block/mmcblk3")
        let after = HostRun(&sampler)
        let gone = Set(before.values.keys).subtracting(after.values.keys)
        #expect(gone.count == 4 && gone.allSatisfy { $0.contains("mmcblk3") })
        // One that is stated only sometimes has its series too.
        #expect(sampler.seriesCount == count - 5)
    }

    @Test(arguments: [
        ("0x01\n", 4, "0x and a hexadecimal number"), ("1 2\n", 0, "0x and a hexadecimal number"),
        ("0x01 0xzz\n", 7, "a hexadecimal number"), ("", 0, "0x and a hexadecimal number"),
    ])
    func damagedLifeTime(_ text: String, _ offset: Int, _ expected: String) {
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { _ = try FlashCollector.parseLifeTime($0) }
        }
    }

    @Test(
        arguments: [
            ("0x0c 0x0a", nil, 1), ("0x00 0x00", nil, nil), ("0x01 0x0b\n", 0.1, 1.1), ("0xff 0x02", nil, 0.2),
        ] as [(String, Double?, Double?)])
    func lifeTimes(_ text: String, _ a: Double?, _ b: Double?) throws {
        let parsed = try Array(text.utf8).withUnsafeBytes { try FlashCollector.parseLifeTime($0) }
        #expect(parsed == .init(a: a, b: b))
    }

    @Test func aDamagedFileTakesNothingFromOthers() throws {
        let tree = try TreeCopy("gateway")
        try tree.write("/sys/block/mmcblk0/device/pre_eol_info", "zero\n")
        var sampler = tree.sampler(["flash"])
        let run = HostRun(&sampler)
        #expect(
            run.failures.map(\.error) == [
                .damaged(
                    path: tree.path + "/sys/block/mmcblk0/device/pre_eol_info", byteOffset: 0,
                    expected: "0x and a hexadecimal number")
            ])
        #expect(run.values[#"wayside_emmc_pre_end_of_life_level{device="mmcblk3"}"#] == 3)
    }

    @Test(arguments: [
        ("mmcblk0", true), ("mmcblk12", true), ("mmcblk0boot0", false), ("mmcblk0p1", false), ("mmcblk", false),
        ("sda", false),
    ])
    func cards(_ name: String, _ isCard: Bool) { #expect(FlashCollector.isCard(name) == isCard) }
}
