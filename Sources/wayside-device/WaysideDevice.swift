internal import ArgumentParser
internal import LinuxSystem

/// The command line: `wayside-device simulate`.
@main
struct WaysideDevice: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wayside-device", abstract: "Simulated devices for Wayside.",
        subcommands: [SimulateCommand.self])

    /// Exit codes are the project's: 0 fine, 1 failure, 2 usage.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            StandardStreams.writeError(Array((fullMessage(for: error) + "\n").utf8))
            exit(withError: ExitCode(2))
        }
    }
}
