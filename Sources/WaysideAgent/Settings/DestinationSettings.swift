package import Authentication
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
    /// How its requests say who they are from.
    package let authorization: RequestAuthorization
    package let protocolChoice: ProtocolChoice
    /// How long samples are collected before a request.
    package let batchDuration: Duration

    package init(from section: SettingsSection) {
        // Without an address the reading has failed already, and this stands in until its problems are reported.
        url = section.requiredURL("url", schemes: ["http"]) ?? BrokerSettings.local.url
        authorization = RequestAuthorization(from: section)
        protocolChoice = section.choice("protocol", default: .auto)
        batchDuration = section.duration("batch_for", default: .seconds(15), range: .zero ... .seconds(3600))
    }
}
