import LinuxSystem
import Testing

@testable import HostMetrics

/// The parsers of single files of /proc on texts that the kernel does not write, or writes seldom.
@Suite struct ProcParseTests {
    @Test(arguments: [
        ("", Damage(0, "the headings of the ARP table")), ("IP address\n\n", Damage(11, "six columns")),
        ("IP address\n1 2 3 4 5\n", Damage(20, "six columns")),
        ("IP address\n1 2 3 4 5 eth0 7\n", Damage(26, "six columns")), ("IP address\n", nil),
    ])
    func neighbours(_ text: String, _ expected: Damage?) {
        var devices: [Range<Int>] = []
        #expect(
            damage(text) { bytes in try ARPCollector.parse(bytes, into: &devices) } == expected
        )
    }

    @Test(arguments: [
        ("searched\n", Damage(0, "the headings of the statistics")),
        ("entries\n1 2 3\n", Damage(13, "16 or 17 columns")),
        ("entries\n1 2 x\n", Damage(12, "a hexadecimal number")),
        ("entries\n1 2 3 4 5 6 7 8 9 a b c d e f 10\n", nil),
    ])
    func connections(_ text: String, _ expected: Damage?) {
        #expect(damage(text) { bytes in _ = try ConntrackCollector.parse(bytes) } == expected)
    }

    @Test(arguments: [
        ("1184 0 9223372036854775807\n", nil), ("1184 0\n", Damage(6, "a decimal number")),
        ("1184 x 1\n", Damage(5, "a decimal number")),
    ])
    func openFiles(_ text: String, _ expected: Damage?) {
        #expect(damage(text) { bytes in _ = try FilefdCollector.parse(bytes) } == expected)
    }

    @Test(arguments: [
        ("Tcp: A B\nTcp: 1 -1\n", nil), ("Tcp A\nTcp 1\n", Damage(0, "a protocol's name and a colon")),
        ("Tcp: A\nUdp: 1\n", Damage(7, "the same protocol's numbers")),
        ("Tcp: A\n", Damage(7, "the same protocol's numbers")), ("Tcp: A B\nTcp: 1\n", Damage(15, "a decimal number")),
        ("Tcp: A\nTcp: 1 2\n", Damage(14, "as many numbers as names")),
        ("Tcp: A\nTcp: y\n", Damage(12, "a decimal number")),
    ])
    func protocols(_ text: String, _ expected: Damage?) {
        var headings: [Range<Int>] = []
        var values: [Double] = []
        let found = damage(text) { bytes in
            try NetstatCollector.parse(bytes, into: &headings, &values)
        }
        #expect(found == expected)
    }

    @Test(arguments: [
        ("pgfault 12\n", nil), ("pgfault\n", Damage(7, "a decimal number")), ("\n", Damage(0, "a field's name")),
        ("pgfault 1 2\n", Damage(10, "the line's end")),
    ])
    func fieldLines(_ text: String, _ expected: Damage?) {
        var names: [Range<Int>] = []
        var values: [Double] = []
        let found = damage(text) { bytes in
            try FieldLines.parse(bytes, into: &names, &values)
        }
        #expect(found == expected)
    }

    @Test(arguments: [
        ("some avg10=0.00 total=12\nother x\n", nil), ("some avg10=0.00\n", Damage(15, "a total")),
        ("full total=-1\n", Damage(11, "a decimal number")),
    ])
    func pressure(_ text: String, _ expected: Damage?) {
        #expect(damage(text) { bytes in _ = try PressureCollector.parse(bytes) } == expected)
    }

    @Test(arguments: [
        ("version 17\ncpu0 1 2 3 4 5 6 7 8 9\n", nil), ("cpu0 1 2 3 4 5 6 7 8\n", Damage(20, "a decimal number")),
        ("cpux 1\n", Damage(3, "a decimal number")),
        ("cpu1 1 2 3 4 5 6 7 8 9\ncpu1 1 2 3 4 5 6 7 8 9\n", Damage(26, "processors in rising order")),
        ("cpu9999999 1 2 3 4 5 6 7 8 9\n", Damage(3, "processors in rising order")),
    ])
    func scheduler(_ text: String, _ expected: Damage?) {
        var numbers: [Int] = []
        var processors: [SchedstatCollector.Processor] = []
        let found = damage(text) { bytes in
            try SchedstatCollector.parse(bytes, into: &numbers, &processors)
        }
        #expect(found == expected)
    }

    @Test(arguments: [
        ("TCP: inuse 4 mem 1\n", nil), ("TCP:\n", Damage(0, "a protocol, a colon and its numbers")),
        ("TCP inuse 4\n", Damage(0, "a protocol, a colon and its numbers")),
        ("TCP: inuse 4 mem\n", Damage(16, "a decimal number")), ("TCP: inuse x\n", Damage(11, "a decimal number")),
    ])
    func sockets(_ text: String, _ expected: Damage?) {
        var fields: [SockstatCollector.Field] = []
        #expect(
            damage(text) { bytes in try SockstatCollector.parse(bytes, into: &fields) }
                == expected)
    }

    @Test(arguments: [
        ("1 2 3 4 5 6 7 8 9\n", nil), ("1 2 3\n", Damage(5, "at least 9 columns")),
        ("1 2 3 4 5 6 7 8 g\n", Damage(16, "a hexadecimal number")),
        ("1 2 3 4 5 6 7 8 9 a b c 1\n1 2 3 4 5 6 7 8 9 a b c 1\n", Damage(26, "processors in rising order")),
        ("1 2 3 4 5 6 7 8 9 a b c ffffffffffffffff\n", Damage(0, "processors in rising order")),
    ])
    func receivedPackets(_ text: String, _ expected: Damage?) {
        var numbers: [Int] = []
        var lines: [SoftnetCollector.Line] = []
        let found = damage(text) { bytes in
            try SoftnetCollector.parse(bytes, into: &numbers, &lines)
        }
        #expect(found == expected)
    }

    @Test(arguments: [
        ("sl\n 0: 0:1 0:0 07 0A:0B x\n", nil), ("sl\n 0: 0:1 0:0 07 0A 0B\n", Damage(20, "a colon between two queues")),
        ("sl\n 0: 0:1\n", Damage(10, "a hexadecimal number")),
        ("sl\n 0: 0:1 0:0 07 0A:0z\n", Damage(21, "a hexadecimal number")),
    ])
    func datagrams(_ text: String, _ expected: Damage?) {
        #expect(damage(text) { bytes in _ = try UDPQueuesCollector.parse(bytes) } == expected)
    }

    @Test(arguments: [
        ("# x\n\nA=1\nB='a b'\nC=\"a\\\"b\"\nD=a\\ b\nE=\n", ["A": "1", "B": "a b", "C": "a\"b", "D": "a b", "E": ""]),
        ("A=\"x y\" \nB=c", ["A": "x y", "B": "c"]),
    ])
    func assignments(_ text: String, _ expected: [String: String]) throws {
        #expect(try OSRelease.parse(Array(text.utf8)) == expected)
    }

    @Test(arguments: [
        ("A=1\nnonsense\n", Damage(4, "NAME=value")), ("=1\n", Damage(0, "NAME=value")),
        ("A=\"1\n", Damage(0, "a value whose quotes end")),
    ])
    func damagedAssignments(_ text: String, _ expected: Damage) {
        #expect(damage(text) { bytes in _ = try OSRelease.parse(Array(bytes)) } == expected)
    }

    @Test(
        arguments: [
            ("12", 12), ("22.04", 22.04), ("22.04.1", 22.04), ("7.", 7), ("rolling", nil), ("", nil), (".5", nil),
        ] as [(String, Double?)])
    func versionNumbers(_ text: String, _ number: Double?) {
        #expect(OSRelease.versionNumber(text) == number)
    }

    @Test(
        arguments: [
            ("1970-01-01", 0), ("2024-02-29", 1_709_164_800), ("2028-06-30", 1_845_936_000), ("1969-12-31", -86_400),
            ("2023-02-29", nil), ("2024-13-01", nil), ("2024-1-01", nil), ("soon", nil), ("2024-01-01T", nil),
        ] as [(String, Int64?)])
    func dates(_ text: String, _ seconds: Int64?) {
        #expect(OSRelease.unixSeconds(date: text) == seconds)
    }

    @Test(arguments: [
        ("SELINUX=enforcing\n", 1), ("# SELINUX=enforcing\n SELINUX = \"permissive\" \n", 0), ("SELINUX=disabled", -1),
        ("SELINUXTYPE=targeted\n", -1), ("", -1),
    ])
    func securityModes(_ text: String, _ mode: Int) {
        #expect(SELinuxCollector.parseConfiguration(text) == mode)
    }

    @Test(arguments: [
        ("TCP_inuse", "TCP_inuse"), ("net.ipv4.tcp_rmem", "net_ipv4_tcp_rmem"), ("a-_b", "a_b"), ("a b_", "a_b_"),
        ("odd_/", "odd_"), ("Ämter", "_mter"),
    ])
    func metricNames(_ text: String, _ name: String) {
        #expect(MetricName.part(text) == name)
    }

    /// The units of adjtimex: STA_NANO decides on those of offset and jitter only.
    @Test func clockValues() {
        var clock = ClockDiscipline()
        clock.isSynchronised = true
        clock.offset = -1_500
        clock.pulseJitter = 2_500
        clock.frequency = 65_536 * 12
        clock.maximumError = 500_000
        clock.tick = 10_000
        clock.status = 0x2001
        clock.atomicTimeOffset = 37
        let micro = TimexCollector.values(clock)
        #expect(micro[0] == 1 && micro[1] == -0.0015 && micro[2] == 1.000012 && micro[3] == 0.5)
        #expect(micro[5] == 8193 && micro[7] == 0.01 && micro[9] == 0.0025 && micro[16] == 37)
        clock.isInNanoseconds = true
        let nano = TimexCollector.values(clock)
        #expect(nano[1] == -0.0000015 && nano[9] == 0.0000025 && nano[3] == 0.5)
    }

    /// The defaults written out as functions admit what their expressions admit; held against a list with near misses.
    @Test(arguments: [
        ("Tcp_InErrs", true), ("Foo_Bar_InErrors", true), ("InErrors", false), ("Ip_Forwarding", true),
        ("Ip6_InOctets", true), ("IpExt_OutOctets", true), ("Ip_InOctets", false), ("Icmp6_OutMsgs", true),
        ("IcmpMsg_InMsgs", false), ("TcpExt_ListenDrops", true), ("TcpExt_TCPTimeout", false),
        ("TcpExt_TCPTimeoutsX", false), ("TcpExt_SyncookiesFailed", true), ("Tcp_CurrEstab", true),
        ("Tcp_MaxConn", false), ("Udp_NoPorts", true), ("UdpLite_NoPorts", false), ("UdpLite6_InErrors", true),
        ("", false),
    ])
    func netstatFields(_ name: String, _ isWanted: Bool) {
        #expect(NamePattern.defaultNetstatFields.matches(name) == isWanted)
    }

    @Test(arguments: [
        ("oom_kill", true), ("oom_killed", true), ("oom", false), ("pgpgin", true), ("pswpout", true),
        ("pgmajfault", true), ("pgfault", true), ("numa_pgfault", false), ("pfault", false), ("pgfree", false),
    ])
    func vmstatFields(_ name: String, _ isWanted: Bool) {
        #expect(NamePattern.defaultVmstatFields.matches(name) == isWanted)
    }
}
