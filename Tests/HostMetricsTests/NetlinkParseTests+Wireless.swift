import LinuxSystem
import MetricModel
import Testing

@testable import HostMetrics

/// nl80211.
extension NetlinkParseTests {
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
        // Messages of another number are no answer to what was asked.
        #expect(
            damage(
                try Self.answer("pi", "stations-4", 20, [3]),
                { try WirelessAnswers.parseStations(NetlinkAnswer($0), 29) { _, _ in } })
                == Damage(0, "a message of type 29"))
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

    /// Two names that are no UTF-8 may be the same text, and so the same series, which goes on when one follows the other.
    @Test func namesThatAreTheSameText() throws {
        let tree = try TreeCopy("pi")
        var bytes = try Files.read(tree.path + "/netlink/scan-4")
        let name = try #require(bytes.indices.last { bytes[$0...].starts(with: [0, 7] + Array("Example".utf8)) })
        var sampler = tree.sampler(["wifi"])
        let text =
            #"node_wifi_station_info{bssid="00:11:22:33:44:55",device="wlan0",mode="client",ssid="\#u{fffd}xample"}"#
        var series: Set<Series> = []
        for byte in [0xff, 0xfe, 0xff] as [UInt8] {
            bytes[name + 2] = byte
            try tree.write("/netlink/scan-4", bytes)
            let run = HostRun(&sampler)
            #expect(run.values[text] == 1 && sampler.seriesCount == run.values.count + Self.untold)
            series.formUnion(run.samples.map(\.series).filter { $0.fullLabels().description == text })
        }
        #expect(series.count == 1)
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
        // All is of the old number still, and so no answer, until nl80211 says that it has that again.
        try tree.write("/netlink/interfaces", interfaces)
        #expect(HostRun(&sampler).success == ["wifi": 0])
        renumbered[36] = 28
        try tree.write("/netlink/family", renumbered)
        #expect(HostRun(&sampler).values == first.values)
    }
}
