internal import Authentication
internal import Daemon
internal import HTTPExchange
internal import TLSTransport

/// What a hub listens with, whether it stores or only relays: its certificate, who may ask, and the counts of both.
struct HubListener: Sendable {
    /// Nil for plain HTTP.
    let tls: ReloadingTLSContext?
    /// Nil where everybody may ask.
    let access: ListenerAccess?
    let requests = HTTPMetrics()
    let writes = WriteCounts()
    let refusedAgents = RefusedAgents()

    init(_ settings: HubSettings) throws {
        let logger = settings.log.logger("http")
        tls = try settings.listenerTLS.map {
            try TLSLog.context(.server($0.server), name: $0.server.name, logger: logger)
        }
        let accessLog = AccessLog(logger: logger)
        access = ListenerAccess(settings.access, realm: "wayside-hub") { accessLog.note($0, $1) }
    }
}
