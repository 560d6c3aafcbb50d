internal import LinuxSystem
package import SettingsFile

/// `agent:` who this gateway is and where it keeps its files.
package struct IdentitySettings: SettingsReadable, Sendable {
    /// The label `instance` of everything shipped.
    package let id: String
    /// Labels added to everything shipped.
    package let labels: [(name: String, value: String)]
    package let dataDirectory: String

    package init(from section: SettingsSection) {
        id = section.string("id", default: Machine.hostName())
        labels = section.stringMap(
            "labels", expectedName: "a label name (letters, digits and _, not beginning with a digit or __)",
            isName: IdentitySettings.isLabelName)
        dataDirectory = section.string("data_dir", default: "/var/lib/wayside-agent")
    }

    /// The Unix socket that `status` talks to.
    package var socketPath: String { dataDirectory + "/status.sock" }

    /// Prometheus's grammar of label names, without those that it reserves.
    static func isLabelName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(48...57).contains(first), !name.hasPrefix("__") else { return false }
        return name.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 95
        }
    }
}
