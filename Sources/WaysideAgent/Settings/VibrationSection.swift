internal import SettingsFile
internal import Wear

/// One entry of `devices.vibration`: what machines' vibration is held against.
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
