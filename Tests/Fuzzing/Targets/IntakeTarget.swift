import DeviceIntake
import MetricModel

/// Device messages: a list of topics and payloads with time between them. Nothing refused leaves samples, nothing is
/// taken twice, samples can be encoded, and a snapshot brings back the intake it was made of.
struct IntakeTarget: FuzzTarget {
    static let name = "intake"
    static let dictionary = [
        "\"boot_id\":", "\"seq\":", "\"uptime_ms\":", "\"unix_ms\":", "\"synchronised\":", "\"interval_ms\":",
        "\"readings\":[", "\"quantity\":", "\"channel\":", "\"unit\":", "\"value\":", "\"timestamp\":",
        "\"device_id\":", "\"motor_currents\":[", "\"vibration\":{", "\"temperatures\":[", "\"magnitude\":",
        "\"emergency_stop\":", "\"door_closed\":", "\"state\":", "\"offline\"", "\"firmware\":", "\"Cel\"", "true",
        "null", "4294967295", "9007199254740991", "1e308", "-1", "modax/sensor/data", "wayside/v1/a/telemetry",
    ]

    static func seeds() -> [[UInt8]] {
        let telemetry =
            #"{"boot_id":7,"seq":1,"uptime_ms":98765432,"interval_ms":1000,"#
            + #""readings":[{"quantity":"temperature","channel":"0","unit":"Cel","value":45.5}]}"#
        let clock =
            #"{"boot_id":7,"seq":2,"uptime_ms":98766432,"unix_ms":1763600000000,"synchronised":true,"#
            + #""readings":[{"quantity":"pressure","unit":"bar","value":2.5},{"quantity":"on","value":true}]}"#
        let birth = #"{"boot_id":8,"firmware":"1.2","protocol":"1","reset_reason":"power_on"}"#
        let state = #"{"state":"offline","boot_id":7}"#
        let modax =
            #"{"timestamp":1000,"device_id":"ESP32_FIELD_001","motor_currents":[5.2,5.30],"#
            + #""vibration":{"x":1.20,"y":1.10,"z":0.90,"magnitude":1.86},"temperatures":[45.50]}"#
        let safety =
            #"{"timestamp":1000,"device_id":"ESP32_FIELD_001","emergency_stop":false,"door_closed":true,"#
            + #""overload_detected":false,"temperature_ok":true}"#
        let messages: [(UInt8, String)] = [
            (0, telemetry), (0, clock), (1, birth), (2, state), (3, telemetry), (4, modax), (5, safety),
            (6, "wayside/v1/b/telemetry\n" + telemetry), (0x88, telemetry), (0xf0, clock),
        ]
        let single = messages.map { message($0.0, $0.1) }
        return single + [single.flatMap { $0 }, single.reversed().flatMap { $0 }]
    }

    private static func message(_ control: UInt8, _ payload: String) -> [UInt8] {
        [control] + InputCursor.piece(Array(payload.utf8))
    }

    private static let topics = [
        "wayside/v1/a/telemetry", "wayside/v1/a/birth", "wayside/v1/a/state", "wayside/v1/a/event",
        "modax/sensor/data", "modax/sensor/safety",
    ]

    func run(_ bytes: [UInt8]) {
        var settings = DeviceIntakeSettings()
        settings.deviceLimit = 4
        settings.seriesPerDeviceLimit = 12
        settings.familyLimit = 20
        settings.redeliveryWindow = 16
        settings.journalLimit = 40
        var gateway = FuzzedGateway(settings: settings)
        var input = InputCursor(bytes)
        while !input.isAtEnd {
            let control = input.byte()
            gateway.advance(control >> 4 & 7)
            var payload = input.piece()
            var topic = Array(Self.topics[Int(control & 7) % Self.topics.count].utf8)
            if control & 7 > 5 {
                let end = payload.firstIndex(of: UInt8(ascii: "\n")) ?? payload.count
                topic = Array(payload[..<end])
                payload.removeFirst(min(end + 1, payload.count))
            }
            gateway.send(topic, payload, isRetained: control & 8 != 0)
            if control & 0x80 != 0 { gateway.tick() }
        }
        gateway.tick()
        gateway.restart()
    }
}
