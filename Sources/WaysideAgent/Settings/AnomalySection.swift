internal import SettingsFile
internal import Wear

/// One entry of `devices.anomalies`: a quantity that is watched, by which methods.
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
