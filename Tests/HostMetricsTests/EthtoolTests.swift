import Glibc
import LinuxSystem
import MetricModel
import Testing

@testable import HostMetrics

/// What drivers of network interfaces say. `WAYSIDE_UPDATE_GOLDENS=1 swift test --filter EthtoolTests` writes the expected
/// text anew.
@Suite struct EthtoolTests {
    @Test func allSamples() throws {
        var sampler = try EthtoolFixture().sampler()
        let run = HostRun(&sampler)
        #expect(run.failures == [])
        let text = run.lines.map { $0 + "\n" }.joined()
        let golden = FixtureTree("ethtool").path + "/expected.txt"
        if Machine.environment("WAYSIDE_UPDATE_GOLDENS") == "1" { try Files.replace(golden, with: Array(text.utf8)) }
        let expected = String(decoding: try Files.read(golden), as: UTF8.self)
        #expect(text == expected)
        let second = HostRun(&sampler)
        #expect(second.lines == run.lines)
        #expect(zip(run.samples, second.samples).allSatisfy { $0.series === $1.series })
    }

    @Test(
        arguments: [
            ("port.rx_errors", "node_ethtool_port_received_errors"), ("rx_frames", "node_ethtool_received_frames"),
            ("Queue[0] AllocFails", "node_ethtool_queue_0_allocfails"),
            ("Tx LPI entry count", "node_ethtool_transmitted_lpi_entry_count"),
            ("port.VF_admin_queue", "node_ethtool_port_vf_admin_queue"),
            ("[3]: tx_frames", "node_ethtool_3_transmitted_frames"), ("     err", "node_ethtool_err"),
            ("rx", "node_ethtool_received"), ("a_rx_tx_b", "node_ethtool_a_received_transmitted_b"),
            ("rx_rx_rx", "node_ethtool_received_rx_received"), ("prx_txq", "node_ethtool_prx_txq"), ("_#_", nil),
            ("rx__x", "node_ethtool_received__x"), ("tx-err", "node_ethtool_transmitted_err"),
        ] as [(String, String?)])
    func namesOfMetrics(_ name: String, _ expected: String?) {
        #expect(EthtoolStatistic.plainMetricName(MetricName.part(name)) == expected)
    }

    @Test func statisticsAreChosenByTheirNames() throws {
        var sampler = try EthtoolFixture().sampler { settings in
            settings.ethtool.devices = NameFilter(exclude: NamePattern("^can") { $0.hasPrefix("can") })
            settings.ethtool.metricsInclude = NamePattern("^Queue_0_") { $0.hasPrefix("Queue_0_") }
        }
        let values = HostRun(&sampler).values
        #expect(values[#"node_ethtool_queue_0_allocfails{device="eth0"}"#] == 5)
        #expect(values.filter { $0.key.hasPrefix("node_ethtool_") }.count == 2)
        #expect(!values.contains { $0.key.contains("can0") })
    }

