import Exposition
import Glibc
import LinuxSystem
import MetricModel
import Testing

@testable import HostMetrics

/// Debian's node_exporter and `ethtool` on interfaces of the same live kernel.
@Suite struct EthtoolLiveTests {
    /// What moves while the two look one after the other: its series are compared, not its values.
    private static func isMoving(_ series: String) -> Bool {
        series.hasPrefix("node_ethtool_") && !series.contains("_info")
    }

    // Skipped where the Debian package is not installed.
    @Test(.enabled(if: NodeExporter.isInstalled)) func thisMachine() throws {
        let theirs = try NodeExporter.scrape(["ethtool"], [])
        let ours = HostRun(["ethtool"])
        #expect(ours.failures == [] && ours.success == theirs.success)
        #expect(Set(ours.values.keys) == Set(theirs.values.keys))
        for (series, value) in theirs.values where !Self.isMoving(series) {
            #expect(ours.values[series] == value, "\(series)")
        }
        for sample in ours.samples where !sample.series.family.name.hasPrefix("node_scrape_") {
            #expect(theirs.family(sample.series.family.name)?.type == sample.series.family.type)
        }
    }

    /// In a network where nothing moves every value is equal.
    // Skipped where the Debian packages are not installed or the test is not root.
    @Test(.enabled(if: NodeExporter.isInstalled && OwnNetwork.isPossible)) func aPairOfVirtualInterfaces() async throws
    {
        let (theirs, ours) = try await OwnNetwork.run {
            try OwnNetwork.ip("link", "add", "wside0", "numrxqueues", "4", "type", "veth", "peer", "name", "wside1")
            let theirs = try NodeExporter.scrape(["ethtool"], [])
            return (theirs.values, HostRun(["ethtool"]))
        }
        #expect(ours.failures == [] && ours.success == ["ethtool": 1])
        #expect(ours.values == theirs)
        #expect(theirs[#"node_ethtool_peer_ifindex{device="wside0"}"#] != nil)
        #expect(theirs[#"node_network_autonegotiate{device="wside1"}"#] == 0)
        #expect(theirs.count > 20)
    }

    /// The kernel's answers end before the memory does.
    @Test func questionsToTheKernel() throws {
        let socket = try EthtoolSocket()
        #expect(throws: SystemError(call: "ioctl", path: "wayside-is-not", errorNumber: ENODEV)) {
            _ = try socket.driver(of: "wayside-is-not")
        }
        #expect(throws: SystemError(call: "ioctl", path: "a-name-of-16-byt", errorNumber: ENODEV)) {
            _ = try socket.driver(of: "a-name-of-16-byt")
        }
        #expect(throws: SystemError(call: "ioctl", path: "lo", errorNumber: EOPNOTSUPP)) {
            _ = try socket.linkSettings(of: "lo")
        }
        #expect(try socket.statisticCount(of: "lo") == 0)
    }

    /// Fewer rows than the driver has are refused by the kernel or kept out by the memory's end, never written behind it.
    // Skipped where the Debian packages are not installed or the test is not root.
    @Test(.enabled(if: OwnNetwork.isPossible)) func moreThanThereIsRoomFor() async throws {
        let answers = try await OwnNetwork.run {
            try OwnNetwork.ip("link", "add", "wside0", "numrxqueues", "16", "type", "veth", "peer", "name", "wside1")
            let socket = try EthtoolSocket()
            let count = try socket.statisticCount(of: "wside0")
            var answers = [count > 32]
            for wrong in [1, count - 1, count + 1, 4000] {
                answers.append(try socket.statisticNames(of: "wside0", count: wrong) == nil)
                answers.append(try socket.statistics(of: "wside0", count: wrong) == nil)
            }
            answers.append(try socket.statisticNames(of: "wside0", count: count)?.count == 32 * count)
            answers.append(try socket.statistics(of: "wside0", count: count)?.count == 8 * count)
            answers.append(try socket.linkSettings(of: "wside0").count > 48)
            answers.append(try socket.legacySettings(of: "wside0").count == 44)
            return answers
        }
        #expect(answers.count == 13 && answers.allSatisfy { $0 }, "\(answers)")
    }
}
