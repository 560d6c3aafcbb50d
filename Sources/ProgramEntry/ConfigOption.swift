package import ArgumentParser
internal import Daemon
internal import LinuxSystem
package import SettingsFile

/// `--config FILE`, which every subcommand has.
package struct ConfigOption: ParsableArguments, Sendable {
    @Option(name: .long, help: "The settings file. Without it every setting has its default.")
    package var config: String?

    package init() {}

    /// The settings of the file, or the defaults without one.
    package func read<Settings: SettingsReadable>(as type: Settings.Type = Settings.self) throws(SettingsFailure)
        -> Settings
    {
        guard let config else { return try SettingsDocument.read(bytes: [], name: "defaults", as: type) }
        return try SettingsDocument.read(path: config, as: type)
    }

    /// The settings; every problem of the file goes to standard error before the program ends with 2.
    package func settings<Settings: SettingsReadable>(as type: Settings.Type = Settings.self) throws -> Settings {
        do {
            return try read(as: type)
        } catch {
            StandardStreams.writeError(Array("\(error)\n".utf8))
            throw ExitCode(ExitCodes.badSettings)
        }
    }
}
