import LinuxSystem
import MetricModel
import Testing

@testable import HostMetrics

/// `netdev` with the settings that are off by default.
@Suite struct NetdevTests {
    private static func values(
        _ roots: HostRoots = FixtureTree("pi").roots, _ change: (inout HostMetricsSettings.NetworkDevices) -> Void
    ) -> [String: Double] {
        let run = HostRun(["netdev"], roots: roots) { change(&$0.networkDevices) }
        #expect(run.failures == [])
        return run.values
    }

    @Test func eachKindOfErrorOnItsOwn() {
        let values = Self.values { $0.isDetailed = true }
        let expected: [String: Double] = [
            "receive_bytes": 912_003_121, "receive_packets": 803_311, "receive_errors": 1, "receive_dropped": 1,
            "receive_missed_errors": 1, "receive_fifo_errors": 3, "receive_length_errors": 1,
            "receive_over_errors": 0, "receive_crc_errors": 2, "receive_frame_errors": 1, "receive_compressed": 5,
            "multicast": 6, "receive_nohandler": 13, "transmit_bytes": 18_120_031, "transmit_packets": 90_112,
            "transmit_errors": 7, "transmit_dropped": 8, "transmit_fifo_errors": 9, "collisions": 10,
            "transmit_carrier_errors": 3, "transmit_aborted_errors": 4, "transmit_heartbeat_errors": 2,
            "transmit_window_errors": 2, "transmit_compressed": 12,
        ]
        let own = values.filter { $0.key.contains("eth0") }
        #expect(own.count == expected.count)
        for (name, value) in expected {
            #expect(own["node_network_\(name)_total{device=\"eth0\"}"] == value, "\(name)")
        }
        // Without its files in /sys an interface has what is in /proc.
        #expect(values.filter { $0.key.contains("can0") }.count == 13)
    }

    @Test func aFileOfStatisticsIsDamaged() throws {
        let tree = try TreeCopy("pi")
        try tree.write("/sys/class/net/lo/statistics/rx_crc_errors", "1x\n")
        let run = HostRun(["netdev"], roots: tree.roots) { $0.networkDevices.isDetailed = true }
        #expect("\(run.failures)".contains("rx_crc_errors: expected a decimal number at byte 0"))
        // The others of this interface, and the next interface, are given.
        #expect(run.values[#"node_network_receive_frame_errors_total{device="lo"}"#] == 0)
        #expect(run.values[#"node_network_receive_crc_errors_total{device="eth0"}"#] == 2)
        #expect(run.values[#"node_network_receive_crc_errors_total{device="lo"}"#] == nil)
    }

    /// An alias that changes ends the series that it labelled.
    @Test func aliasesAreLabels() throws {
        let tree = try TreeCopy("pi")
        var sampler = tree.sampler(["netdev"]) { $0.networkDevices.hasAliasLabel = true }
        let before = HostRun(&sampler)
        let key = #"node_network_receive_bytes_total{device="eth0",ifalias="#
        #expect(before.values[key + #""to the line’s switch"}"#] == 912_003_121)
        #expect(before.values[#"node_network_receive_bytes_total{device="lo"}"#] == 10430)
        #expect(before.values.filter { $0.key.contains("ifalias") }.count == 17)
        let second = HostRun(&sampler)
        #expect(zip(before.samples, second.samples).allSatisfy { $0.series === $1.series })
        try tree.write("/sys/class/net/eth0/ifalias", "to the office\n")
        let after = HostRun(&sampler)
        #expect(after.values[key + #""to the office"}"#] == 912_003_121)
        #expect(after.values.count == before.values.count && sampler.seriesCount == after.values.count)
        try tree.remove("/sys/class/net/eth0")
        try tree.write("/proc/net/dev", "\n\n")
        #expect(HostRun(&sampler).values.isEmpty && sampler.seriesCount == 0)
    }

    /// Interfaces in another order with a new one between them: each keeps its own numbers.
    @Test func interfacesInAnotherOrder() throws {
        let tree = try TreeCopy("pi")
        var sampler = tree.sampler(["netdev"])
        let before = HostRun(&sampler).values
        try tree.change("/proc/net/dev") { text in
            var lines = text.split(separator: "\n").map(String.init)
            lines.append("  new0: 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1")
            return (lines[0..<2] + [lines[4], lines[3], lines[5], lines[2]]).joined(separator: "\n") + "\n"
        }
        let after = HostRun(&sampler).values
        #expect(after.filter { !$0.key.contains("new0") } == before)
        #expect(after.count == before.count + 16 && sampler.seriesCount == after.count)
    }

    private static let loopback: [UInt8] = [UInt8](repeating: 0, count: 15) + [1]

    @Test(
        arguments: [
            ([127, 0, 0, 1], "link-local", "127.0.0.1"), ([169, 254, 3, 4], "link-local", "169.254.3.4"),
            ([224, 0, 0, 251], "link-local", "224.0.0.251"), ([224, 0, 1, 1], "", "224.0.1.1"),
            ([10, 1, 2, 3], "global", "10.1.2.3"), ([0, 0, 0, 0], "", "0.0.0.0"),
            ([255, 255, 255, 255], "", "255.255.255.255"), (loopback, "link-local", "::1"),
            ([UInt8](repeating: 0, count: 16), "", "::"),
            ([0xfe, 0x80] + [UInt8](repeating: 0, count: 13) + [9], "link-local", "fe80::9"),
            ([0xfe, 0xbf] + [UInt8](repeating: 0, count: 14), "link-local", "febf::"),
            ([0xfe, 0xc0] + [UInt8](repeating: 0, count: 14), "global", "fec0::"),
            ([0xfd, 0] + [UInt8](repeating: 0, count: 13) + [1], "global", "fd00::1"),
            ([0xff, 1] + [UInt8](repeating: 0, count: 13) + [1], "interface-local", "ff01::1"),
            ([0xff, 0x12] + [UInt8](repeating: 0, count: 13) + [1], "link-local", "ff12::1"),
            ([0xff, 5] + [UInt8](repeating: 0, count: 13) + [1], "", "ff05::1"), ([1, 2, 3], "", ""), ([], "", ""),
        ] as [([UInt8], String, String)])
    func scopes(_ address: [UInt8], _ scope: String, _ text: String) {
        address.withUnsafeBytes { bytes in
            #expect(NetdevAddresses.scope(bytes) == scope)
            #expect(InterfaceAddresses.text(bytes) == text)
        }
    }

