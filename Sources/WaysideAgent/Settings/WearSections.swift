internal import Daemon
internal import SettingsFile
internal import Wear

// The lists of `devices:` that say how machines wear and what of their readings is unusual (Sources/Wear/MODELS.md).

/// One entry of `devices.wear`.
struct WearSection: SettingsReadable {
    /// Nil where the entry has a problem, which was recorded.
    let declared: WearSettings.Declared?

    init(from section: SettingsSection) {
        let device = section.requiredString("device", expected: "a device's id, in which * stands for any text")
        var declaration = WearDeclaration(
            component: section.requiredString("component", expected: "a name for the part that wears"),
            model: section.choice("model", as: WearModelKind.self, default: .operatingHours).rawValue)
        declaration.quantity = section.string("quantity", expected: "a quantity such as motor_current")
        declaration.channel = section.string("channel", expected: "a channel such as \"0\"")
        declaration.speedQuantity = section.string("speed_quantity", expected: "a quantity such as rotational_speed")
        declaration.speedChannel = section.string("speed_channel", expected: "a channel such as \"0\"")
        if !section.isGiven("model") { _ = section.requiredString("model", expected: WearSection.models) }
        let kind = WearModelKind(rawValue: declaration.model)
        // Where the model is wrong that is the problem, and not each of its parameters.
        let isModelKnown = section.string("model").flatMap(WearModelKind.init(rawValue:)) != nil
        let parameters = isModelKnown ? kind?.parameters ?? [] : WearModelKind.allCases.flatMap(\.parameters)
        var hasProblem = !isModelKnown || device.isEmpty || declaration.component.isEmpty
        for parameter in parameters where section.isGiven(parameter.name) {
            let range = isModelKnown ? parameter.range : -.greatestFiniteMagnitude ... .greatestFiniteMagnitude
            let value = section.number(parameter.name, default: .nan, range: range)
            if value.isNaN { hasProblem = true }
            declaration.parameters[parameter.name] = value
        }
        guard !hasProblem else {
            declared = nil
            return
        }
        do throws(DeclarationProblem) {
            declared = WearSettings.Declared(device: IDPattern(device), model: try WearModel(declaration))
        } catch {
            section.problem(WearSection.key(of: error), "\(error)")
            declared = nil
        }
    }

    private static let models = "one of " + WearModelKind.allCases.map(\.rawValue).joined(separator: ", ")

    /// Where a problem is shown.
    private static func key(of problem: DeclarationProblem) -> String {
        if case .component = problem { return "component" }
        return "model"
    }
}

/// One entry of `devices.vibration`.
struct VibrationSection: SettingsReadable {
    let machine: WearSettings.Vibration

    init(from section: SettingsSection) {
        let device = section.requiredString("device", expected: "a device's id, in which * stands for any text")
        if !section.isGiven("class") {
            _ = section.requiredString(
                "class", expected: "one of " + VibrationClass.allCases.map(\.rawValue).joined(separator: ", "))
        }
        machine = WearSettings.Vibration(
            device: IDPattern(device), machine: section.choice("class", as: VibrationClass.self, default: .class1))
    }
}

/// One entry of `devices.anomalies`.
struct AnomalySection: SettingsReadable {
    let anomaly: AnomalySettings

    init(from section: SettingsSection) {
        var anomaly = AnomalySettings(
            device: IDPattern(
                section.requiredString("device", expected: "a device's id, in which * stands for any text")),
            quantity: section.requiredString("quantity", expected: "a quantity such as motor_current"),
            channel: section.string("channel", expected: "a channel such as \"0\""))
        anomaly.baselineCount = section.integer(
            "baseline", default: anomaly.baselineCount, range: AnomalySettings.leastWindow...AnomalySettings.windowLimit
        )
        let number = -1e100...1e100
        if section.isGiven("target") { anomaly.target = section.number("target", default: 0, range: number) }
        if section.isGiven("sigma") { anomaly.sigma = section.number("sigma", default: 1, range: 1e-100...1e100) }
        anomaly.robustZ = section.optionalSection("robust_z", as: RobustZSection.self)?.settings
        anomaly.ewma = section.optionalSection("ewma", as: EwmaSection.self)?.settings
        anomaly.cusum = section.optionalSection("cusum", as: CusumSection.self)?.settings
        if anomaly.robustZ == nil && anomaly.ewma == nil && anomaly.cusum == nil {
            section.problem("quantity", "give at least one of robust_z, ewma and cusum; {} has their defaults")
        }
        self.anomaly = anomaly
    }
}

private struct RobustZSection: SettingsReadable {
    var settings = AnomalySettings.RobustZ()

    init(from section: SettingsSection) {
        settings.window = section.integer(
            "window", default: settings.window, range: AnomalySettings.leastWindow...AnomalySettings.windowLimit)
        settings.threshold = section.number("threshold", default: settings.threshold, range: 0.5...1000)
    }
}

private struct EwmaSection: SettingsReadable {
    var settings = AnomalySettings.Ewma()

    init(from section: SettingsSection) {
        settings.smoothing = section.number("lambda", default: settings.smoothing, range: 0.001...1)
        settings.limit = section.number("limit", default: settings.limit, range: 0.5...1000)
    }
}

private struct CusumSection: SettingsReadable {
    var settings = AnomalySettings.Cusum()

    init(from section: SettingsSection) {
        settings.allowance = section.number("allowance", default: settings.allowance, range: 0...100)
        settings.decision = section.number("decision", default: settings.decision, range: 0.5...1000)
    }
}
