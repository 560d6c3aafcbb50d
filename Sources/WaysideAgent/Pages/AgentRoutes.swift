internal import HTTPExchange

/// What the agent answers over HTTP.
enum AgentRoutes {
    /// The routes of `http.listen`.
    static func network(_ agent: Agent) -> HTTPRouter {
        var router = HTTPRouter()
        let page = MetricsPage { agent.takeScrape() }
        router.get("/") { _ in .text("wayside-agent: see /metrics, /api/v1/devices, /api/v1/buffer, /-/ready") }
        router.get("/metrics") { await page.answer($0) }
        for path in ["/-/healthy", "/api/health/live"] { router.get(path) { _ in .text("alive") } }
        for path in ["/-/ready", "/api/health/ready"] { router.get(path) { _ in ready(agent) } }
        router.get("/api/v1/devices") { _ in .json(DevicesPage.json(agent.desk.fleet())) }
        router.get("/api/v1/buffer") { _ in .json(BufferPage.json(agent)) }
        return router
    }

    /// The routes of the Unix socket in the data directory, for `wayside-agent status` and `wayside-agent wear reset`.
    static func local(_ agent: Agent) -> HTTPRouter {
        var router = HTTPRouter()
        router.get("/status") { request in
            let status = AgentStatus(of: agent)
            let columns = request.query["columns"].flatMap { Int($0) } ?? 100
            let screen = StatusScreen(
                status, columns: min(columns, 500), listsAllDevices: request.query["all"] == "true")
            var response = HTTPResponse(
                contentType: "text/plain; charset=utf-8", body: Array(screen.text().utf8))
            response.headers.set(AgentClient.exitCodeHeader, String(StatusVerdict(of: status).exitCode))
            return response
        }
        router.post(WearReset.path) { WearReset.answer($0, agent) }
        return router
    }

    /// Ready is doing the job locally: what is collected is kept and can be shipped, from memory where flash takes no
    /// writes. Restarting such an agent would lose what it holds, so whoever restarts what is not ready must not be
    /// asked to. Whether the hub answers is for `status`.
    private static func ready(_ agent: Agent) -> HTTPResponse {
        guard let status = agent.buffer?.status, !status.problem.isEmpty else { return .text("ready") }
        return status.degraded != nil
            ? .text("ready, but flash takes no writes and the buffer is in memory: \(status.problem)")
            : .text("not ready: the buffer: \(status.problem)", status: .serviceUnavailable)
    }
}
