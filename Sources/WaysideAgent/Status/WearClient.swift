package import HTTPExchange

/// Tells a running agent, over the Unix socket in its data directory, that a component was replaced.
package struct WearClient: Sendable {
    /// What the agent said, and whether it was done and is kept.
    package struct Answer: Sendable {
        package let text: String
        package let isDone: Bool
    }

    private let client: HTTPClient
    private let socketPath: String

    package init(client: HTTPClient, settings: AgentSettings) {
        self.client = client
        socketPath = settings.identity.socketPath
    }

    package func reset(device: String, component: String, note: String) async throws(HTTPClientError) -> Answer {
        let fields = [("device", device), ("component", component), ("note", note)]
        let query = fields.map { "\($0)=\(PercentCoding.encode($1))" }.joined(separator: "&")
        let reply = try await client.post(
            HTTPURL(unixSocket: socketPath, target: "\(WearReset.path)?\(query)"), body: [])
        return Answer(text: String(decoding: reply.body, as: UTF8.self), isDone: reply.status == .ok)
    }
}
