import ArgumentParser
import Daemon
import ProgramEntry

/// The command `wayside-hub`.
@main
struct WaysideHubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wayside-hub",
        abstract: "Receives remote write, stores it and answers PromQL over the Prometheus HTTP API.",
        version: Version.text,
        subcommands: [
            RunCommand.self, CheckConfigCommand.self, QueryCommand.self, FleetCommand.self, StoreCommand.self,
            ImportCommand.self, VersionCommand.self,
        ])

    static func main() async { await runProgram() }
}

/// `wayside-hub version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() {
        print("wayside-hub \(Version.text)")
    }
}
