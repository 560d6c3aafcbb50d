import Exposition
import HostMetrics
import LinuxSystem
import MetricModel
import Testing

/// The collectors that ask by netlink and Debian's node_exporter in one network namespace, with all kinds of things in it.
@Suite struct NetlinkLiveTests {
    private static let isPossible =
        NodeExporter.isInstalled && OwnNetwork.isPossible && Files.exists("/usr/sbin/tc")

    /// What both programs give where `script` has been run.
    private static func both(
        _ collector: String, after script: String
    ) async throws -> (theirs: ParsedExposition, ours: HostRun) {
        try await OwnNetwork.run {
            try OwnNetwork.shell(script)
            return (try NodeExporter.scrape([collector], []), HostRun([collector]))
        }
    }

    /// Compares every sample, and the types.
    private static func compare(_ collector: String, _ theirs: ParsedExposition, _ ours: HostRun) {
        #expect(ours.failures == [])
        #expect(theirs.success == [collector: 1] && ours.success == [collector: 1])
        #expect(ours.values == theirs.values)
        for sample in ours.samples {
            let family = sample.series.family
            if family.name.hasPrefix("node_scrape_") { continue }
            #expect(theirs.family(family.name)?.type == family.type, "\(family.name)")
        }
    }

    @Test(.enabled(if: isPossible)) func routes() async throws {
        let script = """
            ip link add v0 type veth peer name v1
            for device in v0 v1; do ip link set $device up; done
            ip address add 10.9.0.1/24 dev v0
            ip address add 10.9.1.1/24 dev v1
            ip address add 2001:db8:0:1::1/64 dev v0 nodad
            ip address add 2001:db8:0:2::1/64 dev v1 nodad
            ip route add default via 10.9.0.2 metric 100 proto dhcp
            ip route add default via 10.9.1.2 metric 4294967295
            ip route add 10.20.0.0/16 proto static nexthop via 10.9.0.3 weight 1 nexthop via 10.9.1.3 weight 256
            ip route add 10.30.0.0/16 via 10.9.0.9 src 10.9.0.1 table 100 proto 99
            ip route add 10.30.0.0/16 via 10.9.0.9 src 10.9.0.1 table 100000 proto bird
            ip route add 10.40.0.7/32 dev v1 scope link
            ip route add 0.0.0.0/1 dev v0
            ip route add blackhole 10.50.0.0/16
            ip route add unreachable 10.60.0.0/16
            ip route add 10.70.0.0/16 via inet6 fe80::7 dev v0
            ip -6 route add default via fe80::9 dev v0 metric 5 proto ra
            ip -6 route add 2001:db8:a::/48 nexthop via 2001:db8:0:1::9 weight 2 nexthop via 2001:db8:0:2::9 weight 3
            ip -6 route add 2001:db8:b:0:1::/80 via 2001:db8:0:2::5 src 2001:db8:0:2::1 proto bgp
            ip -6 route add blackhole 2001:db8:c::/48
            """
        let (theirs, ours) = try await Self.both("network_route", after: script)
        Self.compare("network_route", theirs, ours)
        #expect(ours.values.count > 20)
        let way =
            #"node_network_route_info{dest="10.20.0.0/16",device="v1",gw="10.9.1.3",priority="0",proto="static",weight="256"}"#
        #expect(ours.values[way] == 1)
    }

