internal import MetricModel

/// The families of `hwmon`, made as the sensors that have them are found: which there are, the files' names say.
final class HardwareMonitorFamilies {
    let chipNames = MetricFamily(
        "node_hwmon_chip_names", .gauge, help: "What the chip calls itself, as a label.", labels: ["chip", "chip_name"])
    let labels = MetricFamily(
        "node_hwmon_sensor_label", .gauge, help: "What the sensor measures, as a label.",
        labels: ["chip", "sensor", "label"])
    /// By name.
    private var families: [String: MetricFamily] = [:]

    /// What is made of a number: which end its name gets, and what the kernel's unit is to the metric's.
    private struct Meaning {
        var suffix = ""
        var help = "as the kernel has it"
        var type = MetricType.gauge
        var factor = 1.0
        var divisor = 1.0
    }

    /// What a property of a type of sensors is given as; nil where it is not. `hasBareFile`: there is a file called like
    /// the sensor, which is then its value. `hasLabel`: clocks are told apart by their labels only.
    func kind(
        _ fileName: String, type: String, _ property: String, hasBareFile: Bool, hasLabel: Bool
    ) -> NumberFile.Kind? {
        switch type {
        case "beep_enable":
            return property.isEmpty
                ? NumberFile.Kind(
                    fileName: fileName,
                    family: family("node_hwmon_beep_enabled", .gauge, "1 when the chip may beep."), form: .equals("1"))
                : nil
        case "vrm":
            return property.isEmpty
                ? kind(fileName, "node_hwmon_voltage_regulator_version", Meaning(help: "of the regulator")) : nil
        case "update_interval":
            return property.isEmpty
                ? kind(
                    fileName, "node_hwmon_update_interval_seconds", Meaning(help: "between readings", factor: 0.001))
                : nil
        default: break
        }
        if type == "freq" && property == "input" && !hasLabel { return nil }
        var name = "node_hwmon_" + type
        if property == "input" {
            if hasBareFile { name += "_input" }
        } else if !property.isEmpty {
            name += "_" + HardwareMonitorName.clean(property)
        }
        let meaning = Self.meaning(type, property)
        return kind(fileName, name + meaning.suffix, meaning, isText: !["input", "alarm", "fault"].contains(property))
    }

    private static func meaning(_ type: String, _ property: String) -> Meaning {
        switch (type, property) {
        case (_, "fault"), (_, "alarm"): Meaning(help: "1 while it is so")
        case (_, "beep"): Meaning(suffix: "_enabled", help: "1 when it beeps")
        case ("in", _), ("cpu", _): Meaning(suffix: "_volts", help: "in volts", factor: 0.001)
        case ("temp", "type"): Meaning(help: "kind of sensor")
        case ("temp", _): Meaning(suffix: "_celsius", help: "in degrees Celsius", factor: 0.001)
        case ("curr", _): Meaning(suffix: "_amps", help: "in amperes", factor: 0.001)
        case ("energy", _): Meaning(suffix: "_joule_total", help: "in joules", type: .counter, divisor: 1_000_000)
        case ("power", "accuracy"): Meaning(help: "as a ratio", divisor: 1_000_000)
        case ("power", "average_interval"), ("power", "average_interval_min"), ("power", "average_interval_max"):
            Meaning(suffix: "_seconds", help: "in seconds", factor: 0.001)
        case ("power", _): Meaning(suffix: "_watt", help: "in watts", divisor: 1_000_000)
        case ("humidity", _): Meaning(help: "as a ratio", divisor: 1_000_000)
        case ("fan", "input"), ("fan", "min"), ("fan", "max"), ("fan", "target"):
            Meaning(suffix: "_rpm", help: "in turns a minute")
        case ("freq", "input"): Meaning(suffix: "_freq_mhz", help: "in megahertz", divisor: 1_000_000)
        default: Meaning()
        }
    }

    private func kind(_ fileName: String, _ name: String, _ meaning: Meaning, isText: Bool = true) -> NumberFile.Kind {
        let subject = fileName.filter { !("0"..."9").contains($0) }
        return NumberFile.Kind(
            fileName: fileName,
            family: family(name, meaning.type, "\(subject) of a hardware monitor, \(meaning.help)."),
            divisor: meaning.divisor, factor: meaning.factor, isTextLeftOut: isText)
    }

    private func family(_ name: String, _ type: MetricType, _ help: String) -> MetricFamily {
        if let known = families[name] { return known }
        let made = MetricFamily(name, type, help: help, labels: ["chip", "sensor"])
        families[name] = made
        return made
    }
}
