import ArgumentParser
import WaysideHub

/// `wayside-hub query`.
struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Ask a running hub and print the answer as a table.")

    @OptionGroup var connection: HubConnection

    @Option(name: .long, help: "When to evaluate: seconds since 1970 or RFC 3339. Without it now.")
    var time: String?

    @Argument(help: "The PromQL expression.")
    var expression: String

    func run() async throws {
        try await connection.print("query") { hub async throws(HubClientFailure) in
            try await hub.table(expression, time: time)
        }
    }
}
