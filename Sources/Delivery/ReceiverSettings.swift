package import Authentication
internal import Daemon
package import SettingsFile
package import Shipping
package import TLSTransport

/// How a remote-write receiver is reached: the keys `url`, `tls_config`, `basic_auth`, `authorization` and `protocol`,
/// the same for what an agent ships to and for what a hub relays to.
package struct ReceiverSettings: Sendable {
    private enum ProtocolName: String, CaseIterable {
        case auto
        case version1 = "1.0"
        case version2 = "2.0"
    }

    package let url: SettingsURL
    /// How its requests say who they are from.
    package let authorization: RequestAuthorization
    /// How `https` is secured; nil for `http`.
    package let tls: TLSClientSettings?
    package let protocolChoice: ProtocolChoice

    package init(from section: SettingsSection) {
        // Without an address the reading has failed already, and this stands in until its problems are reported.
        url = section.requiredURL("url", schemes: ["http", "https"]) ?? .none
        tls = TLSConfigSettings.read(section, secureScheme: "https", url: url)
        authorization = RequestAuthorization(from: section)
        protocolChoice =
            switch section.choice("protocol", default: ProtocolName.auto) {
            case .auto: .auto
            case .version1: .only(.one)
            case .version2: .only(.two)
            }
    }
}
