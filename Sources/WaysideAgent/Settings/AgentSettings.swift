package import Authentication
package import Daemon
package import HTTPExchange
package import SettingsFile

/// The settings of wayside-agent, `config/agent.yaml`. Every one has a default.
package struct AgentSettings: SettingsReadable, Sendable {
    package let identity: IdentitySettings
    package let listen: HTTPAddress
    /// Who may ask at `listen`.
    package let access: AccessSettings
    package let listenerTLS: TLSServerConfigSettings?
    package let log: LogSettings
    package let host: HostSettings
    package let brokers: [BrokerSettings]
    package let devices: DeviceSettings
    package let buffer: BufferSettings
    package let time: TimeSettings
    package let destinations: [DestinationSettings]

    package init(from section: SettingsSection) {
        identity = section.section("agent")
        let http = section.section("http", as: HTTPSettings.self)
        access = http.access
        listen = http.listen ?? .tcp(host: "127.0.0.1", port: 9660)
        listenerTLS = http.tls
        log = section.section("log")
        host = section.section("host")
        brokers = section.sections("mqtt", default: [.local])
        devices = section.section("devices")
        buffer = section.section("buffer")
        time = section.section("time")
        destinations = section.sections("remote_write")
        let sessions = brokers.map { "\($0.url.text) \($0.clientID ?? "")" }
        if Set(sessions).count < sessions.count {
            section.problem(
                "mqtt", "two entries have the same url and client_id; the broker would end one for the other")
        }
        let addresses = destinations.map(\.url.text)
        if Set(addresses).count < addresses.count {
            section.problem("remote_write", "two entries have the same url; each destination needs its own")
        }
    }
}
