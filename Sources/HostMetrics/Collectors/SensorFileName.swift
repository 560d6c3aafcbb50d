/// The name of a file of a hardware monitor: `temp1_crit_alarm` is the property `crit_alarm` of the sensor `temp1`
/// (Documentation/hwmon/sysfs-interface.rst).
struct SensorFileName: Equatable {
    private static let types: Set<String> = [
        "vrm", "beep_enable", "update_interval", "in", "cpu", "fan", "pwm", "temp", "curr", "power", "energy",
        "humidity", "intrusion", "freq",
    ]
    let sensor: String
    /// Empty for a file that is called like its sensor.
    let property: String

    /// Nil for a file that is no sensor's.
    init?(_ name: String) {
        let type = name.prefix { !("0"..."9").contains($0) }
        guard Self.types.contains(String(type)) else { return nil }
        var rest = name.dropFirst(type.count)
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest = rest.dropFirst(digits.count)
        // A sensor without a number is the first.
        guard let number = digits.isEmpty ? 0 : Int(digits) else { return nil }
        if rest.isEmpty {
            property = ""
        } else {
            guard rest.first == "_", rest.count > 1 else { return nil }
            property = String(rest.dropFirst())
        }
        sensor = type + String(number)
    }
}
