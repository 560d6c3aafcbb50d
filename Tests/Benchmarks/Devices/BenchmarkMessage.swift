/// One message to be decoded.
struct BenchmarkMessage {
    let name: String
    let topic: String
    let payload: [UInt8]

    var isBinary: Bool { payload.first != UInt8(ascii: "{") }

    init(_ name: String, _ topic: String, _ payload: String) {
        self.name = name
        self.topic = topic
        self.payload = Array(payload.utf8)
    }

    static let all = [
        BenchmarkMessage(
            "modax nested", "modax/sensor/data",
            #"{"timestamp":98765432,"device_id":"ESP32_FIELD_001","motor_currents":[5.20,5.30],"#
                + #""vibration":{"x":1.20,"y":1.10,"z":0.90,"magnitude":1.86},"temperatures":[45.50]}"#),
        BenchmarkMessage(
            "native json", "wayside/v1/pump-3/telemetry",
            #"{"boot_id":7,"seq":42,"uptime_ms":98765432,"interval_ms":1000,"readings":["#
                + #"{"quantity":"motor_current","channel":"0","unit":"A","value":5.20},"#
                + #"{"quantity":"temperature","channel":"0","unit":"Cel","value":45.50}]}"#),
    ]
}
