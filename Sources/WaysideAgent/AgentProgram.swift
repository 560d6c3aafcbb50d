internal import Daemon
internal import HTTPExchange
internal import Logging
internal import ServiceLifecycle

/// Runs the agent from settings to services, for `wayside-agent run`.
package enum AgentProgram {
    /// Runs until SIGTERM or SIGINT; `load` reads the settings again at SIGHUP.
    package static func run(
        _ settings: AgentSettings, load: @escaping @Sendable () throws -> AgentSettings
    ) async throws {
        let loops = HTTPEventLoops()
        let daemon = DaemonLoop<AgentSettings>(
            logger: settings.log.logger("daemon"), load: load,
            start: { try await start($0, loops: loops) })
        try await daemon.run(settings)
        await loops.shutdown()
    }

    private static func start(_ settings: AgentSettings, loops: HTTPEventLoops) async throws -> [any Service] {
        let agent = try Agent(settings, loops: loops)
        let requests = agent.requests
        let server = try await HTTPServer.start(
            settings.listen, router: AgentRoutes.network(agent), loops: loops, tls: agent.listenerTLS,
            reportTLSFailure: TLSLog.failures(settings.log.logger("http")),
            record: { requests.record(method: $0, endpoint: $1, status: $2, seconds: $3) })
        let logger = settings.log.logger("agent")
        logger.info("listening", metadata: ["http": "\(server.boundAddress)", "tls": "\(agent.listenerTLS != nil)"])
        var servers = [HTTPService(server)]
        do {
            let local = try await HTTPServer.start(
                .unix(path: settings.identity.socketPath), router: AgentRoutes.local(agent), loops: loops)
            servers.append(HTTPService(local))
        } catch {
            // A directory that takes no socket must not end the agent; only `status` has to do without.
            logger.warning("wayside-agent status will not work", metadata: ["error": "\(error)"])
        }
        do {
            return try agent.services(servers)
        } catch {
            for service in servers { await service.server.stop(within: .zero) }
            throw error
        }
    }
}
