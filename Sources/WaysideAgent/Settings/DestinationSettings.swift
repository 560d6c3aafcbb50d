internal import Daemon
package import SettingsFile
package import TLSTransport

/// One entry of `remote_write:`, a receiver.
package struct DestinationSettings: SettingsReadable, Sendable {
    /// Which version of remote write is spoken.
    package enum ProtocolChoice: String, CaseIterable, Sendable {
        case auto
        case version1 = "1.0"
        case version2 = "2.0"
    }

    package let url: SettingsURL
    /// How `https` is secured; nil for `http`.
    package let tls: TLSClientSettings?
    package let protocolChoice: ProtocolChoice
    /// How long samples are collected before a request.
    package let batchDuration: Duration
    package let content: ContentSettings
    package let catchUp: CatchUpSettings

    package init(from section: SettingsSection) {
        // Without an address the reading has failed already, and this stands in until its problems are reported.
        url = section.requiredURL("url", schemes: ["http", "https"]) ?? BrokerSettings.local.url
        tls = TLSConfigSettings.read(section, secureScheme: "https", url: url)
        protocolChoice = section.choice("protocol", default: .auto)
        batchDuration = section.duration("batch_for", default: .seconds(15), range: .zero ... .seconds(3600))
        content = ContentSettings(from: section)
        catchUp = CatchUpSettings(from: section)
    }
}
