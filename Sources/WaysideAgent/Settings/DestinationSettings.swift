package import SettingsFile

/// One entry of `remote_write:`, a receiver.
package struct DestinationSettings: SettingsReadable, Sendable {
    /// Which version of remote write is spoken.
    package enum ProtocolChoice: String, CaseIterable, Sendable {
        case auto
        case version1 = "1.0"
        case version2 = "2.0"
    }

    package let url: SettingsURL
    package let protocolChoice: ProtocolChoice
    /// How long samples are collected before a request.
    package let batchDuration: Duration
    package let content: ContentSettings
    package let catchUp: CatchUpSettings

    package init(from section: SettingsSection) {
        // Without an address the reading has failed already, and this stands in until its problems are reported.
        url = section.requiredURL("url", schemes: ["http"]) ?? BrokerSettings.local.url
        protocolChoice = section.choice("protocol", default: .auto)
        batchDuration = section.duration("batch_for", default: .seconds(15), range: .zero ... .seconds(3600))
        content = ContentSettings(from: section)
        catchUp = CatchUpSettings(from: section)
    }
}
