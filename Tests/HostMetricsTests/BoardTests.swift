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
        let tree = try EdgeTree("gateway")
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
}
