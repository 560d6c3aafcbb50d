internal import Authentication
internal import Daemon
internal import HTTPExchange
internal import LinuxSystem
internal import Logging
internal import SampleStore
internal import ServiceLifecycle
internal import TLSTransport

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
        let relay = try RelayDesk(settings, loops: loops)
        if let directory = settings.storage.directory {
            return try await startHub(settings, directory: directory, relay: relay, loops: loops)
        }
        guard let relay else { throw NothingToDo() }
        let pure = try PureRelay(settings, desk: relay)
        let server = try await listen(
            settings, pure.router, with: pure.listener, loops: loops)
        return try relay.services() + [HTTPService(server)]
    }

    private static func startHub(
        _ settings: HubSettings, directory: String, relay: RelayDesk?, loops: HTTPEventLoops
    ) async throws -> [any Service] {
        let hub = try Hub(settings, directory: directory, relay: relay)
        do {
            let relaying = try relay?.services() ?? []
            let server = try await listen(
                settings, HubRoutes.router(hub), with: hub.listener, loops: loops)
            readProgramAhead()
            return relaying + [
                StoreService(hub: hub), StoreWatch(store: hub.store, logger: settings.log.logger("store")),
                FleetKeeper(
                    desk: hub.fleet, store: hub.store, instance: Machine.hostName(),
                    logger: settings.log.logger("fleet")),
                HTTPService(server),
            ] + (await startOrders(hub, directory, settings, loops))
        } catch {
            hub.store.close()
            throw error
        }
    }

    /// After a reboot the first query would wait for the program's own pages, a few at a time.
    private static func readProgramAhead() {
        // Without /proc it waits for them after all.
        do throws(SystemError) { try Files.readAhead("/proc/self/exe") } catch {}
    }

    /// Listens in the storage directory for what `wayside-hub store` orders.
    private static func startOrders(
        _ hub: Hub, _ directory: String, _ settings: HubSettings, _ loops: HTTPEventLoops
    ) async -> [any Service] {
        var limits = HTTPServerLimits()
        limits.handlerTimeout = StoreOrders.timeout
        do {
            let path = StoreOrders.socketPath(in: directory)
            return [
                HTTPService(
                    try await HTTPServer.start(
                        .unix(path: path), router: HubRoutes.controlRouter(hub), limits: limits, loops: loops))
            ]
        } catch {
            // A directory that takes no socket must not end the hub; only the commands have to do without.
            settings.log.logger("hub").warning(
                "wayside-hub store seal, backup and delete will not work while it runs", metadata: ["error": "\(error)"]
            )
            return []
        }
    }

    private static func listen(
        _ settings: HubSettings, _ router: HTTPRouter, with listener: HubListener, loops: HTTPEventLoops
    ) async throws -> HTTPServer {
        // A gateway keeps its connection, so there are as many as gateways; bodies are bounded each, and all that arrive.
        var limits = HTTPServerLimits(arrivingByteLimit: 256 << 20, connectionLimit: 8192)
        // Dashboards' variables write the names of a whole fleet into a request's target.
        limits.headerByteLimit = 64 << 10
        // A query that is stopped for taking too long still says so.
        limits.handlerTimeout = max(limits.handlerTimeout, settings.promql.timeout + .seconds(10))
        let server = try await HTTPServer.start(
            settings.listen, router: router, limits: limits, loops: loops, tls: listener.tls,
            reportTLSFailure: TLSLog.failures(settings.log.logger("http")), access: listener.access,
            record: { [requests = listener.requests] in
                requests.record(method: $0, endpoint: $1, status: $2, seconds: $3)
            })
        var metadata: Logger.Metadata = [
            "http": "\(server.boundAddress)", "tls": "\(listener.tls != nil)",
            "storage": "\(settings.storage.directory ?? "none")",
        ]
        if !settings.relay.isEmpty {
            metadata["relays_to"] = "\(settings.relay.map(\.name).joined(separator: ", "))"
        }
        settings.log.logger("hub").info("listening", metadata: metadata)
        return server
    }
}

/// A hub that neither stores nor relays. Reading the settings refuses it.
private struct NothingToDo: Error, CustomStringConvertible {
    let description = "storage.directory is none and relay is empty: there is nothing to do"
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
