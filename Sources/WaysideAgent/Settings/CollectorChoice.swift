internal import HostMetrics
package import SettingsFile

/// `host.collectors:` which collectors run beside or instead of the default ones.
package struct CollectorChoice: SettingsReadable, Sendable {
    /// Whether those run that node_exporter runs by default.
    package let hasDefaults: Bool
    package let enabled: [String]
    package let disabled: [String]

    package init(from section: SettingsSection) {
        let names = HostCollectors.names
        let known = { (name: String) in names.contains(name) ? name : nil }
        let expected = "one of " + names.joined(separator: ", ")
        hasDefaults = section.bool("defaults", default: true)
        enabled = section.values("enable", expected: expected, parse: known)
        disabled = section.values("disable", expected: expected, parse: known)
    }
}
