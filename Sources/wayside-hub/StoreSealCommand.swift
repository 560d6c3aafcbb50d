import ArgumentParser
import Daemon
import LinuxSystem
import ProgramEntry
import WaysideHub

/// `wayside-hub store seal`.
struct StoreSealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal", abstract: "Write everything into day files, and every day into its final form, now.",
        discussion: "A running hub does it itself; run this as its user.")

    @OptionGroup var options: ConfigOption

    func run() async throws {
        let storage = try options.storage()
        do {
            let outcome = try await StoreOrders.carryOut(.seal, storage.settings, in: storage.directory)
            StandardStreams.writeOutput("\(storage.directory) sealed: \(outcome)\n")
        } catch {
            StandardStreams.writeError(Array("wayside-hub store seal: \(error)\n".utf8))
            throw ExitCode(ExitCodes.runtimeFailure)
        }
    }
}
