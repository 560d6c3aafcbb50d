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
            settings.listen, router: AgentRoutes.network(agent), loops: loops,
            record: { requests.record(method: $0, endpoint: $1, status: $2, seconds: $3) })
        let local: HTTPServer
        do {
            local = try await HTTPServer.start(
                .unix(path: settings.identity.socketPath), router: AgentRoutes.local(agent), loops: loops)
        } catch {
            await server.stop(within: .zero)
            throw error
        }
        settings.log.logger("agent").info(
            "listening", metadata: ["http": "\(server.boundAddress)", "status": "\(local.boundAddress)"])
        return try agent.services([HTTPService(server), HTTPService(local)])
    }
}
