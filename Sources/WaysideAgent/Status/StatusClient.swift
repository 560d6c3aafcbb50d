package import HTTPExchange

/// Asks a running agent for its status over the Unix socket in its data directory.
package struct StatusClient: Sendable {
    static let exitCodeHeader = "Wayside-Exit-Code"

    /// A status screen and the exit code that goes with its verdict.
    package struct Answer: Sendable {
        package let text: String
        package let exitCode: Int32
    }

    private let client: HTTPClient
    private let socketPath: String

    package init(client: HTTPClient, settings: AgentSettings) {
        self.client = client
        socketPath = settings.identity.socketPath
    }

    /// - Parameter listsAllDevices: also those that are well, however many they are.
    package func ask(columns: Int, listsAllDevices: Bool) async throws(HTTPClientError) -> Answer {
        let target = "/status?columns=\(columns)&all=\(listsAllDevices)"
        let reply = try await client.get(HTTPURL(unixSocket: socketPath, target: target))
        let code = reply.headers[StatusClient.exitCodeHeader].flatMap { Int32($0) } ?? 1
        return Answer(text: String(decoding: reply.body, as: UTF8.self), exitCode: code)
    }
}