    private static func settings(_ change: (inout [UInt8]) -> Void) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 48 + 3 * 16)
        bytes[15] = 4
        change(&bytes)
        return bytes
    }

    @Test(
        arguments: [
            (settings { $0.removeSubrange(48...) }, 48), ([], 0), (settings { $0[15] = 0 }, 15),
            (settings { $0[15] = 0xfc }, 15), (settings { $0[15] = 127 }, 15), (settings { $0[15] = 128 }, 15),
            (settings { $0.removeLast(17) }, 15),
        ])
    func damagedSettings(_ bytes: [UInt8], _ offset: Int) {
        #expect(damage(bytes) { _ = try EthtoolLink(settings: $0) }?.offset == offset)
    }

    @Test func modesBeyondTheFourthWordAreLeft() throws {
        var bytes = [UInt8](repeating: 0, count: 48 + 3 * 4 * 127)
        bytes[15] = 127
        for index in 48..<bytes.count { bytes[index] = 0xff }
        let link = try bytes.withUnsafeBytes { try EthtoolLink(settings: $0) }
        #expect((0..<128).allSatisfy { link.supported.contains($0) })
        #expect(damage([UInt8](repeating: 0, count: 43)) { _ = try EthtoolLink(legacy: $0) }?.offset == 43)
    }

    /// Damaged settings are an error; the rest of the interface, and the other interfaces, are given.
    @Test func oneDamagedAnswer() throws {
        let fixture = try EthtoolFixture()
        fixture.interfaces["can0"]?.link = Self.settings { $0[15] = 9 }
        var sampler = fixture.sampler()
        let run = HostRun(&sampler)
        #expect(run.success == ["ethtool": 0])
        #expect("\(run.failures)".contains("the link settings of can0: expected how many words of link modes follow"))
        #expect(run.values.contains { $0.key.hasPrefix("node_ethtool_info{") && $0.key.contains("can0") })
        #expect(run.values[#"node_network_autonegotiate{device="eth0"}"#] == 1)
        #expect(!run.values.contains { $0.key.hasPrefix("node_network_") && $0.key.contains("can0") })
    }

    /// A driver that fails is said and is a success, as in node_exporter; one that went is not even said.
    @Test(arguments: [(EIO, 6), (ETIMEDOUT, 6), (ENODEV, 0), (EOPNOTSUPP, 0)])
    func driversThatDoNotAnswer(_ errorNumber: Int32, _ remarkCount: Int) throws {
        let fixture = try EthtoolFixture()
        var sampler = fixture.sampler()
        let before = HostRun(&sampler)
        fixture.refusal = errorNumber
        let run = HostRun(&sampler)
        #expect(run.success == ["ethtool": 1] && run.values.isEmpty && sampler.seriesCount == 0)
        #expect(run.failures.count == (remarkCount == 0 ? 0 : 9))
        fixture.refusal = nil
        let after = HostRun(&sampler)
        #expect(after.lines == before.lines)
    }

    /// Queues that come or go change what a driver counts.
    @Test func statisticsComeAndGo() throws {
        let fixture = try EthtoolFixture()
        var sampler = fixture.sampler()
        let before = HostRun(&sampler)
        fixture.interfaces["eth0"]?.names[0] = EthtoolFixture.text("rx_frames")
        fixture.interfaces["eth0"]?.names.append(EthtoolFixture.text("rxq1_bytes"))
        fixture.interfaces["eth0"]?.values.append(11)
        fixture.changeCount = 1
        let after = HostRun(&sampler)
        #expect(after.success == ["ethtool": 1] && after.failures.isEmpty)
        #expect(after.values[#"node_ethtool_received_frames{device="eth0"}"#] == 1_260_062)
        #expect(after.values[#"node_ethtool_received_packets_total{device="eth0"}"#] == nil)
        #expect(after.values[#"node_ethtool_rxq1_bytes{device="eth0"}"#] == 11)
        #expect(sampler.seriesCount == before.samples.count - 2 + 1)
        // Names that never stand still are given up for this run.
        fixture.changeCount = 2
        let unsteady = HostRun(&sampler)
        #expect(unsteady.success == ["ethtool": 1] && "\(unsteady.failures)".contains("eth0"))
        #expect(!unsteady.values.keys.contains { $0.hasPrefix("node_ethtool_r") })
        #expect(HostRun(&sampler).lines == after.lines)
    }

    /// A link that is set otherwise ends the modes it no longer has; one that a driver no longer tells of ends all.
    @Test func linksChange() throws {
        let fixture = try EthtoolFixture()
        var sampler = fixture.sampler()
        let count = HostRun(&sampler).samples.count
        fixture.interfaces["eth0"]?.link?[11] = 0
        // Only 10baseT/Full is offered.
        fixture.interfaces["eth0"]?.link?.replaceSubrange(64..<80, with: [2] + [UInt8](repeating: 0, count: 15))
        let values = HostRun(&sampler).values
        #expect(values[#"node_network_autonegotiate{device="eth0"}"#] == 0)
        #expect(values[#"node_network_pause_advertised{device="eth0"}"#] == 0)
        let mode = #"node_network_advertised_speed_bytes{device="eth0",duplex="full",mode="#
        #expect(values.keys.filter { $0.hasPrefix(mode) } == [mode + #""10baseT"}"#])
        #expect(sampler.seriesCount == count - 2 - 3)
        fixture.interfaces["eth0"]?.link = nil
        #expect(!HostRun(&sampler).values.keys.contains { $0.hasPrefix("node_network_") && $0.contains("eth0") })
    }

    @Test func interfacesComeAndGo() throws {
        let tree = try TreeCopy("ethtool")
        let fixture = try EthtoolFixture()
        var sampler = fixture.sampler(tree.roots)
        let before = HostRun(&sampler)
        try tree.remove("/sys/class/net/eth0")
        let after = HostRun(&sampler)
        #expect(sampler.seriesCount == after.samples.count - 2)
        #expect(after.lines == before.lines.filter { !$0.contains("eth0") })
        try tree.remove("/sys/class/net")
        #expect(HostRun(&sampler).success == ["ethtool": 0] && sampler.seriesCount == 0)
    }

    @Test func seriesAreBounded() throws {
        var sampler = try EthtoolFixture().sampler(limit: 10)
        let run = HostRun(&sampler)
        #expect(run.samples.count == 12 && sampler.refusedSampleCount > 0)
    }
}
