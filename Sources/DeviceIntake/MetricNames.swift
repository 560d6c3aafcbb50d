/// How quantities become metric and label names.
package enum MetricNames {
    /// The words of `text` as part of a metric name: lower-case letters and digits, all else one `_`.
    static func word(_ text: String) -> String {
        var word = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "a"..."z", "0"..."9": word.unicodeScalars.append(scalar)
            case "A"..."Z": word.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value) + 0x20))
            default: if !word.isEmpty && word.last != "_" { word.append("_") }
            }
        }
        while word.last == "_" { word.removeLast() }
        return word
    }

    /// `sensor_` + quantity + `_` + unit, the unit not twice; `device_` where the quantity is the device's own. Names that mean something else already get `_reading`.
    static func family(quantity: String, unit: MeasuredUnit) -> String {
        var name = "\(ofDevice.contains(quantity) ? "device" : "sensor")_\(quantity)"
        if !unit.suffix.isEmpty && !quantity.hasSuffix(unit.suffix) { name += "_\(unit.suffix)" }
        return ReservedNames.families.contains(name) ? "\(name)_reading" : name
    }

    /// The labels that `channelLabel` answers.
    package static let channelLabels = ["motor", "axis", "sensor", "channel"]

    /// The label that tells a quantity's channels apart.
    static func channelLabel(quantity: String) -> String {
        switch quantity {
        case "motor_current": "motor"
        case "vibration_acceleration", "vibration_velocity": "axis"
        case "temperature": "sensor"
        default: "channel"
        }
    }

    /// Quantities that say how the device is, not what it measures.
    private static let ofDevice: Set<String> = [
        "wifi_rssi", "heap_free", "heap_minimum", "battery_voltage", "battery_level",
    ]
}
