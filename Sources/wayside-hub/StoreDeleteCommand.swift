import ArgumentParser
import Daemon
import LinuxSystem
import ProgramEntry
import WaysideHub

/// `wayside-hub store delete`.
struct StoreDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete the samples of series, for good.",
        discussion: """
            Queries show none of them when it ends; the files lose them when their day is brought into its final form, \
            or by "wayside-hub store seal". A running hub does it itself; run this as its user.
            """)

    @OptionGroup var options: ConfigOption

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The series, for example '{instance=\"gw-7\"}'. May be given again for further ones.",
            valueName: "selector"))
    var match: [String]

    @Option(name: .long, help: "From when: seconds since 1970 or RFC 3339. Without it from the beginning.")
    var start: String?

    @Option(name: .long, help: "Until when, that moment included. Without it to the end.")
    var end: String?

    func run() async throws {
        let storage = try options.storage()
        let order: StoreOrders.Order
        do {
            order = try StoreOrders.deletion(selectors: match, start: start, end: end)
        } catch {
            StandardStreams.writeError(Array("wayside-hub store delete: \(error)\n".utf8))
            throw ExitCode(ExitCodes.badSettings)
        }
        do {
            let outcome = try await StoreOrders.carryOut(order, storage.settings, in: storage.directory)
            StandardStreams.writeOutput("deleted from \(storage.directory): \(outcome)\n")
        } catch {
            StandardStreams.writeError(Array("wayside-hub store delete: \(error)\n".utf8))
            throw ExitCode(ExitCodes.runtimeFailure)
        }
    }
}
