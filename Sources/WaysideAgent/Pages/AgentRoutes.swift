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
        router.get("/api/v1/devices") { _ in .json(DevicesPage.json(agent.desk.devices())) }
        router.get("/api/v1/buffer") { _ in .json(BufferPage.json(agent)) }
        return router
    }

    /// The routes of the Unix socket in the data directory, for `wayside-agent status`.
    static func local(_ agent: Agent) -> HTTPRouter {
        var router = HTTPRouter()
        router.get("/status") { request in
            let status = AgentStatus(of: agent)
            let columns = request.query["columns"].flatMap { Int($0) } ?? 100
            var response = HTTPResponse(
                contentType: "text/plain; charset=utf-8",
                body: Array(StatusScreen(status, columns: min(columns, 500)).text().utf8))
            response.headers.set(StatusClient.exitCodeHeader, String(StatusVerdict(of: status).exitCode))
            return response
        }
        return router
    }

    /// Ready is doing the job locally: the buffer can be written. Whether the hub answers is for `status`.
    private static func ready(_ agent: Agent) -> HTTPResponse {
        let problem = agent.buffer?.status.problem ?? ""
        return problem.isEmpty
            ? .text("ready") : .text("not ready: the buffer: \(problem)", status: .serviceUnavailable)
    }
}
