import ArgumentParser
import WaysideHub

/// `wayside-hub fleet`.
struct FleetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet",
        abstract: "Show every agent of a running hub: when it was heard, its lag, clock, devices and gaps.")

    @OptionGroup var connection: HubConnection

    @Flag(name: .long, help: "List all agents that are well too, however many there are.")
    var all = false

    func run() async throws {
        try await connection.print("fleet") { hub async throws(HubClientFailure) in
            try await hub.fleet(listsAll: all)
        }
    }
}
