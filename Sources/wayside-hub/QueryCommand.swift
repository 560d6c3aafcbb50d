import ArgumentParser
import SettingsFile
import WaysideHub

/// `wayside-hub query`.
struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Ask a running hub and print the answer as a table.")

    @OptionGroup var connection: HubConnection

    @Option(name: .long, help: "When to evaluate: seconds since 1970 or RFC 3339. Without it now.")
    var time: String?

    @Option(name: .long, help: "Draw the time up to then (90m, 2d) instead of printing one moment.")
    var range: String?

    @Option(name: .long, help: "The step of the drawing's points; without it one point a column.")
    var step: String?

    @Argument(help: "The PromQL expression.")
    var expression: String

    func run() async throws {
        let (range, step) = (try duration(range, "--range"), try duration(step, "--step"))
        guard let range else {
            if step != nil { throw ValidationError("--step is for --range") }
            return try await connection.print("query") { hub async throws(HubClientFailure) in
                try await hub.table(expression, time: time)
            }
        }
        try await connection.print("query") { hub async throws(HubClientFailure) in
            try await hub.chart(expression, time: time, range: range, step: step)
        }
    }

    private func duration(_ text: String?, _ option: String) throws -> Duration? {
        guard let text else { return nil }
        guard let duration = DurationText.parse(text), duration >= .milliseconds(1), duration <= .seconds(1 << 32)
        else {
            throw ValidationError("\(option) \(text): expected a duration such as 90m or 2d")
        }
        return duration
    }
}
