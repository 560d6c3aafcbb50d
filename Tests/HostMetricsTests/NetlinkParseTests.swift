import LinuxSystem
import MetricModel
import TestValues
import Testing

@testable import HostMetrics

/// What the parsers say of answers that are not as the kernel makes them, and that no bytes are too much for them.
@Suite struct NetlinkParseTests {
    /// The answer in a file of a fixture tree, with the bytes from `offset` on replaced.
    static func answer(
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
        // A debug build on a busy machine is not what this is about.
        var sampler = tree.sampler(["network_route"], limit: 10_000) { $0.collectorTimeoutMilliseconds = 600_000 }
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

    /// Whatever the kernel's answers hold, each run ends, says what is wrong, and leaves nothing behind. The first whole run
    /// after may find that it goes by a wrong number of nl80211, and asks for it again; what came anew may stand elsewhere.
    @Test func anyBytes() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("netlink answers: seed \(seed)")
        var random = SeededRandom(seed: seed)
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
            _ = HostRun(&sampler)
            #expect(HostRun(&sampler).lines.sorted() == whole.lines.sorted())
        }
    }
}
