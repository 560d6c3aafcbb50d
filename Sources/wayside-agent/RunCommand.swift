import ArgumentParser
import Daemon
import LinuxSystem
import SettingsFile
import WaysideAgent

/// `wayside-agent run`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run until SIGTERM; SIGHUP reads the settings again.")

    @OptionGroup var options: ConfigOption

    func run() async throws {
        let settings = try options.settings()
        let options = options
        do {
            try await AgentProgram.run(settings) { try options.read() }
        } catch {
            StandardStreams.writeError(Array("wayside-agent: \(error)\n".utf8))
            throw ExitCode(ExitCodes.runtimeFailure)
        }
    }
}

extension ConfigOption {
    /// The settings of the file, or the defaults without one.
    func read() throws(SettingsFailure) -> AgentSettings {
        guard let config else { return try SettingsDocument.read(bytes: [], name: "defaults", as: AgentSettings.self) }
        return try SettingsDocument.read(path: config, as: AgentSettings.self)
    }

    /// The settings; every problem of the file goes to standard error before the program ends with 2.
    func settings() throws -> AgentSettings {
        do {
            return try read()
        } catch {
            StandardStreams.writeError(Array("\(error)\n".utf8))
            throw ExitCode(ExitCodes.badSettings)
        }
    }
}
