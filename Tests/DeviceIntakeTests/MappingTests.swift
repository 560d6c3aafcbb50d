import MetricModel
import Testing

@testable import DeviceIntake

@Suite struct MappingTests {
    @Test func `one pass finds all paths, and stars say what they stand for`() throws {
        let gateway = Mappings.gateway(
            try Mappings.make(readings: [
                ("any-{1}", "$.*.t"), ("a", "$.a.t"), ("sw-{1}", "$['s:*'].t"), ("list-{1}", "$.l[*]"),
                ("third", "$.l[2]"), ("{1}-{2}", "$.m[*].*"), ("deep", "$.a.b.c.d.e.f.g.h"),
            ]))
        #expect(gateway.values("t/d", #"{"a":{"t":1,"x":[{"t":2}]}}"#) == ["any-a=1.0", "a=1.0"])
        #expect(
            gateway.values("t/d", #"{"s:7":{"t":1},"s:":{"t":2}}"#).sorted() == [
                "any-s:7=1.0", "any-s:=2.0", "sw-7=1.0", "sw-=2.0",
            ])
        #expect(gateway.values("t/d", #"{"l":[1,[5],3,null,{"l":9}]}"#) == ["list-0=1.0", "list-2=3.0", "third=3.0"])
        #expect(gateway.values("t/d", #"{"m":[{"x":1},{"x":2,"y":3}]}"#) == ["0-x=1.0", "1-x=2.0", "1-y=3.0"])
        #expect(gateway.values("t/d", #"{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":4}}}}}}}}"#) == ["deep=4.0"])
        #expect(gateway.values("t/d", #"{"\u0061":{"\u0074":8}}"#) == ["any-a=8.0", "a=8.0"])
        #expect(gateway.values("t/d", #"{"\u0073:9":{"t":1}}"#).sorted() == ["any-s:9=1.0", "sw-9=1.0"])
    }

    @Test func `values become numbers of base units`() throws {
        let mapping = try Mappings.make(readings: []) { mapping in
            let topic = mapping.topic
            mapping.readings = [
                try Mappings.reading("$.p", "power", unit: "kW", of: topic),
                try Mappings.reading("$.e", "energy", unit: "kWh", type: .counter, of: topic),
                try Mappings.reading("$.f", "temperature", unit: "Cel", scale: 0.5, offset: -16, of: topic),
                try Mappings.reading(
                    "$.s", "valve_open", words: [("ON", 1), ("OFF", 0), ("UNKNOWN", nil)], of: topic),
            ]
        }
        let gateway = Mappings.gateway(mapping)
        let sent = gateway.send("t/d", #"{"p":1.5,"e":2,"f":"100","s":"ON"}"#)
        #expect(value(#"sensor_power_watts{device_id="d"}"#, sent.samples) == 1500)
        #expect(value(#"sensor_energy_joules_total{device_id="d"}"#, sent.samples) == 7.2e6)
        #expect(value(#"sensor_temperature_celsius{device_id="d"}"#, sent.samples) == 34)
        #expect(value(#"sensor_valve_open{device_id="d"}"#, sent.samples) == 1)
        #expect(sent.samples.map(\.series.family.type) == [.gauge, .counter, .gauge, .gauge])
        #expect(gateway.values("t/d", #"{"s":true}"#) == ["=1.0"])
        #expect(gateway.values("t/d", #"{"s":false,"p":null}"#).last == "=snan(0x2)")
        // A word for no reading ends the series, as null does.
        let ended = gateway.send("t/d", #"{"s":"UNKNOWN"}"#).samples
        #expect(ended.map(\.value.bitPattern) == [StaleMarker.bitPattern])
    }

    static let malformed: [(String, MalformedReason)] = [
        ("{", .invalidJSON), (#"{"v":"x"}"#, .wrongType), (#"{"v":"1 x"}"#, .wrongType),
        (#"{"v":1e999}"#, .invalidValue),
        (#"{"v":1,"v":1}"#, .duplicateField), (#"{"w":1}"#, .noReadings), ("1", .noReadings), ("[]", .noReadings),
        (#"{"v":1} x"#, .invalidJSON), (#"{"v":{"v":1}}"#, .noReadings),
        (#"{"v":1,"x":"# + String(repeating: "[", count: 33), .tooLarge),
        (#"{"v":1,"x":""# + String(repeating: "x", count: 8192) + "\"}", .tooLarge),
    ]

    @Test(arguments: malformed) func `a mapped message is refused with its reason`(
        payload: String, reason: MalformedReason
    ) throws {
        let gateway = Mappings.gateway(try Mappings.make())
        #expect(gateway.values("t/d", #"{"v":1}"#) == ["=1.0"])
        #expect(gateway.reason("t/d", payload) == reason)
        // It is the device's own, because its id is in the topic.
        let count = #"device_messages_malformed_total{device_id="d",reason="\#(reason.rawValue)"}"#
        #expect(value(count, gateway.scrape()) == 1)
    }

    @Test func `a payload may be a text`() throws {
        let gateway = Mappings.gateway(
            try Mappings.make("{device_id}/sensor/{object}/state", readings: []) { mapping in
                mapping.isText = true
                mapping.readings = [
                    try Mappings.reading(
                        "$", "q", channel: "{object}", words: [("ON", 1), ("nan", nil)], of: mapping.topic)
                ]
            })
        #expect(gateway.values("esp/sensor/temp/state", " 23.5\n") == ["temp=23.5"])
        #expect(gateway.values("esp/sensor/lamp/state", "ON") == ["lamp=1.0"])
        #expect(gateway.values("esp/sensor/temp/state", "-1e3") == ["temp=-1000.0"])
        #expect(gateway.send("esp/sensor/temp/state", "").outcome == .ignoredTopic)
        for text in ["0x10", "1,5", "inf", "23.5 °C", "\u{0}", "+1"] {
            #expect(gateway.reason("esp/sensor/temp/state", text) == .wrongType, "\(text)")
        }
        let long = "esp/sensor/" + String(repeating: "x", count: 33) + "/state"
        #expect(gateway.reason(long, "1") == .invalidValue)
    }

    @Test func `offline zeros are no data, and the device is offline until it says otherwise`() throws {
        let gateway = Mappings.gateway(
            try Mappings.make { mapping in
                mapping.status = DeviceMapping.Status(
                    path: try MappingPath("$.status"), online: ["online"], offline: ["offline"])
            })
        #expect(gateway.values("t/d", #"{"v":5,"status":"online"}"#) == ["=5.0"])
        gateway.advance(5000)
        // Whatever the order of the members.
        for payload in [#"{"v":0,"status":"offline"}"#, #"{"status":"offline","v":0}"#] {
            let sent = gateway.send("t/d", payload)
            #expect(sent.outcome == .accepted(sampleCount: 0))
            #expect(sent.samples.isEmpty)
        }
        #expect(gateway.device("d")?.state == .offline)
        #expect(gateway.device("d")?.ageMilliseconds == 5000)
        #expect(gateway.values("t/d", #"{"v":6,"status":"online"}"#) == ["=6.0"])
        #expect(gateway.device("d")?.state == .online)
        // A word that is neither says nothing.
        #expect(gateway.values("t/d", #"{"v":7,"status":"tired"}"#) == ["=7.0"])
        #expect(gateway.device("d")?.state == .online)
    }

    @Test func `retained readings are not taken, a retained status is`() throws {
        let gateway = Mappings.gateway(
            try Mappings.make { mapping in
                mapping.status = DeviceMapping.Status(path: try MappingPath("$.s"), online: [], offline: ["off"])
            })
        #expect(gateway.send("t/d", #"{"v":5}"#, retained: true).outcome == .retained)
        #expect(gateway.device("d") == nil)
        #expect(gateway.send("t/d", #"{"s":"off"}"#, retained: true).outcome == .accepted(sampleCount: 0))
        #expect(gateway.device("d")?.state == .offline)
        _ = gateway.send("t/d", #"{"v":5,"s":"on"}"#)
        gateway.advance(1000)
        #expect(gateway.send("t/d", #"{"v":9,"s":"off"}"#, retained: true).outcome == .accepted(sampleCount: 0))
        #expect(gateway.device("d")?.state == .offline)
        #expect(gateway.send("t/d", #"{"v":9}"#, retained: true).outcome == .retained)
        #expect(gateway.device("d")?.ageMilliseconds == 1000)
    }

    @Test func `the first mapping whose conditions hold takes a message`() throws {
        let method = try MappingPath("$.method")
        let first = try Mappings.make(readings: [("first", "$.v")]) { mapping in
            mapping.conditions = [
                DeviceMapping.Condition(subject: .path(method), words: ["a", "b"], isNegated: false)
            ]
        }
        let second = try Mappings.make(readings: [("second", "$.v")]) { mapping in
            mapping.conditions = [
                DeviceMapping.Condition(subject: .path(method), words: ["c"], isNegated: true),
                DeviceMapping.Condition(
                    subject: .text(try MappingText("{device_id}", of: mapping.topic)), words: ["bridge"],
                    isNegated: true),
            ]
        }
        let gateway = Mappings.gateway(first, second)
        #expect(gateway.values("t/d", #"{"v":1,"method":"a"}"#) == ["first=1.0"])
        #expect(gateway.values("t/d", #"{"method":"b","v":1}"#) == ["first=1.0"])
        #expect(gateway.values("t/d", #"{"v":1,"method":"x"}"#) == ["second=1.0"])
        #expect(gateway.values("t/d", #"{"v":1}"#) == ["second=1.0"])
        // What is not meant is nobody's mistake.
        #expect(gateway.send("t/d", #"{"v":"?","method":"c"}"#).outcome == .ignoredTopic)
        #expect(gateway.send("t/bridge", #"{"v":"?"}"#).outcome == .ignoredTopic)
        #expect(gateway.intake.ignoredMessageCount == 2)
    }

    @Test func `a device's id is what the mapping says`() throws {
        let plain = try Mappings.make("a/{device_id}")
        let composed = try Mappings.make("b/{site}/{meter}") { mapping in
            mapping.deviceID = .text(try MappingText("{site}-{meter}", of: mapping.topic))
            mapping.replacement = UInt8(ascii: "_")
        }
        let inside = try Mappings.make("c/data") { $0.deviceID = .path(try MappingPath("$.dev.id")) }
        let gateway = Mappings.gateway(plain, composed, inside)
        func id(_ topic: String, _ payload: String) -> String? {
            gateway.send(topic, payload).samples.first?.series.labelValues[0]
        }
        #expect(id("a/x", #"{"v":1}"#) == "x")
        #expect(gateway.reason("a/x y", #"{"v":1}"#) == .invalidDeviceID)
        #expect(id("b/hall 2/é", #"{"v":1}"#) == "hall_2-__")
        #expect(id("c/data", #"{"v":1,"dev":{"id":"n1"}}"#) == "n1")
        #expect(id("c/data", #"{"v":1,"dev":{"id":17}}"#) == "17")
        #expect(gateway.reason("c/data", #"{"v":1}"#) == .invalidDeviceID)
        #expect(gateway.reason("a/" + String(repeating: "x", count: 65), #"{"v":1}"#) == .invalidDeviceID)
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 1))
        #expect(gateway.reason("a/pump-3", #"{"v":1}"#) == .wrongProfile)
    }

    @Test func `every truncation and every flipped byte is taken or refused, never more`() throws {
        let mapping = try Mappings.make(readings: [("{1}", "$.*.t"), ("l{1}", "$.l[*]")]) { mapping in
            mapping.time = DeviceMapping.Time(
                path: try MappingPath("$.ts"), format: .rfc3339, isSynchronised: true)
            mapping.uptime = DeviceMapping.Span(path: try MappingPath("$.up"), millisecondsPerUnit: 1000)
        }
        let payload = #"{"ts":"2025-11-20T00:53:20Z","up":5,"a":{"t":1.5},"l":[1,"2",true,null],"\u0062":{"t":-3}}"#
        let bytes = Array(payload.utf8)
        #expect(Mappings.gateway(mapping).send("t/d", payload).outcome == .accepted(sampleCount: 5))
        for count in 1..<bytes.count {
            guard case .malformed = Mappings.gateway(mapping).send("t/d", Array(bytes[..<count])).outcome else {
                Issue.record("\(count) bytes")
                continue
            }
        }
        for position in bytes.indices {
            for change: UInt8 in [0x01, 0x20, 0x80, 0xff] {
                var changed = bytes
                changed[position] ^= change
                let gateway = Mappings.gateway(mapping)
                let sent = gateway.send("t/d", changed)
                if case .malformed = sent.outcome { #expect(sent.samples.isEmpty) }
                _ = gateway.tick()
            }
        }
    }
}
