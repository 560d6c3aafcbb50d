internal import Daemon
internal import DeviceIntake

/// A device's last readings for a narrow screen: a quantity's channels side by side, with the unit's symbol.
struct ReadingsText {
    /// `motor_current 4.93 4.82 A`, one for each quantity, in the readings' order.
    let parts: [String]

    /// The base units of metric names and their symbols.
    private static let symbols: [(suffix: String, symbol: String)] = [
        ("_meters_per_second_squared", "m/s²"), ("_meters_per_second", "m/s"), ("_amperes", "A"), ("_volts", "V"),
        ("_watts", "W"), ("_joules", "J"), ("_celsius", "°C"), ("_kelvin", "K"), ("_pascals", "Pa"),
        ("_hertz", "Hz"), ("_meters", "m"), ("_seconds", "s"), ("_ratio", ""), ("_bytes", "B"),
    ]

    init(_ readings: [DeviceStatus.Reading]) {
        var metrics: [String] = []
        var values: [String: [String]] = [:]
        for reading in readings {
            if values[reading.metric] == nil { metrics.append(reading.metric) }
            values[reading.metric, default: []].append(HumanText.reading(reading.value))
        }
        parts = metrics.map { metric in
            let prefix = ["sensor_", "device_"].first(where: metric.hasPrefix) ?? ""
            var name = String(metric.dropFirst(prefix.count))
            var symbol = ""
            if let unit = ReadingsText.symbols.first(where: { name.hasSuffix($0.suffix) }) {
                name = String(name.dropLast(unit.suffix.count))
                symbol = unit.symbol.isEmpty ? "" : " " + unit.symbol
            }
            return "\(name) \((values[metric] ?? []).joined(separator: " "))\(symbol)"
        }
    }
}
