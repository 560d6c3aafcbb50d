import ArgumentParser
import Daemon
import LinuxSystem
import ProgramEntry
import WaysideHub

/// `wayside-hub run`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run until SIGTERM; SIGHUP reads the settings again.")

    @OptionGroup var options: ConfigOption

    func run() async throws {
        let settings = try options.settings(as: HubSettings.self)
        let options = options
        do {
            try await HubProgram.run(settings) { try options.read() }
        } catch {
            StandardStreams.writeError(Array("wayside-hub: \(error)\n".utf8))
            throw ExitCode(ExitCodes.runtimeFailure)
        }
    }
}
