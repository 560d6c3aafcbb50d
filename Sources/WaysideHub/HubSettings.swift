package import Daemon
package import HTTPExchange
package import SettingsFile

/// The settings of wayside-hub, `config/hub.yaml`. Every one has a default.
package struct HubSettings: SettingsReadable, Sendable {
    package let listen: HTTPAddress
    package let listenerTLS: TLSServerConfigSettings?
    package let log: LogSettings
    package let storage: StorageSettings

    package init(from section: SettingsSection) {
        let http = section.section("http", as: HTTPSettings.self)
        listen = http.listen ?? .tcp(host: "127.0.0.1", port: 9661)
        listenerTLS = http.tls
        log = section.section("log")
        storage = section.section("storage")
    }
}

/// `storage:` where samples are kept and for how long.
package struct StorageSettings: SettingsReadable, Sendable {
    package let directory: String
    package let retention: Duration

    package init(from section: SettingsSection) {
        directory = section.string("directory", default: "/var/lib/wayside-hub")
        retention = section.duration(
            "retention", default: .seconds(90 * 86_400), range: .seconds(3600) ... .seconds(36_500 * 86_400))
    }
}