    /// Interfaces and routes that come and go between two runs of one sampler.
    @Test(.enabled(if: isPossible)) func routesThatChange() async throws {
        let steps = [
            "ip link add v0 type veth peer name v1; echo 1 > /proc/sys/net/ipv6/conf/v0/disable_ipv6",
            "ip link set v0 up; ip address add 10.9.0.1/24 dev v0",
            "ip route add 10.1.0.0/16 dev v0", "ip link set v0 name w0", "ip route del 10.1.0.0/16",
        ]
        let runs = try await OwnNetwork.run {
            var sampler = HostSampler(
                settings: HostMetricsSettings(hasDefaults: false, enable: ["network_route"]),
                scope: SeriesScope(.empty), seriesLimit: 100)
            return try steps.map { step in
                try OwnNetwork.shell(step)
                let run = HostRun(&sampler)
                return (values: run.values, seriesCount: sampler.seriesCount)
            }
        }
        for (run, (device, count)) in zip(runs.dropFirst(), [("v0", 1.0), ("v0", 2), ("w0", 2), ("w0", 1)]) {
            let own =
                #"node_network_route_info{dest="10.9.0.0/24",device="\#(device)",priority="0",proto="kernel",src="10.9.0.1"}"#
            let other = #"node_network_route_info{dest="10.1.0.0/16",device="\#(device)",priority="0",proto="boot"}"#
            var expected = [own: 1, #"node_network_routes{device="\#(device)"}"#: count]
            if count == 2 { expected[other] = 1 }
            #expect(run.values == expected)
            #expect(run.seriesCount == run.values.count)
        }
    }

    /// Disciplines that hold packets back, drop them, have children; those below the root and at the ingress are not told.
    /// The filters of version 1.5 do nothing or leave nothing, so that ours are not compared with them.
    @Test(.enabled(if: isPossible)) func disciplines() async throws {
        let script = """
            for device in a b c d; do
                ip link add ${device}0 numtxqueues 2 type veth peer name ${device}1
                echo 1 > /proc/sys/net/ipv6/conf/${device}0/disable_ipv6
                echo 1 > /proc/sys/net/ipv6/conf/${device}1/disable_ipv6
                ip link set ${device}0 up
                ip link set ${device}1 up
            done
            for device in a b; do
                ip address add 10.9.$((16#$device)).1/24 dev ${device}0
                ip neighbour add 10.9.$((16#$device)).2 lladdr 02:00:00:00:00:01 dev ${device}0
            done
            tc qdisc add dev a0 root tbf rate 8bit burst 100 limit 400
            tc qdisc add dev b0 root handle 1: htb default 1
            tc class add dev b0 parent 1: classid 1:1 htb rate 1mbit
            tc qdisc add dev b0 parent 1:1 pfifo limit 5
            tc qdisc add dev b0 ingress
            tc qdisc add dev c0 root mq
            tc qdisc add dev d0 root pfifo_fast
            for number in {1..20}; do
                echo "a message to nobody" > /dev/udp/10.9.10.2/9
                echo "a message to nobody" > /dev/udp/10.9.11.2/9
            done
            """
        let (theirs, ours) = try await Self.both("qdisc", after: script)
        Self.compare("qdisc", theirs, ours)
        let values = ours.values
        #expect(values[#"node_qdisc_packets_total{device="b0",kind="htb"}"#] == 20)
        #expect((values[#"node_qdisc_drops_total{device="a0",kind="tbf"}"#] ?? 0) > 0)
        #expect((values[#"node_qdisc_current_queue_length{device="a0",kind="tbf"}"#] ?? 0) > 0)
        #expect((values[#"node_qdisc_backlog{device="a0",kind="tbf"}"#] ?? 0) > 0)
        #expect(values.keys.filter { $0.hasPrefix("node_qdisc_backlog") }.count == 9)
    }

    /// A kernel without nl80211 has no wireless interfaces, as node_exporter says too; one with it may have none.
    @Test func wirelessOrNone() {
        let run = HostRun(["wifi"])
        #expect(run.success == ["wifi": 1] || run.failures.map(\.isAbsence) == [true])
    }

    /// What a unit without AF_NETLINK sees: who only asks by netlink fails and says what would help; who also reads files
    /// gives them.
    @Test func refusedSockets() async throws {
        let (refused, others) = try await RefusedSockets.run {
            let fixture = HostRoots(sysfs: FixtureTree("gateway").path + "/sys")
            return (
                ["network_route", "qdisc", "wifi"].map { HostRun([$0]) }.map { "\($0.success) \($0.failures)" },
                [HostRun(["can"], roots: fixture)].map { "\($0.success) \($0.values.count) \($0.failures)" }
            )
        }
        let words =
            "asking the kernel by netlink is not allowed here; it needs AF_NETLINK among RestrictAddressFamilies="
        #expect(
            refused == ["network_route", "qdisc", "wifi"].map { #"["\#($0)": 0.0] [collector \#($0): \#(words)]"# })
        #expect(others == [#"["can": 1.0] 21 [collector can: \#(words)]"#])
    }
}
