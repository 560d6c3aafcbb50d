internal import SettingsFile
internal import Wear

/// One entry of `devices.wear`: how a part of machines wears (Sources/Wear/MODELS.md).
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
