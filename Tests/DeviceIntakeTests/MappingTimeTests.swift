import MetricModel
import Testing

@testable import DeviceIntake

/// When mapped messages were measured, and how they are known again.
@Suite struct MappingTimeTests {
    private func timed(_ format: DeviceMapping.TimeFormat, isSynchronised: Bool = true) throws -> IntakeHarness {
        Mappings.gateway(
            try Mappings.make { mapping in
                mapping.time = DeviceMapping.Time(
                    path: try MappingPath("$.t"), format: format, isSynchronised: isSynchronised)
            })
    }

    /// The gateway's clock says 1,763,600,000,000.
    static let times: [(DeviceMapping.TimeFormat, String, Int64)] = [
        (.unixSeconds, "1763599990", -10_000), (.unixSeconds, "1763599990.25", -9_750),
        (.unixSeconds, #""1763599990""#, -10_000), (.unixMilliseconds, "1763599990001", -9_999),
        (.rfc3339, #""2025-11-20T00:53:10Z""#, -10_000), (.rfc3339, #""2025-11-20T01:53:10.5+01:00""#, -9_500),
        (.rfc3339OrUTC, #""2025-11-20T00:53:10""#, -10_000), (.senml, "-10", -10_000), (.senml, "-0.5", -500),
        (.senml, "1763599990", -10_000), (.senml, "3", 0),
        // From the future by no more than clocks differ; by more; from too long ago; null.
        (.unixSeconds, "1763600004", 0), (.unixSeconds, "1763700000", 0), (.unixSeconds, "1663600000", 0),
        (.unixSeconds, "null", 0), (.rfc3339, "null", 0),
    ]

    @Test(arguments: times) func `a message is placed where its time says`(
        format: DeviceMapping.TimeFormat, time: String, distance: Int64
    ) throws {
        let gateway = try timed(format)
        let sent = gateway.send("t/d", #"{"v":1,"t":\#(time)}"#)
        #expect(sent.samples.map { $0.unixMilliseconds - gateway.unixMilliseconds } == [distance])
    }

    @Test(
        arguments: [
            (.rfc3339, "1763599990"), (.rfc3339, #""2025-11-20T00:53:10""#), (.unixSeconds, "true"),
            (.unixSeconds, #""now""#), (.unixMilliseconds, "1e17"), (.senml, "-1e300"),
        ] as [(DeviceMapping.TimeFormat, String)])
    func `a time that is none makes the message malformed`(format: DeviceMapping.TimeFormat, time: String) throws {
        let gateway = try timed(format)
        #expect([.wrongType, .invalidValue].contains(gateway.reason("t/d", #"{"v":1,"t":\#(time)}"#)))
    }

    @Test func `a clock that is not held to be set only tells messages apart`() throws {
        let gateway = try timed(.unixSeconds, isSynchronised: false)
        let sent = gateway.send("t/d", #"{"v":1,"t":1763599990}"#)
        #expect(sent.samples.map(\.unixMilliseconds) == [gateway.unixMilliseconds])
        #expect(gateway.send("t/d", #"{"v":1,"t":1763599990}"#).outcome == .duplicate)
        #expect(gateway.send("t/d", #"{"v":1,"t":1763599991}"#).outcome == .accepted(sampleCount: 1))
    }

    @Test func `a backlog lands where it was measured, by uptime alone`() throws {
        let gateway = Mappings.gateway(
            try Mappings.make { mapping in
                mapping.uptime = DeviceMapping.Span(path: try MappingPath("$.up"), millisecondsPerUnit: 1000)
            })
        func stamps(_ uptime: Int) -> [Int64] {
            gateway.send("t/d", #"{"v":1,"up":\#(uptime)}"#).samples.map {
                $0.unixMilliseconds - gateway.unixMilliseconds
            }
        }
        #expect(stamps(1000) == [0])
        gateway.advance(60_000)
        #expect(stamps(1010) == [-50_000])
        #expect(stamps(1060) == [0])
        #expect(gateway.device("d")?.counts.reboots == 0)
        // The device began anew.
        gateway.advance(10_000)
        #expect(stamps(3) == [0])
        #expect(gateway.device("d")?.counts.reboots == 1)
        gateway.advance(10_000)
        #expect(stamps(13) == [0])
        // An uptime that was never an uptime of this device: ahead of all that has passed.
        gateway.advance(1000)
        #expect(stamps(90_000) == [0])
        #expect(gateway.device("d")?.counts.reboots == 2)
    }

    @Test func `boot and number count what was lost, whatever the boot is named by`() throws {
        for boot in ["7", #""f3a1-99""#] {
            let gateway = Mappings.gateway(
                try Mappings.make { mapping in
                    mapping.bootID = try MappingPath("$.b")
                    mapping.sequence = try MappingPath("$.n")
                })
            func send(_ number: Int) -> IntakeOutcome {
                gateway.advance(1000)
                return gateway.send("t/d", #"{"v":1,"b":\#(boot),"n":\#(number)}"#).outcome
            }
            #expect(send(5) == .accepted(sampleCount: 1))
            #expect(send(9) == .accepted(sampleCount: 1))
            #expect(send(9) == .duplicate)
            #expect(gateway.device("d")?.counts.lost == 3)
            // Without an uptime nothing is known of when, so that it is when it came.
            #expect(gateway.device("d")?.ageMilliseconds == 1000)
            #expect(gateway.reason("t/d", #"{"v":1,"b":7,"n":-1}"#) == .invalidValue)
            #expect(gateway.reason("t/d", #"{"v":1,"b":7,"n":4294967296}"#) == .invalidValue)
        }
    }

    @Test func `a number alone tells messages apart and counts nothing`() throws {
        let gateway = Mappings.gateway(try Mappings.make { $0.sequence = try MappingPath("$.n") })
        #expect(gateway.values("t/d", #"{"v":1,"n":100}"#) == ["=1.0"])
        #expect(gateway.send("t/d", #"{"v":1,"n":100}"#).outcome == .duplicate)
        #expect(gateway.values("t/d", #"{"v":1,"n":0}"#) == ["=1.0"])
        #expect(gateway.device("d")?.counts.lost == 0)
    }

    /// A number without a boot begins with 0 again, and a device at rest says the same.
    @Test func `what a device says again after hours is no redelivery`() throws {
        let gateway = Mappings.gateway(try Mappings.make { $0.sequence = try MappingPath("$.n") })
        func send(_ number: Int) -> IntakeOutcome {
            defer { gateway.advance(60_000) }
            return gateway.send("t/d", #"{"v":1,"n":\#(number)}"#).outcome
        }
        for number in 0..<90 { #expect(send(number) == .accepted(sampleCount: 1)) }
        // What the broker may still have under way is known, however often it comes.
        for _ in 0..<2 { for number in 60..<90 { #expect(send(number) == .duplicate, "\(number)") } }
        // The device began anew: its first messages are the same as before.
        for number in 0..<20 { #expect(send(number) == .accepted(sampleCount: 1), "\(number)") }
        #expect(gateway.device("d")?.ageMilliseconds == 60_000)
        // And these are known again in their turn.
        for number in 0..<20 { #expect(send(number) == .duplicate, "\(number)") }
        #expect(gateway.device("d")?.counts.messages == 110)
    }

    @Test func `a message that was measured at a time is the same one for ever`() throws {
        let gateway = try timed(.unixSeconds, isSynchronised: false)
        func send(_ time: Int) -> IntakeOutcome {
            gateway.send("t/d", #"{"v":1,"t":\#(1_763_599_990 + time)}"#).outcome
        }
        for hour in 0..<4 {
            #expect(send(hour) == .accepted(sampleCount: 1))
            gateway.advance(3_600_000)
        }
        #expect(send(0) == .duplicate)
    }

    /// A snapshot does not say when a message came, so that it may be the broker's; a journal does.
    @Test func `after a restart of the agent an equal message is a redelivery, and what was taken twice is replayed`()
        throws
    {
        let mapping = try Mappings.make { $0.sequence = try MappingPath("$.n") }
        let gateway = Mappings.gateway(mapping)
        func send(_ number: Int, to gateway: IntakeHarness) -> IntakeOutcome {
            gateway.send("t/d", #"{"v":1,"n":\#(number)}"#).outcome
        }
        for number in 0..<3 {
            _ = send(number, to: gateway)
            gateway.advance(3_600_001)
        }
        _ = gateway.intake.drainJournal()
        let parts = gateway.intake.snapshot(clock: gateway.clock)
        #expect(send(0, to: gateway) == .accepted(sampleCount: 1))
        let journal = gateway.intake.drainJournal()
        let restarted = Mappings.gateway(mapping)
        restarted.bootMilliseconds = gateway.bootMilliseconds
        restarted.unixMilliseconds = gateway.unixMilliseconds
        for part in parts { try restarted.intake.restore(part, clock: restarted.clock) }
        try restarted.intake.replay(journal, clock: restarted.clock)
        #expect(restarted.device("d")?.counts.messages == 4)
        for number in 0..<3 { #expect(send(number, to: restarted) == .duplicate, "\(number)") }
    }

    @Test func `without time, uptime or number equal messages are two`() throws {
        let gateway = Mappings.gateway(try Mappings.make())
        #expect(gateway.values("t/d", #"{"v":1}"#) == ["=1.0"])
        gateway.advance(1000)
        #expect(gateway.values("t/d", #"{"v":1}"#) == ["=1.0"])
        #expect(gateway.device("d")?.counts.messages == 2)
    }

    @Test func `what was taken is known after a restart, by snapshot and by journal`() throws {
        let mapping = try Mappings.make { mapping in
            mapping.time = DeviceMapping.Time(path: try MappingPath("$.t"), format: .unixSeconds, isSynchronised: true)
        }
        func payload(_ number: Int) -> String { #"{"v":1,"t":\#(1_763_600_000 + number)}"# }
        let gateway = Mappings.gateway(mapping)
        for number in 0..<300 {
            gateway.advance(1000)
            _ = gateway.send("t/d", payload(number))
        }
        _ = gateway.intake.drainJournal()
        let parts = gateway.intake.snapshot(clock: gateway.clock)
        for number in 300..<310 { _ = gateway.send("t/d", payload(number)) }
        let journal = gateway.intake.drainJournal()
        let restarted = Mappings.gateway(mapping)
        restarted.bootMilliseconds = gateway.bootMilliseconds
        restarted.unixMilliseconds = gateway.unixMilliseconds
        for part in parts { try restarted.intake.restore(part, clock: restarted.clock) }
        try restarted.intake.replay(journal, clock: restarted.clock)
        for number in 54..<310 { #expect(restarted.send("t/d", payload(number)).outcome == .duplicate, "\(number)") }
        #expect(restarted.send("t/d", payload(310)).outcome == .accepted(sampleCount: 1))
        #expect(restarted.device("d")?.counts.messages == 311)
        #expect(restarted.intake.snapshot(clock: restarted.clock).count == 1)
    }

    @Test func `a device's interval is that of each of its topics`() throws {
        let gateway = Mappings.gateway(try Mappings.make("{device_id}/{object}") { $0.isText = false })
        for _ in 0..<5 {
            for object in ["a", "b", "c"] {
                _ = gateway.send("d/\(object)", #"{"v":1}"#)
                gateway.advance(10)
            }
            gateway.advance(60_000 - 30)
        }
        #expect(gateway.device("d")?.intervalMilliseconds == 60_000)
    }

    @Test func `an interval may be declared, and sent`() throws {
        let gateway = Mappings.gateway(
            try Mappings.make { mapping in
                mapping.intervalMilliseconds = 5000
                mapping.interval = DeviceMapping.Span(path: try MappingPath("$.i"), millisecondsPerUnit: 1000)
            })
        _ = gateway.send("t/d", #"{"v":1}"#)
        #expect(gateway.device("d")?.intervalMilliseconds == 5000)
        _ = gateway.send("t/d", #"{"v":1,"i":600}"#)
        #expect(gateway.device("d")?.intervalMilliseconds == 600_000)
        #expect(gateway.reason("t/d", #"{"v":1,"i":0}"#) == .invalidValue)
    }

    @Test func `messages are counted by the topic of their mapping`() throws {
        let gateway = Mappings.gateway(try Mappings.make("a/{device_id}"), try Mappings.make("b/{device_id}"))
        _ = gateway.send("a/d", #"{"v":1}"#)
        for _ in 0..<2 { _ = gateway.send("b/d", #"{"v":1}"#) }
        let samples = gateway.scrape()
        #expect(value(#"mqtt_messages_received_total{device_id="d",topic="a/{device_id}"}"#, samples) == 1)
        #expect(value(#"mqtt_messages_received_total{device_id="d",topic="b/{device_id}"}"#, samples) == 2)
    }
}
