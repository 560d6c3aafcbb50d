package import Authentication
package import Daemon
package import HTTPExchange
package import SettingsFile

/// The settings of wayside-hub, `config/hub.yaml`. Every one has a default.
package struct HubSettings: SettingsReadable, Sendable {
    package let listen: HTTPAddress
    /// Who may ask at `listen`.
    package let access: AccessSettings
    package let listenerTLS: TLSServerConfigSettings?
    package let log: LogSettings
    package let storage: StorageSettings
    package let fleet: FleetSettings

    package init(from section: SettingsSection) {
        let http = section.section("http", as: HTTPSettings.self)
        access = http.access
        listen = http.listen ?? .tcp(host: "127.0.0.1", port: 9661)
        listenerTLS = http.tls
        log = section.section("log")
        storage = section.section("storage")
        fleet = section.section("fleet")
    }
}

/// `storage:` where samples are kept and for how long.
package struct StorageSettings: SettingsReadable, Sendable {
    package let directory: String
    package let retention: Duration
    /// Active series in all and of one sender; samples of further ones are refused.
    package let seriesLimit: Int
    package let seriesPerSenderLimit: Int

    package init(from section: SettingsSection) {
        seriesLimit = section.integer("series_limit", default: 2_000_000, range: 1...50_000_000)
        seriesPerSenderLimit = section.integer("series_per_sender_limit", default: 500_000, range: 1...50_000_000)
        directory = section.string("directory", default: "/var/lib/wayside-hub")
        retention = section.duration(
            "retention", default: .seconds(90 * 86_400), range: .seconds(3600) ... .seconds(36_500 * 86_400))
    }
}
