import DeviceIntake
import MetricModel

/// Mappings: texts of paths and topics as an operator may write them, and payloads read by what they make.
struct MappingTarget: FuzzTarget {
    static let name = "mapping"
    static let dictionary = [
        "$.a", "$.*", "[*]", "['s:*']", "{1}", "{device_id}", "t/{device_id}/+", "\"ts\":", "\"up\":", "\"n\":",
        "\"b\":", "\"i\":", "\"off\"", "\"status\":", "\"m\":", "2025-11-20T00:53:20Z", "1763600000", "\"ON\"", "null",
        "\"s:1\":{\"t\":", "\"l\":[", "1e308",
    ]

    static func seeds() -> [[UInt8]] {
        let payloads = [
            #"{"ts":"2025-11-20T00:53:20Z","up":5,"a":{"t":1.5},"l":[1,"2",true,null],"\u0062":{"t":-3}}"#,
            #"{"n":7,"b":"x","i":60,"status":"on","m":"a","s:1":{"t":4},"l":[[5],6]}"#,
            #"{"status":"off","a":{"t":0}}"#,
            "23.5", "ON",
        ]
        let paths = ["$.a.t", "$.*.t", "$['s:*'].t", "$.l[0]", "$.l[*]", "$"]
        return payloads.enumerated().map { [UInt8($0.offset % 4)] + Array($0.element.utf8) }
            + paths.map { [4] + InputCursor.piece(Array($0.utf8)) + Array(payloads[1].utf8) }
    }

    func run(_ bytes: [UInt8]) {
        guard let control = bytes.first else { return }
        let rest = Array(bytes.dropFirst())
        if control & 4 != 0 { return runPath(rest) }
        let mappings = must("the target's mappings are sound") { () throws(MappingError) in try Self.mappings() }
        run(rest, by: [mappings[Int(control & 3)]], isNamed: control & 3 == 1, isRetained: control & 8 != 0)
    }

    private func run(_ payload: [UInt8], by mappings: [DeviceMapping], isNamed: Bool, isRetained: Bool) {
        var settings = DeviceIntakeSettings()
        settings.mappings = mappings
        settings.deviceLimit = 4
        var gateway = FuzzedGateway(settings: settings)
        for index in 0..<3 {
            gateway.send(Array("t/d\(index)/x".utf8), payload, isRetained: isRetained, isNamed: isNamed)
        }
        gateway.tick()
        gateway.restart()
    }

    /// What begins with a path's text and goes on with a payload.
    private func runPath(_ bytes: [UInt8]) {
        var input = InputCursor(bytes)
        let text = String(decoding: input.piece(), as: UTF8.self)
        _ = attempt { () throws(MappingError) in try MappingTopic(text) }
        guard let path = attempt({ () throws(MappingError) in try MappingPath(text) }) else { return }
        let stars = (0..<path.starCount).map { "{\($0 + 1)}" }.joined()
        let mapping = attempt { () throws(MappingError) in
            var mapping = try Self.mapping()
            mapping.readings = try [
                Self.reading(text, stars, of: mapping.topic), Self.reading("$.*.t", "{1}", of: mapping.topic),
            ]
            return mapping
        }
        guard let mapping else { fatalError("does not hold: a path that is read can be mapped") }
        guard DeviceMapping.problem([mapping]) == nil else { return }
        run(input.bytes(1 << 14), by: [mapping], isNamed: false, isRetained: false)
    }

    private static func mapping() throws(MappingError) -> DeviceMapping {
        let topic = try MappingTopic("t/{device_id}/{kind}")
        var mapping = DeviceMapping(topic: topic, deviceID: .text(try MappingText("{device_id}", of: topic)))
        mapping.mayBeEmpty = true
        mapping.readings = try [
            reading("$.*.t", "{1}", of: topic), reading("$['s:*'].t", "s{1}", of: topic),
            reading("$.l[*]", "l{1}", of: topic), reading("$.l[0][*]", "ll{1}", of: topic),
        ]
        return mapping
    }

    private static func reading(
        _ path: String, _ channel: String, of topic: MappingTopic
    ) throws(MappingError) -> DeviceMapping.Reading {
        guard let metric = MappedMetric(quantity: "q", unit: "kW", type: .gauge) else { fatalError("q is a quantity") }
        let path = try MappingPath(path)
        return DeviceMapping.Reading(
            path: path, metric: metric, channel: try MappingText(channel, of: topic, starCount: path.starCount),
            unit: "kW", scale: 2, offset: 1, words: [("ON", 1), ("nan", nil)])
    }

    private static func mappings() throws(MappingError) -> [DeviceMapping] {
        var timed = try mapping()
        timed.time = DeviceMapping.Time(path: try MappingPath("$.ts"), format: .senml, isSynchronised: true)
        timed.uptime = DeviceMapping.Span(path: try MappingPath("$.up"), millisecondsPerUnit: 1000)
        timed.interval = DeviceMapping.Span(path: try MappingPath("$.i"), millisecondsPerUnit: 1000)
        timed.status = DeviceMapping.Status(path: try MappingPath("$.status"), online: ["on"], offline: ["off"])
        var numbered = try mapping()
        numbered.sequence = try MappingPath("$.n")
        numbered.bootID = try MappingPath("$.b")
        // Only messages with a number, so that each is known again.
        numbered.conditions = [
            DeviceMapping.Condition(subject: .path(try MappingPath("$.n")), words: ["7"], isNegated: false)
        ]
        var named = try mapping()
        named.deviceID = .path(try MappingPath("$.m"))
        named.replacement = UInt8(ascii: "_")
        named.time = DeviceMapping.Time(path: try MappingPath("$.ts"), format: .rfc3339OrUTC, isSynchronised: true)
        var text = try mapping()
        text.isText = true
        text.readings = try [reading("$", "", of: text.topic)]
        return [timed, numbered, named, text]
    }
}
