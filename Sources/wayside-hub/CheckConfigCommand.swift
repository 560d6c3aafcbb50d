import ArgumentParser
import Authentication
import Daemon
import Delivery
import LinuxSystem
import ProgramEntry
import SettingsFile
import WaysideHub

/// `wayside-hub check-config`.
struct CheckConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config", abstract: "Read the settings and report every problem at once.")

    @OptionGroup var options: ConfigOption

    func run() throws {
        let settings = try options.settings(as: HubSettings.self)
        // Reading the settings leaves these files alone, since a hub without them still receives and buffers.
        let problems = settings.relay.compactMap { $0.receiver.authorization.problem() }
        if !problems.isEmpty {
            StandardStreams.writeError(Array(problems.map { "\($0)\n" }.joined().utf8))
            throw ExitCode(ExitCodes.badSettings)
        }
        print("\(options.config ?? "the defaults"): fine")
        let scheme = settings.listenerTLS == nil ? "http" : "https"
        print("  listens on \(scheme)://\(settings.listen) for \(settings.access.summary)")
        print("  \(settings.storage.directory.map { "keeps samples in \($0)" } ?? "stores nothing")")
        let targets = settings.relay.map { "\($0.name) (\($0.receiver.url))" }
        if !targets.isEmpty { print("  relays as \(settings.identity.id) to \(targets.joined(separator: ", "))") }
    }
}
