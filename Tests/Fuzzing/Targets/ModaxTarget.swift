import DeviceIntake

/// MODAX's messages in all shapes, protobuf above all: one message, taken twice.
struct ModaxTarget: FuzzTarget {
    static let name = "modax"
    static let dictionary = [
        "\u{8}\u{1}", "\u{12}\u{1}A", "\u{1a}\u{4}", "\"current_1\":", "\"temperature_64\":", "\"vibration_x\":",
        "\"timestamp\":", "\"device_id\":\"A\"", "\"motor_currents\":[", "null",
    ]

    private static let topics = [
        "modax/sensor/data", "modax/sensor/safety", "modax/sensor/data/A", "modax/sensor/safety/A",
    ]

    static func seeds() -> [[UInt8]] {
        let head: [UInt8] = [0x08, 0xf8, 0x94, 0x8c, 0x2f, 0x12, 1, 0x41]
        let one: [UInt8] = [0, 0, 0x80, 0x3f]
        let axes: [UInt8] = [0x0d] + one + [0x15] + one + [0x1d] + one + [0x25] + one
        let protobuf: [[UInt8]] = [
            head + [0x1a, 8] + one + one + [0x22, 20] + axes + [0x2a, 4] + one,
            head + [0x1d] + one + [0x2d] + one + [0x32, 8, 8, 1, 0x10, 1, 0x18, 1, 0x20, 1],
            [0x78, 1, 0x82, 1, 1, 0x61] + head + [0x99, 1, 0, 0, 0, 0, 0, 0, 0, 0] + [0x22, 0],
            [0x08, 0x80, 0xc8, 0x81, 0xf6, 0xa9, 0x33, 0x12, 1, 0x41, 0x2a, 4, 0, 0, 0xc0, 0x7f] + [0x2d] + one,
        ]
        let texts = [
            #"{"timestamp":98765432,"device_id":"A","current_1":5.2,"temperature_1":45.5,"vibration_x":1.2}"#,
            #"{"timestamp":1763600000000,"device_id":"A","motor_currents":[1,null],"vibration":{"x":1}}"#,
            #"{"timestamp":1,"door_closed":true}"#,
        ]
        return (protobuf + texts.map { Array($0.utf8) }).enumerated().map { [UInt8($0.offset % 4)] + $0.element }
    }

    func run(_ bytes: [UInt8]) {
        guard let control = bytes.first else { return }
        var settings = DeviceIntakeSettings()
        settings.deviceLimit = 4
        settings.seriesPerDeviceLimit = 200
        var gateway = FuzzedGateway(settings: settings)
        gateway.send(
            Array(Self.topics[Int(control & 3)].utf8), Array(bytes.dropFirst()), isRetained: control & 4 != 0)
        gateway.tick()
        gateway.restart()
    }
}
