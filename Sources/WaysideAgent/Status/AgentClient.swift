package import HTTPExchange

/// Speaks with a running agent over the Unix socket in its data directory, for the commands.
package struct AgentClient: Sendable {
    /// A status screen and the exit code that goes with its verdict.
    package struct StatusAnswer: Sendable {
        package let text: String
        package let exitCode: Int32
    }

    /// What the agent said of something it was told to do, and whether it was done and is kept.
    package struct OrderAnswer: Sendable {
        package let text: String
        package let isDone: Bool
    }

    /// The exit code of commands where no agent answers.
    package static let noAgentExitCode: Int32 = 3
    static let exitCodeHeader = "Wayside-Exit-Code"

    private let client: HTTPClient
    private let socketPath: String

    package init(client: HTTPClient, settings: AgentSettings) {
        self.client = client
        socketPath = settings.identity.socketPath
    }

    /// - Parameter listsAllDevices: also those that are well, however many they are.
    package func status(columns: Int, listsAllDevices: Bool) async throws(HTTPClientError) -> StatusAnswer {
        let target = "/status?columns=\(columns)&all=\(listsAllDevices)"
        let reply = try await client.get(HTTPURL(unixSocket: socketPath, target: target))
        let code = reply.headers[AgentClient.exitCodeHeader].flatMap { Int32($0) } ?? 1
        return StatusAnswer(text: String(decoding: reply.body, as: UTF8.self), exitCode: code)
    }

    /// Tells it that a component was replaced.
    package func resetWear(
        device: String, component: String, note: String
    ) async throws(HTTPClientError) -> OrderAnswer {
        let fields = [("device", device), ("component", component), ("note", note)]
        let query = fields.map { "\($0)=\(PercentCoding.encode($1))" }.joined(separator: "&")
        let reply = try await client.post(
            HTTPURL(unixSocket: socketPath, target: "\(WearReset.path)?\(query)"), body: [])
        return OrderAnswer(text: String(decoding: reply.body, as: UTF8.self), isDone: reply.status == .ok)
    }
}
