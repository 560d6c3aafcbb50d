import ArgumentParser
import Daemon
import LinuxSystem
import ProgramEntry
import WaysideHub

/// `wayside-hub store backup DIR`.
struct StoreBackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the storage into a new directory while the hub goes on.",
        discussion: """
            Everything that was acknowledged before is in it. A running hub makes the copy itself, so its user must be \
            able to write there. To restore, stop the hub and put the copy into the place of storage.directory. \
            A database that cannot be read is left out: the copy is then DIR.incomplete, missing.txt in it says what it \
            lacks and why, and the command ends with 1.
            """)

    @OptionGroup var options: ConfigOption

    @Argument(help: ArgumentHelp("The directory to make; there must be none of that name.", valueName: "dir"))
    var target: String

    func run() async throws {
        let storage = try options.storage()
        do {
            let above = try Files.realPath(Files.parent(of: target))
            let path = above + "/" + Files.name(of: target)
            let outcome = try await StoreOrders.carryOut(.backUp(target: path), storage.settings, in: storage.directory)
            StandardStreams.writeOutput("\(storage.directory) copied to \(path): \(outcome)\n")
        } catch {
            StandardStreams.writeError(Array("wayside-hub store backup: \(error)\n".utf8))
            throw ExitCode(ExitCodes.runtimeFailure)
        }
    }
}
