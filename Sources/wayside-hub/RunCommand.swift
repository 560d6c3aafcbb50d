import ArgumentParser
import Daemon
import LinuxSystem
import SettingsFile
import WaysideHub

/// `wayside-hub run`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run until SIGTERM; SIGHUP reads the settings again.")

    @OptionGroup var options: ConfigOption

    func run() async throws {
        let settings = try options.settings()
        let options = options
        do {
            try await HubProgram.run(settings) { try options.read() }
        } catch {
            StandardStreams.writeError(Array("wayside-hub: \(error)\n".utf8))
            throw ExitCode(ExitCodes.runtimeFailure)
        }
    }
}

extension ConfigOption {
    /// The settings of the file, or the defaults without one.
    func read() throws(SettingsFailure) -> HubSettings {
        guard let config else { return try SettingsDocument.read(bytes: [], name: "defaults", as: HubSettings.self) }
        return try SettingsDocument.read(path: config, as: HubSettings.self)
    }

    /// The settings; every problem of the file goes to standard error before the program ends with 2.
    func settings() throws -> HubSettings {
        do {
            return try read()
        } catch {
            StandardStreams.writeError(Array("\(error)\n".utf8))
            throw ExitCode(ExitCodes.badSettings)
        }
    }
}
