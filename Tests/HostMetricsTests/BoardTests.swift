import LinuxSystem
import MetricModel
import Testing

@testable import HostMetrics

/// What boards have beside disks and containers, where it is damaged, missing or going.
@Suite struct BoardTests {
    @Test(arguments: [
        ("", 0, "a hexadecimal number"), ("0x\n", 2, "a hexadecimal number"), ("5g\n", 0, "a hexadecimal number"),
        ("50005 1\n", 5, "the line's end"),
    ])
    func damagedThrottling(_ text: String, _ offset: Int, _ expected: String) {
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { _ = try RaspberryPiCollector.parse($0) }
        }
    }

    @Test(arguments: [("0\n", 0), ("0x50005\n", 0x50005), ("80008", 0x80008)] as [(String, UInt64)])
    func throttling(_ text: String, _ word: UInt64) throws {
        #expect(try Array(text.utf8).withUnsafeBytes { try RaspberryPiCollector.parse($0) } == word)
    }

    /// A Pi 5 calls its bus otherwise.
    @Test func theFirmwareOfAPi5() throws {
        let tree = try TreeCopy("gateway")
        try Files.makeDirectory(tree.path + "/sys/devices/platform/soc@107c000000")
        try tree.copy(
            "/sys/devices/platform/soc/soc:firmware",
            to: "/sys/devices/platform/soc@107c000000/soc@107c000000:firmware")
        try tree.remove("/sys/devices/platform/soc")
        var sampler = tree.sampler(["raspberrypi"])
        let values = HostRun(&sampler).values
        #expect(values[#"wayside_raspberrypi_throttling{condition="throttled"}"#] == 1)
        #expect(values[#"wayside_raspberrypi_throttling{condition="frequency_capped"}"#] == 0)
    }

    @Test(arguments: [
        ("", 0, "a decimal number"), ("nan\n", 0, "a decimal number"), ("1e5\n", 0, "a decimal number"),
        ("--1\n", 0, "a decimal number"), ("inf\n", 0, "a decimal number"),
    ])
    func damagedChannels(_ text: String, _ offset: Int, _ expected: String) {
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { _ = try IIOCollector.parse($0) }
        }
    }

    @Test(
        arguments: [
            ("temp", "wayside_iio_temperature_celsius", ""), ("voltage12", "wayside_iio_voltage_volts", "12"),
            ("accel_x", "wayside_iio_acceleration_meters_per_second_squared", "x"),
            ("concentration_co2", "wayside_iio_concentration_ratio", "co2"), ("steps", nil, ""), ("", nil, ""),
            ("voltage0-voltage1", "wayside_iio_voltage_volts", "0-voltage1"),
        ] as [(String, String?, String)])
    func channels(_ name: String, _ family: String?, _ channel: String) {
        let found = IIOQuantity.of(channel: Substring(name))
        #expect(found?.quantity.family.name == family)
        #expect(found == nil || found?.channel == channel)
    }

    /// A channel that cannot be read now, or whose scale cannot, is left out; one that is damaged is an error.
    @Test func sensorsThatDoNotAnswer() throws {
        let tree = try TreeCopy("gateway")
        var sampler = tree.sampler(["iio"])
        let before = HostRun(&sampler)
        try tree.remove("/sys/bus/iio/devices/iio:device2/in_accel_scale")
        try tree.write("/sys/bus/iio/devices/iio:device2/in_temp_offset", "much\n")
        var fresh = tree.sampler(["iio"])
        let after = HostRun(&fresh)
        // Without a scale the raw figure is the driver's own unit, as the kernel's documentation has it.
        let key = #"wayside_iio_acceleration_meters_per_second_squared{channel="x",device="iio:device2",name="imu"}"#
        #expect(before.values[key] == 1000 * 0.000598205 && after.values[key] == 1000)
        #expect("\(after.failures)".contains("in_temp_offset: expected a decimal number at byte 0"))
        try tree.remove("/sys/bus/iio/devices/iio:device0")
        let count = fresh.seriesCount
        _ = HostRun(&fresh)
        #expect(fresh.seriesCount == count - 3)
    }

    @Test(arguments: [
        ("x\n", false, 0, "a decimal number"), ("a : crc=1 MAYBE\nb t=1\n", true, 15, "YES or NO at the line's end"),
        ("a : crc=1 YES\nb\n", true, 16, "t= and a number"),
        ("a : crc=1 YES\nb t=z\n", true, 18, "a decimal number"),
    ])
    func damagedOneWire(_ text: String, _ isSlaveText: Bool, _ offset: Int, _ expected: String) {
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { _ = try W1Collector.parse($0, isSlaveText: isSlaveText) }
        }
    }

    /// More sensors than a run asks: each has its turn.
    @Test func sensorsInTurn() throws {
        let tree = try TreeCopy("gateway")
        for number in 1...5 {
            try tree.copy("/sys/bus/w1/devices/28-0000065be1a2", to: "/sys/bus/w1/devices/42-00000000000\(number)")
        }
        var sampler = tree.sampler(["w1"])
        func times(_ seconds: Int64) -> [Double] {
            HostRun(&sampler, unixMilliseconds: seconds * 1000).samples.filter {
                $0.series.family.name == "wayside_w1_timestamp_seconds"
            }.map(\.value).sorted()
        }
        // Eight sensors, of which one never answers, three a run.
        #expect(times(1) == [1, 1])
        #expect(times(2) == [1, 1, 2, 2, 2])
        for second in 3...9 { _ = times(Int64(second)) }
        let last = times(10)
        #expect(last.count == 7 && last.allSatisfy { $0 >= 8 })
    }

    /// A clock whose battery was empty refuses to tell its time.
    @Test func clocksLoseTheirTime() throws {
        let tree = try TreeCopy("gateway")
        var sampler = tree.sampler(["rtc"])
        #expect(HostRun(&sampler).values[#"wayside_rtc_valid{device="rtc0"}"#] == 1)
        try tree.write("/sys/class/rtc/rtc0/since_epoch", "soon\n")
        #expect("\(HostRun(&sampler).failures)".contains("since_epoch: expected a decimal number at byte 0"))
        try tree.remove("/sys/class/rtc")
        try Files.makeDirectory(tree.path + "/sys/class/rtc")
        #expect(HostRun(&sampler).values == ["wayside_rtc_devices": 0])
        #expect(sampler.seriesCount == 1)
    }

    @Test func aBusIsLost() throws {
        let tree = try TreeCopy("gateway")
        var sampler = tree.sampler(["can"])
        #expect(HostRun(&sampler).values[#"wayside_can_on_bus{device="can0"}"#] == 1)
        try tree.write("/sys/class/net/can0/carrier", "0\n")
        #expect(HostRun(&sampler).values[#"wayside_can_on_bus{device="can0"}"#] == 0)
        // More than a number of a sample can hold to the last bit, the last of which says that it is up.
        try tree.write("/sys/class/net/can0/flags", "0xffffffffffffffff\n")
        #expect(HostRun(&sampler).values[#"wayside_can_up{device="can0"}"#] == 1)
        try tree.write("/sys/class/net/can0/flags", "up\n")
        #expect("\(HostRun(&sampler).failures)".contains("can0/flags: expected a hexadecimal number at byte 0"))
    }

    @Test(arguments: [
        ("dmesg-ramoops-0", "dmesg"), ("console-efi-1", "console"), ("pmsg", "pmsg"), ("a b", "other"),
        ("-x", ""), (String(repeating: "a", count: 20), "other"),
    ])
    func recordsOfCrashes(_ name: String, _ kind: String) { #expect(BootReasonCollector.kind(of: name) == kind) }

    /// A record that comes is seen, and one that is taken away is gone with its reason.
    @Test func crashesComeAndGo() throws {
        let tree = try TreeCopy("gateway")
        var sampler = tree.sampler(["boot_reason"])
        let panic = #"wayside_boot_reason_info{reason="panic",source="pstore"}"#
        let before = HostRun(&sampler)
        #expect(before.values[panic] == 1 && before.values[#"wayside_pstore_records{kind="dmesg"}"#] == 2)
        let newest = try FileStamp(asking: tree.path + "/sys/fs/pstore/dmesg-ramoops-1").modifiedUnixNanoseconds
        #expect((before.values["wayside_pstore_newest_timestamp_seconds"] ?? 0) * 1e9 >= Double(newest) - 1000)
        try tree.remove("/sys/fs/pstore/dmesg-ramoops-0")
        let after = HostRun(&sampler)
        #expect(after.values[panic] == nil && after.values[#"wayside_pstore_records{kind="dmesg"}"#] == 1)
        _ = try ChildProcess.run("/bin/sh", ["-c", "rm -rf \(tree.path)/sys/fs/pstore/* \(tree.path)/root/var"])
        let empty = HostRun(&sampler)
        #expect(
            empty.values == [
                #"wayside_pstore_records{kind="dmesg"}"#: 0,
                #"wayside_boot_reason_info{reason="watchdog_reset",source="watchdog0"}"#: 1,
            ])
        #expect(sampler.seriesCount == 2)
    }

    @Test func aDamagedWatchdog() throws {
        let tree = try TreeCopy("gateway")
        try tree.write("/sys/class/watchdog/watchdog0/bootstatus", "reset\n")
        var sampler = tree.sampler(["boot_reason"])
        for _ in 0..<2 {
            let run = HostRun(&sampler)
            #expect("\(run.failures)".contains("watchdog0/bootstatus: expected a decimal number at byte 0"))
            #expect(run.values[#"wayside_pstore_records{kind="dmesg"}"#] == 2 && run.success == ["boot_reason": 0])
        }
    }
}
