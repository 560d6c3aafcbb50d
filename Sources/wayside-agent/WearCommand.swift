import ArgumentParser

/// `wayside-agent wear`.
struct WearCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wear", abstract: "Look after the wear of machines.", subcommands: [WearResetCommand.self])
}
