internal import Daemon
internal import HTTPExchange
internal import LinuxSystem
internal import Logging
internal import SampleStore
internal import ServiceLifecycle

/// Runs the hub from settings to services, for `wayside-hub run`.
package enum HubProgram {
    /// Runs until SIGTERM or SIGINT; `load` reads the settings again at SIGHUP.
    package static func run(
        _ settings: HubSettings, load: @escaping @Sendable () throws -> HubSettings
    ) async throws {
        let loops = HTTPEventLoops(threadCount: 2)
        let daemon = DaemonLoop<HubSettings>(
            logger: settings.log.logger("daemon"), load: load,
            start: { try await start($0, loops: loops) })
        try await daemon.run(settings)
        await loops.shutdown()
    }

    private static func start(_ settings: HubSettings, loops: HTTPEventLoops) async throws -> [any Service] {
        let hub = try Hub(settings)
        let requests = hub.requests
        let server: HTTPServer
        do {
            server = try await HTTPServer.start(
                settings.listen, router: HubRoutes.router(hub),
                limits: HTTPServerLimits(connectionLimit: 2048), loops: loops, tls: hub.listenerTLS,
                reportTLSFailure: TLSLog.failures(settings.log.logger("http")),
                access: hub.access,
                record: { requests.record(method: $0, endpoint: $1, status: $2, seconds: $3) })
        } catch {
            hub.store.close()
            throw error
        }
        settings.log.logger("hub").info(
            "listening",
            metadata: [
                "http": "\(server.boundAddress)", "tls": "\(hub.listenerTLS != nil)",
                "storage": "\(settings.storage.directory)",
            ])
        return [
            StoreService(hub: hub), StoreWatch(store: hub.store, logger: settings.log.logger("store")),
            FleetKeeper(
                desk: hub.fleet, store: hub.store, instance: Machine.hostName(), logger: settings.log.logger("fleet")),
            HTTPService(server),
        ]
    }
}

/// Keeps the store open until everything that uses it has ended.
private struct StoreService: Service {
    let hub: Hub

    func run() async throws {
        do {
            try await gracefulShutdown()
        } catch {
            // Cancelled: it is time to close all the same.
        }
        hub.store.close()
    }
}
