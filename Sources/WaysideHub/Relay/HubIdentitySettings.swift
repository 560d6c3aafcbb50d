internal import LinuxSystem
internal import RemoteWrite
package import SettingsFile

/// `hub:` who this hub is to those it relays to, and where it keeps what waits for them.
package struct HubIdentitySettings: SettingsReadable, Sendable {
    /// What the next hub knows this one by, and what it finds in a request that has come round in a circle.
    package let id: String
    /// Nil where the file does not say: it is the storage's directory then.
    package let dataDirectory: String?

    package init(from section: SettingsSection) {
        // Not the bare hostname, which is the id of an agent on the same machine.
        id = section.value(
            "id", expected: "1 to 128 printable characters of ASCII without spaces and commas",
            default: Machine.hostName() + "-hub"
        ) { ViaHeader.isHubName($0) ? $0 : nil }
        dataDirectory = section.string("data_dir")
    }
}
