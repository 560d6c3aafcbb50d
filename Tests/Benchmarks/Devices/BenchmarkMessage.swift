/// One message to be decoded.
struct BenchmarkMessage {
    let name: String
    let topic: String
    let payload: [UInt8]

    var isBinary: Bool { payload.first != UInt8(ascii: "{") }

    init(_ name: String, _ topic: String, _ payload: String) {
        self.init(name, topic, Array(payload.utf8))
    }

    private init(_ name: String, _ topic: String, _ payload: [UInt8]) {
        self.name = name
        self.topic = topic
        self.payload = payload
    }

    /// The nested message's values in protobuf, as protoc encodes them.
    private static let protobuf: [UInt8] =
        [0x08, 0xf8, 0x94, 0x8c, 0x2f, 0x12, 0x0f] + Array("ESP32_FIELD_001".utf8) + [
            0x1a, 0x08, 0x66, 0x66, 0xa6, 0x40, 0x9a, 0x99, 0xa9, 0x40, 0x22, 0x14, 0x0d, 0x9a, 0x99, 0x99, 0x3f, 0x15,
            0xcd, 0xcc, 0x8c, 0x3f, 0x1d, 0x66, 0x66, 0x66, 0x3f, 0x25, 0x7b, 0x14, 0xee, 0x3f, 0x2a, 0x04, 0x00, 0x00,
            0x36, 0x42,
        ]

    static let all = [
        BenchmarkMessage(
            "modax nested", "modax/sensor/data",
            #"{"timestamp":98765432,"device_id":"ESP32_FIELD_001","motor_currents":[5.20,5.30],"#
                + #""vibration":{"x":1.20,"y":1.10,"z":0.90,"magnitude":1.86},"temperatures":[45.50]}"#),
        BenchmarkMessage(
            "modax flat", "modax/sensor/data",
            #"{"timestamp":98765432,"device_id":"ESP32_FIELD_001","current_1":5.20,"current_2":5.30,"#
                + #""temperature_1":45.50,"vibration_x":1.20,"vibration_y":1.10,"vibration_z":0.90}"#),
        BenchmarkMessage("modax protobuf", "modax/sensor/data", protobuf),
        BenchmarkMessage(
            "mapped", "energy/devices/mock-hvac-001/data",
            #"{"device_id":"mock-hvac-001","timestamp":"2025-11-20T00:53:20.123456Z","power":25.1,"voltage":240.3,"#
                + #""current":104.5,"energy":12.345,"status":"online","enabled":true,"anomaly":false}"#),
        BenchmarkMessage(
            "native json", "wayside/v1/pump-3/telemetry",
            #"{"boot_id":7,"seq":42,"uptime_ms":98765432,"interval_ms":1000,"readings":["#
                + #"{"quantity":"motor_current","channel":"0","unit":"A","value":5.20},"#
                + #"{"quantity":"temperature","channel":"0","unit":"Cel","value":45.50}]}"#),
    ]
}
