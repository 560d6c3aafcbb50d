import ArgumentParser
import Daemon
import ProgramEntry

/// The command `wayside-agent`.
@main
struct WaysideAgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wayside-agent",
        abstract: "Collects host and device metrics, buffers them on flash and ships them to a hub.",
        version: Version.text,
        subcommands: [
            RunCommand.self, CheckConfigCommand.self, StatusCommand.self, BufferCommand.self, WearCommand.self,
            VersionCommand.self,
        ])

    static func main() async { await runProgram() }
}

/// `wayside-agent version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() {
        print("wayside-agent \(Version.text)")
    }
}
