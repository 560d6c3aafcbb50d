import LinuxSystem
import Testing

@testable import HostMetrics

/// CAN controllers.
extension NetlinkParseTests {
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
}
