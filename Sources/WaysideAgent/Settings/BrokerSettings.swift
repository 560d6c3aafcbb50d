internal import Daemon
package import SettingsFile
package import TLSTransport

/// One entry of `mqtt:`, a broker to subscribe to.
package struct BrokerSettings: SettingsReadable, Sendable {
    /// Whose topics are subscribed to; `broker` is what the broker says of itself.
    package enum Profile: String, CaseIterable, Sendable {
        case wayside
        case modax
        case broker
    }

    package let url: SettingsURL
    /// How `mqtts` is secured; nil for `mqtt`.
    package let tls: TLSClientSettings?
    package let profiles: [Profile]
    /// Nil stands for `wayside-agent-<agent.id>`.
    package let clientID: String?
    package let user: String?
    package let password: Secret?
    /// How many QoS 1 messages the broker may have under way to us (MQTT 5 Receive Maximum).
    package let receiveMaximum: Int
    /// How long messages may wait for others to be synced and acknowledged with them: longer spares the flash.
    package let acknowledgeWithin: Duration

    package init(from section: SettingsSection) {
        url = section.url("url", schemes: ["mqtt", "mqtts"]) ?? BrokerSettings.local.url
        tls = TLSConfigSettings.read(section, secureScheme: "mqtts", url: url, offersHTTP: false)
        profiles = section.values(
            "profiles", expected: "one of wayside, modax, broker", default: Profile.allCases,
            parse: Profile.init(rawValue:))
        clientID = section.string("client_id")
        user = section.string("username")
        password = section.secret("password")
        receiveMaximum = section.integer("receive_maximum", default: 1000, range: 1...65535)
        acknowledgeWithin = section.duration("ack_within", default: .seconds(5), range: .zero ... .seconds(20))
    }

    private init(url: SettingsURL) {
        self.url = url
        tls = nil
        profiles = Profile.allCases
        clientID = nil
        user = nil
        password = nil
        receiveMaximum = 1000
        acknowledgeWithin = .seconds(5)
    }

    /// The broker of a gateway that was told nothing.
    package static let local: BrokerSettings = {
        do {
            return BrokerSettings(url: try SettingsURL("mqtt://127.0.0.1:1883", schemes: ["mqtt"]))
        } catch {
            preconditionFailure("the default broker's address is well formed: \(error)")
        }
    }()
}
