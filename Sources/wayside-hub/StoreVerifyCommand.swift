import ArgumentParser
import Daemon
import LinuxSystem
import ProgramEntry
import WaysideHub

/// `wayside-hub store verify`.
struct StoreVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Read everything and name what is not as it was written; changes nothing.",
        discussion: "Ends with 1 when anything is damaged. A hub may be running.")

    @OptionGroup var options: ConfigOption

    @Argument(help: "The directory. Without it the settings' storage.directory.")
    var directory: String?

    func run() throws {
        let path = try directory ?? options.storage().directory
        let isWhole: Bool
        do {
            let found = try StoreReport.verification(path)
            StandardStreams.writeOutput(found.text)
            isWhole = found.isWhole
        } catch {
            StandardStreams.writeError(Array("wayside-hub store verify: \(error)\n".utf8))
            throw ExitCode(ExitCodes.runtimeFailure)
        }
        if !isWhole { throw ExitCode(ExitCodes.runtimeFailure) }
    }
}
