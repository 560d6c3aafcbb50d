import LinuxSystem
import MetricModel
import Testing

@testable import HostMetrics

/// What the parsers say of answers that are not as the kernel makes them, and that no bytes are too much for them.
@Suite struct NetlinkParseTests {
    /// The answer in a file of a fixture tree, with the bytes from `offset` on replaced.
    private static func answer(
        _ tree: String, _ name: String, _ offset: Int = 0, _ bytes: [UInt8] = []
    ) throws -> [UInt8] {
        var answer = try Files.read(FixtureTree(tree).path + "/netlink/" + name)
        answer.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        return answer
    }

    private static func parseLinks(_ bytes: UnsafeRawBufferPointer) throws {
        var links = NetworkLinks()
        try links.update(NetlinkAnswer(bytes))
    }

    private static func parseRoutes(_ bytes: UnsafeRawBufferPointer) throws {
        try NetworkRoutes.parse(NetlinkAnswer(bytes)) { _ in }
    }

    @Test func damagedLinks() throws {
        let good = try Self.answer("kernel-4.9", "links")
        #expect(damage(good, Self.parseLinks) == nil)
        // The first message is 56 bytes: its head, 16 of ifinfomsg, the name in 8.
        #expect(damage(Array(good.dropLast()), Self.parseLinks) == Damage(56, "a message that ends within the answer"))
        #expect(damage(Array(good.prefix(70)), Self.parseLinks) == Damage(56, "the head of a message"))
        let short = try Self.answer("kernel-4.9", "links", 0, [24])
        #expect(damage(short, Self.parseLinks) == Damage(16, "16 bytes"))
        for length in [0, 3, 25] as [UInt8] {
            let bad = try Self.answer("kernel-4.9", "links", 32, [length])
            #expect(damage(bad, Self.parseLinks) == Damage(32, "an attribute that ends within what holds it"))
        }
    }

    @Test(
        arguments: [
            // The first route of the Pi: 16 of head, 12 of rtmsg, the table, then the priority and so on.
            (17, [33], Damage(17, "the length of a prefix")),
            // The default route with a length, and no destination.
            (17, [1], Damage(16, "a route to somewhere")),
            // RTA_PRIORITY of two bytes and of none; the attribute behind it is then elsewhere.
            (36, [4, 0, 6, 0], Damage(40, "4 bytes")),
            // RTA_PREFSRC of another family's length.
            (16, [10], Damage(48, "an address of 16 bytes")),
        ] as [(Int, [UInt8], Damage)])
    func damagedRoutes(_ offset: Int, _ bytes: [UInt8], _ expected: Damage) throws {
        #expect(damage(try Self.answer("pi", "routes"), Self.parseRoutes) == nil)
        #expect(damage(try Self.answer("pi", "routes", offset, bytes), Self.parseRoutes) == expected)
    }

    /// The ways of a multipath route, whose lengths must lead to its end.
    @Test func damagedWays() throws {
        let good = try Self.answer("pi", "routes")
        // RTA_MULTIPATH of 36 bytes.
        let start = try #require((0..<good.count - 3).first { good[$0...].starts(with: [36, 0, 9, 0]) }) + 4
        for length in [0, 7, 33, 0xff] as [UInt8] {
            let bad = try Self.answer("pi", "routes", start, [length])
            #expect(damage(bad, Self.parseRoutes) == Damage(start, "a way that ends within its route"))
        }
        let bad = try Self.answer("pi", "routes", start, [14])
        #expect(damage(bad, Self.parseRoutes)?.expected == "an attribute that ends within what holds it")
    }

