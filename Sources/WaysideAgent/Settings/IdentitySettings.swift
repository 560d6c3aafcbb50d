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
        id = section.value(
            "id", expected: "1 to 128 printable characters of ASCII without spaces", default: Machine.hostName()
        ) { IdentitySettings.isIdentity($0) ? $0 : nil }
        labels = section.stringMap(
            "labels",
            expectedName: "a label name (letters, digits and _, not beginning with a digit or __, not instance or job)",
            isName: { IdentitySettings.isLabelName($0) && $0 != "instance" && $0 != "job" })
        dataDirectory = section.string("data_dir", default: "/var/lib/wayside-agent")
    }

    /// The Unix socket that `status` talks to.
    package var socketPath: String { dataDirectory + "/status.sock" }

    /// The id is a label value, a header and part of an MQTT client id.
    static func isIdentity(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }

    /// Prometheus's grammar of label names, without those that it reserves.
    static func isLabelName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(48...57).contains(first), !name.hasPrefix("__") else { return false }
        return name.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 95
        }
    }
}
