import ArgumentParser
import Daemon
import LinuxSystem
import ProgramEntry
import WaysideHub

/// `wayside-hub store`.
struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Look after the hub's storage.",
        subcommands: [
            StoreInspectCommand.self, StoreVerifyCommand.self, StoreSealCommand.self, StoreBackupCommand.self,
            StoreDeleteCommand.self, StoreExportCommand.self,
        ])
}

/// `wayside-hub store inspect`.
struct StoreInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "List day files and log of a storage directory; changes nothing.")

    @OptionGroup var options: ConfigOption

    @Argument(help: "The directory. Without it the settings' storage.directory.")
    var directory: String?

    func run() throws {
        let path = try directory ?? options.storage().directory
        do {
            StandardStreams.writeOutput(try StoreReport.text(path))
        } catch {
            StandardStreams.writeError(Array("wayside-hub store inspect: \(error)\n".utf8))
            throw ExitCode(ExitCodes.runtimeFailure)
        }
    }
}