    /// Addresses come and go; one that is there for two peers, or with a label, is one series.
    @Test func addressesComeAndGo() {
        final class Addresses {
            var entries: [(String, [UInt8], Int)] = []
        }
        let addresses = Addresses()
        var settings = HostMetricsSettings(roots: FixtureTree("pi").roots)
        settings.networkDevices.isAddressInfoEnabled = true
        settings.networkDevices.devices = NameFilter(exclude: NamePattern("^lo$") { $0 == "lo" })
        let collector = NetdevCollector(settings) { body throws(SystemError) in
            for (label, address, prefix) in addresses.entries {
                Array(label.utf8).withUnsafeBytes { label in
                    address.withUnsafeBytes { body(.init(label: label, address: $0, prefixLength: prefix)) }
                }
            }
        }
        var sampler = HostSampler(
            members: [CollectorMember(name: "netdev", collector: collector, scope: .init(.empty))],
            scope: .init(.empty), seriesLimit: 1000, timeoutMilliseconds: 5000)
        addresses.entries = [
            ("lo", [127, 0, 0, 1], 8), ("eth0", [10, 0, 0, 1], 24), ("eth0:1", [10, 0, 0, 2], 24),
            ("eth0", [10, 0, 0, 1], 24), ("eth0", [10, 0, 0, 1], 32),
        ]
        func given() -> Set<String> {
            let run = HostRun(&sampler)
            #expect(run.failures == [])
            return Set(run.values.keys.filter { $0.hasPrefix("node_network_address_info") })
        }
        func key(_ address: String, _ prefix: Int) -> String {
            #"node_network_address_info{address="\#(address)",device="eth0",netmask="\#(prefix)",scope="global"}"#
        }
        let before = HostRun(&sampler).samples.count
        #expect(given() == [key("10.0.0.1", 24), key("10.0.0.1", 32), key("10.0.0.2", 24)])
        addresses.entries.removeLast(2)
        addresses.entries.removeFirst()
        addresses.entries.reverse()
        #expect(given() == [key("10.0.0.1", 24), key("10.0.0.2", 24)])
        #expect(HostRun(&sampler).samples.count == before - 1)
        #expect(sampler.seriesCount == before - 1 - 2)
    }

    // Skipped where the Debian package is not installed.
    @Test(.enabled(if: NodeExporter.isInstalled)) func thisMachine() throws {
        try Self.compare(
            Self.theirs(), HostRun(["netdev"], Self.all), isStill: { $0.hasPrefix("node_network_address_info") })
    }

    /// In a network where nothing moves every value is equal.
    // Skipped where the Debian packages are not installed or the test is not root.
    @Test(.enabled(if: NodeExporter.isInstalled && OwnNetwork.isPossible)) func aPairOfVirtualInterfaces() async throws
    {
        let (theirs, ours) = try await OwnNetwork.run {
            try OwnNetwork.ip("link", "add", "wside0", "type", "veth", "peer", "name", "wside1")
            try OwnNetwork.ip("address", "add", "10.1.2.3/24", "dev", "wside0")
            try OwnNetwork.ip("address", "add", "10.1.2.4/24", "dev", "wside0", "label", "wside0:1")
            try OwnNetwork.ip("address", "add", "10.9.0.1", "peer", "10.9.0.2/31", "dev", "wside1")
            try OwnNetwork.ip("address", "add", "169.254.7.7/16", "dev", "wside1")
            try OwnNetwork.ip("address", "add", "fd00:0:0:1::7/64", "dev", "wside1")
            // /proc/net is of the process's first thread.
            return (try Self.theirs(), HostRun(["netdev"], roots: HostRoots(procfs: "/proc/thread-self"), Self.all))
        }
        try Self.compare(theirs, ours) { !$0.contains(#""lo""#) }
        #expect(theirs.keys.filter { $0.hasPrefix("node_network_address_info") }.count >= 6)
    }

    private static func all(_ settings: inout HostMetricsSettings) {
        settings.networkDevices.isDetailed = true
        settings.networkDevices.isAddressInfoEnabled = true
    }

    private static func theirs() throws -> [String: Double] {
        let flags = [
            "--collector.netdev.address-info", "--collector.netdev.enable-detailed-metrics",
            "--collector.netdev.device-exclude=",
        ]
        return try NodeExporter.scrape(["netdev"], flags).values
    }

    /// `isStill` says of which series the values are compared too.
    private static func compare(
        _ theirs: [String: Double], _ ours: HostRun, isStill: (String) -> Bool
    ) throws {
        #expect(ours.failures == [])
        #expect(Set(ours.values.keys).symmetricDifference(theirs.keys).sorted() == [])
        for (series, value) in theirs where isStill(series) { #expect(ours.values[series] == value, "\(series)") }
    }
}