    @Test func damagedDisciplines() throws {
        let parse = { (bytes: UnsafeRawBufferPointer) in
            try QueueingDiscipline.parse(NetlinkAnswer(bytes)) { _ in }
        }
        // 16 of head, 20 of tcmsg, TCA_KIND of 4 + 11, TCA_STATS of 4 + 40.
        let good = try Self.answer("kernel-4.9", "qdiscs")
        #expect(damage(good, parse) == nil)
        #expect(
            damage(try Self.answer("kernel-4.9", "qdiscs", 38, [2]), parse)
                == Damage(16, "a queueing discipline with a name"))
        for length in [0, 3, 45] as [UInt8] {
            let bad = try Self.answer("kernel-4.9", "qdiscs", 52, [length])
            #expect(damage(bad, parse) == Damage(52, "an attribute that ends within what holds it"))
        }
        // TCA_STATS that ends before the backlog.
        var short = Array(good.dropLast(8))
        (short[0], short[52]) = (88, 36)
        #expect(damage(short, parse) == Damage(88, "4 bytes"))
        // A child of another has no name to have.
        let child = try Self.answer("kernel-4.9", "qdiscs", 28, [1, 0, 0, 0]).enumerated().map { $0 == 38 ? 2 : $1 }
        #expect(damage(child, parse) == nil)
    }

    @Test func devicesThatAreLeftOut() {
        for (filter, device) in [
            (NameFilter(exclude: NamePattern("^(lo|eth0)$") { ["lo", "eth0"].contains($0) }), "wlan0"),
            (NameFilter(include: NamePattern("^lo$") { $0 == "lo" }), "lo"),
        ] {
            let run = HostRun(["qdisc"], roots: FixtureTree("pi").roots) { $0.queueingDevices = filter }
            #expect(run.values.count == 7 && run.values.keys.allSatisfy { $0.contains(#"device="\#(device)""#) })
        }
    }

    @Test func damagedControllers() throws {
        let parse = { (bytes: UnsafeRawBufferPointer) in try CANController.parse(NetlinkAnswer(bytes)) { _ in } }
        let good = try Self.answer("gateway", "links")
        #expect(damage(good, parse) == nil)
        // Behind IFLA_INFO_KIND of can0.
        let data = try #require((0..<good.count).first { good[$0...].starts(with: [8, 0, 1, 0] + Array("can".utf8)) })
        // IFLA_CAN_BERR_COUNTER of can0, IFLA_CAN_STATE, IFLA_INFO_XSTATS; each shorter, with what is left as another.
        for (head, tail, expected) in [
            ([8, 0, 8, 0], [4, 0, 8, 0, 4, 0, 200, 0], "2 bytes"),
            ([8, 0, 4, 0], [4, 0, 4, 0, 4, 0, 200, 0], "4 bytes"),
            ([28, 0, 3, 0], [24, 0, 3, 0], "4 bytes"),
        ] as [([UInt8], [UInt8], String)] {
            let start = try #require((data..<good.count - 3).first { good[$0...].starts(with: head) })
            var bad = good
            bad.replaceSubrange(start..<start + tail.count, with: tail)
            if head[0] == 28 { bad.replaceSubrange(start + 24..<start + 28, with: [4, 0, 200, 0]) }
            let place = head[0] == 28 ? start + 24 : start + 4
            #expect(damage(bad, parse) == Damage(place, expected))
        }
    }

    @Test func virtualInterfacesHaveNoController() throws {
        var names: [String] = []
        try Self.answer("gateway", "links").withUnsafeBytes { bytes in
            try CANController.parse(NetlinkAnswer(bytes)) { names.append($0.name.text) }
        }
        #expect(names == ["can0", "can1", "can2"])
    }

    /// A controller that comes back under its name is told anew, and what has gone gives its series back.
    @Test func controllersThatGo() throws {
        let tree = try TreeCopy("gateway")
        var sampler = tree.sampler(["can"])
        let first = HostRun(&sampler)
        #expect(first.values[#"wayside_can_state{device="can1",state="bus_off"}"#] == 1)
        #expect(sampler.seriesCount == first.values.count)
        try tree.move("/sys/class/net/can1", to: "/can1")
        let second = HostRun(&sampler)
        #expect(second.values == first.values.filter { !$0.key.contains("can1") })
        #expect(sampler.seriesCount == second.values.count && second.success == ["can": 1])
        try tree.move("/can1", to: "/sys/class/net/can1")
        #expect(HostRun(&sampler).values == first.values)
    }

    /// What the files say is there even when the kernel's answer is not.
    @Test func controllersWithoutAnAnswer() throws {
        let tree = try TreeCopy("gateway")
        try tree.write("/netlink/links", "nonsense")
        var sampler = tree.sampler(["can"])
        let run = HostRun(&sampler)
        #expect(run.values.count == 21 && run.success == ["can": 0])
        #expect("\(run.failures)".contains("netlink links: expected the head of a message at byte 0"))
    }

    /// What node_exporter's own tests expect of two stations and a network, from answers made by the kernel's header; and what
    /// they have nothing of.
    @Test func wirelessFigures() {
        let values = HostRun(["wifi"], roots: FixtureTree("pi").roots).values
        #expect(values[#"node_wifi_interface_frequency_hertz{device="wlan0"}"#] == 2.412e9)
        #expect(values[#"node_wifi_interface_frequency_hertz{device="wlan1"}"#] == 2.412e9)
        let network =
            #"node_wifi_station_info{bssid="00:11:22:33:44:55",device="wlan0",mode="client",ssid="Example"}"#
        #expect(values[network] == 1)
        let figures: [(String, Double, Double)] = [
            ("connected_seconds_total", 30, 60), ("inactive_seconds", 0.4, 0.8),
            ("receive_bits_per_second", 1.28e8, 2.56e8), ("transmit_bits_per_second", 1.64e8, 3.28e8),
            ("receive_bytes_total", 5e9, 0), ("transmit_bytes_total", 1234, 0), ("signal_dbm", -52, -26),
            ("transmit_retries_total", 10, 20), ("transmit_failed_total", 2, 4), ("beacon_loss_total", 1, 2),
            ("transmitted_packets_total", 66, 0), ("received_packets_total", 77, 0),
        ]
        for (name, first, second) in figures {
            for (address, value) in [("aa:bb:cc:dd:ee:ff", first), ("01:02:03:04:05:06", second)] {
                let series = #"node_wifi_station_\#(name){device="wlan0",mac_address="\#(address)"}"#
                #expect(values[series] == value, "\(series)")
            }
        }
        // An old driver's bytes of 32 bits and bitrate of 16; what it does not tell is not there.
        let old = values.filter { $0.key.contains("0a:00:00:00:00:01") }
        #expect(old.count == 3 && old.values.sorted() == [11, 12, 5.4e7])
        // One that is on no channel, joined to others without an access point; its name is not all UTF-8.
        let joined =
            #"node_wifi_station_info{bssid="02:11:22:33:44:55",device="wlan2",mode="ad-hoc",ssid="café \#u{fffd}"}"#
        #expect(values[joined] == 1)
        #expect(values.keys.filter { $0.contains(#""wlan2""#) } == [joined])
        #expect(values.count == 2 + 2 + 24 + 3)
    }

    @Test func damagedWirelessAnswers() throws {
        let interfaces = { (bytes: UnsafeRawBufferPointer) in
            try WirelessAnswers.parseInterfaces(NetlinkAnswer(bytes), 28) { _ in }
        }
        let stations = { (bytes: UnsafeRawBufferPointer) in
            try WirelessAnswers.parseStations(NetlinkAnswer(bytes), 28) { _, _ in }
        }
        let networks = { (bytes: UnsafeRawBufferPointer) in
            _ = try WirelessAnswers.parseNetwork(NetlinkAnswer(bytes), 28)
        }
        let family = { (bytes: UnsafeRawBufferPointer) in _ = try GenericNetlink.family(NetlinkAnswer(bytes)) }
        // 16 of head, 4 of genlmsghdr, then attributes from 20 on; the first is the number of the interface.
        let cut = Damage(20, "an attribute that ends within what holds it")
        for (name, parse) in [
            ("interfaces", interfaces), ("stations-4", stations), ("scan-4", networks), ("family", family),
        ] {
            #expect(damage(try Self.answer("pi", name), parse) == nil)
            #expect(damage(try Self.answer("pi", name, 20, [3]), parse) == cut)
            #expect(damage(try Self.answer("pi", name, 0, [17]), parse)?.expected == "4 bytes")
        }
        #expect(damage(try Self.answer("pi", "interfaces", 20, [6]), interfaces) == Damage(24, "4 bytes"))
        // CTRL_ATTR_FAMILY_ID behind the name, of a number that netlink has for itself, or not there.
        #expect(damage(try Self.answer("pi", "family", 36, [15]), family) == Damage(0, "the number of a family"))
        #expect(damage([], family) == Damage(0, "the number of a family"))
        // The station's information from 48 on: its first figure of three bytes.
        #expect(damage(try Self.answer("pi", "stations-4", 52, [7]), stations) == Damage(56, "4 bytes"))
        // Messages of another number are no answer.
        #expect(
            damage(
                try Self.answer("pi", "stations-4", 20, [3]),
                { try WirelessAnswers.parseStations(NetlinkAnswer($0), 29) { _, _ in } }) == nil)
    }

    /// Series of wlan2 and of wlan1's station that have no value.
    private static let untold = 1 + 9

    /// What a network sends is not the kernel's word: a name that is cut off is none, and the rest is true.
    @Test func elementsFromTheAir() throws {
        let tree = try TreeCopy("pi")
        let good = try Files.read(tree.path + "/netlink/scan-4")
        let name = try #require(good.indices.last { good[$0...].starts(with: [0, 7] + Array("Example".utf8)) })
        var sampler = tree.sampler(["wifi"])
        for (offset, byte, text) in [(1, 200, ""), (0, 5, ""), (1, 0, ""), (2, 0x65, "example")]
            as [(Int, UInt8, String)]
        {
            var bytes = good
            bytes[name + offset] = byte
            try tree.write("/netlink/scan-4", bytes)
            let run = HostRun(&sampler)
            let label = text.isEmpty ? "" : #",ssid="\#(text)""#
            #expect(
                run.values[#"node_wifi_station_info{bssid="00:11:22:33:44:55",device="wlan0",mode="client"\#(label)}"#]
                    == 1)
            #expect(run.success == ["wifi": 1] && sampler.seriesCount == run.values.count + Self.untold)
        }
    }

    /// Interfaces that go, come back under another number, and ask no longer under the old one; nl80211 that goes.
    @Test func interfacesThatGo() throws {
        let tree = try TreeCopy("pi")
        var sampler = tree.sampler(["wifi"])
        let first = HostRun(&sampler)
        let interfaces = try Files.read(tree.path + "/netlink/interfaces")
        // The second of the four, without the third, which has no name, and the fourth.
        try tree.write("/netlink/interfaces", Array(interfaces[88..<176]))
        let second = HostRun(&sampler)
        #expect(second.values == first.values.filter { $0.key.contains("wlan1") })
        try tree.write("/netlink/interfaces", [])
        #expect(HostRun(&sampler).values.isEmpty && sampler.seriesCount == 0)
        // As number 4, with what is told of that.
        var moved = Array(interfaces[88..<176])
        moved[24] = 4
        try tree.write("/netlink/interfaces", moved)
        let third = HostRun(&sampler)
        #expect(third.values.count == 26 && third.values.keys.allSatisfy { $0.contains("wlan1") })
        try tree.write("/netlink/interfaces", interfaces)
        #expect(HostRun(&sampler).values == first.values)
        // Loaded anew under another number, which is asked for again after a failure.
        var renumbered = try Files.read(tree.path + "/netlink/family")
        renumbered[36] = 29
        try tree.write("/netlink/family", renumbered)
        try tree.write("/netlink/interfaces", Array(interfaces.dropLast()))
        #expect(HostRun(&sampler).success == ["wifi": 0])
        // All is of the old number still, and so no answer.
        try tree.write("/netlink/interfaces", interfaces)
        let last = HostRun(&sampler)
        #expect(last.success == ["wifi": 1] && last.values.isEmpty && sampler.seriesCount == 0)
    }

    @Test func damageNamesTheRequest() throws {
        let tree = try TreeCopy("pi")
        var sampler = tree.sampler(["network_route"])
        #expect(HostRun(&sampler).values.count == 13)
        try tree.write("/netlink/routes", "no routes")
        let run = HostRun(&sampler)
        #expect(run.values.isEmpty && run.success == ["network_route": 0])
        #expect(
            run.failures.map(\.error) == [
                .damaged(path: "netlink routes", byteOffset: 0, expected: "the head of a message")
            ])
        #expect(!run.failures.contains { $0.isAbsence })
    }

    /// Routes beyond the limit are counted.
    @Test func moreRoutesThanAreTold() throws {
        let tree = try TreeCopy("kernel-4.9")
        let one = try Files.read(tree.path + "/netlink/routes")
        var many: [UInt8] = []
        // The second of the two, of 10.0.0.0/8 with 60 bytes, to 4,146 destinations.
        for number in 0..<4146 {
            var route = Array(one[52...])
            route.replaceSubrange(42..<44, with: [UInt8(number >> 8), UInt8(number & 0xff)])
            many += route
        }
        try tree.write("/netlink/routes", many)
        var sampler = tree.sampler(["network_route"], limit: 10_000)
        let first = HostRun(&sampler)
        #expect(first.values[#"node_network_routes{device="eth0"}"#] == 4146)
        #expect(first.values.count == 4097 && sampler.refusedSampleCount == 50)
        #expect(HostRun(&sampler).values == first.values)
    }

    @Test(
        arguments: [
            ([192, 168, 0, 22], "192.168.0.22"), ([UInt8](repeating: 0, count: 16), "::"),
            ([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1], "2001:db8::1:0:0:1"),
            ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 2, 3], "10.1.2.3"),
            ([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 2, 3], "fe80::ffff:a01:203"),
        ] as [([UInt8], String)])
    func addresses(_ bytes: [UInt8], _ text: String) {
        #expect(bytes.withUnsafeBytes { IPAddressText.text($0) } == text)
    }

    /// Whatever the kernel's answers hold, each run ends, says what is wrong, and leaves nothing behind.
    @Test func anyBytes() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("netlink answers: seed \(seed)")
        var random = SplitMix(state: seed)
        for (treeName, collectors) in [("pi", ["can", "network_route", "qdisc", "wifi"]), ("gateway", ["can"])] {
            let tree = try TreeCopy(treeName)
            let names = try Files.list(tree.path + "/netlink").map { "/netlink/" + $0 }
            let contents = try names.map { try Files.read(tree.path + $0) }
            var sampler = tree.sampler(collectors)
            let whole = HostRun(&sampler)
            for _ in 0..<300 {
                let index = Int(random.next() % UInt64(names.count))
                var bytes = contents[index]
                if random.next() % 8 == 0 { bytes = Array(bytes.prefix(Int(random.next() % UInt64(bytes.count + 1)))) }
                for _ in 0..<random.next() % 6 where !bytes.isEmpty {
                    bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
                }
                try tree.write(names[index], bytes)
                let run = HostRun(&sampler)
                #expect(run.success.count == collectors.count && sampler.seriesCount < 1000)
                try tree.write(names[index], contents[index])
            }
            #expect(HostRun(&sampler).lines == whole.lines)
        }
    }
}
