package import DeviceIntake
package import SettingsFile

/// `devices:` limits and staleness of what speaks over MQTT.
package struct DeviceSettings: SettingsReadable, Sendable {
    package let limit: Int
    package let staleAfterIntervals: Int
    package let staleAfterMinimum: Duration
    package let forgetAfter: Duration
    /// What the messages of further topics mean. The intake is one for all brokers, so these are too.
    package let mappings: [DeviceMapping]

    package init(from section: SettingsSection) {
        limit = section.integer("limit", default: 1000, range: 1...100_000)
        staleAfterIntervals = section.integer("stale_after_intervals", default: 4, range: 1...1000)
        staleAfterMinimum = section.duration(
            "stale_after_minimum", default: .seconds(30), range: .seconds(1) ... .seconds(86400))
        forgetAfter = section.duration(
            "forget_after", default: .seconds(30 * 86400), range: .seconds(60) ... .seconds(3650 * 86400))
        let entries = section.sections("mappings", as: MappingSettings.self)
        mappings = entries.compactMap(\.mapping)
        guard mappings.count == entries.count, let problem = DeviceMapping.problem(mappings) else { return }
        if problem.mapping < entries.count, problem.mapping < MappingLimits.mappingLimit {
            entries[problem.mapping].section.problem("readings", problem.text)
        } else {
            section.problem("mappings", problem.text)
        }
    }
}
