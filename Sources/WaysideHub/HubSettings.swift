package import Authentication
package import Daemon
package import HTTPExchange
package import SettingsFile
internal import TLSTransport

/// The settings of wayside-hub, `config/hub.yaml`. Every one has a default.
package struct HubSettings: SettingsReadable, Sendable {
    package let listen: HTTPAddress
    /// Who may ask at `listen`.
    package let access: AccessSettings
    package let listenerTLS: TLSServerConfigSettings?
    package let log: LogSettings
    package let storage: StorageSettings
    package let promql: QuerySettings
    package let fleet: FleetSettings
    package let identity: HubIdentitySettings
    package let relay: [RelaySettings]

    package init(from section: SettingsSection) {
        let http = section.section("http", as: HTTPSettings.self)
        access = http.access
        listen = http.listen ?? .tcp(host: "127.0.0.1", port: 9661)
        listenerTLS = http.tls
        log = section.section("log")
        storage = section.section("storage")
        promql = section.section("promql")
        fleet = section.section("fleet")
        identity = section.section("hub")
        relay = section.sections("relay")
        let names = relay.map(\.name).filter { !$0.isEmpty }
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            section.problem("relay", "two entries have the name \"\(twice)\"; each needs its own, for its buffer")
        }
        if relay.isEmpty, storage.directory == nil {
            section.problem("storage", "with \"directory: none\" there must be a target in \"relay\"")
        }
    }

    /// Whether senders are asked to prove who they are, by credentials or certificates.
    var asksForProof: Bool {
        !access.isOpen || listenerTLS.map { $0.server.clientAuthentication != .none } ?? false
    }

    /// Where the buffers of what is relayed are.
    package var relayDirectory: String {
        (identity.dataDirectory ?? storage.directory ?? StorageSettings.defaultDirectory) + "/relay"
    }
}

/// `storage:` where samples are kept, for how long, and in how much space at most.
package struct StorageSettings: SettingsReadable, Sendable {
    /// Nil for `none`: nothing is stored, everything is relayed.
    package let directory: String?
    package let retention: Duration
    /// Bytes; 0 for no bound.
    package let retentionByteCount: Int
    /// Active series in all and of one sender; samples of further ones are refused.
    package let seriesLimit: Int
    package let seriesPerSenderLimit: Int
    /// Whether series may be deleted over HTTP, by everybody whom `http` admits.
    package let hasAdminAPI: Bool
    /// Decoded columns of day files kept in memory for the next queries.
    package let queryCacheByteCount: Int

    static let defaultDirectory = "/var/lib/wayside-hub"
    private static let leastRetentionByteCount = 2 << 30

    package init(from section: SettingsSection) {
        seriesLimit = section.integer("series_limit", default: 2_000_000, range: 1...50_000_000)
        seriesPerSenderLimit = section.integer("series_per_sender_limit", default: 500_000, range: 1...50_000_000)
        hasAdminAPI = section.bool("admin_api", default: false)
        queryCacheByteCount = section.byteSize("query_cache", default: 256 << 20, range: 0...(1 << 40))
        let text = section.string("directory", default: StorageSettings.defaultDirectory)
        directory = text == "none" ? nil : text
        retention = section.duration(
            "retention", default: .seconds(90 * 86_400), range: .seconds(3600) ... .seconds(36_500 * 86_400))
        retentionByteCount = section.byteSize("retention_size", default: 0, range: 0...(1 << 60))
        if (1..<Self.leastRetentionByteCount).contains(retentionByteCount) {
            section.problem(
                "retention_size", "less than 2GiB, of which the log alone takes 1GiB; 0 is no bound")
        }
    }
}
