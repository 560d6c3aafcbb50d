import ArgumentParser
import Authentication
import Daemon
import Delivery
import LinuxSystem
import ProgramEntry
import SettingsFile
import WaysideAgent

/// `wayside-agent check-config`.
struct CheckConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config", abstract: "Read the settings and report every problem at once.")

    @OptionGroup var options: ConfigOption

    func run() throws {
        let settings = try options.settings(as: AgentSettings.self)
        // Reading the settings leaves these files alone, since an agent without them still collects and buffers.
        let problems = settings.destinations.compactMap { $0.receiver.authorization.problem() }
        if !problems.isEmpty {
            StandardStreams.writeError(Array(problems.map { "\($0)\n" }.joined().utf8))
            throw ExitCode(ExitCodes.badSettings)
        }
        let destinations = settings.destinations.map(\.url.text)
        print("\(options.config ?? "the defaults"): fine")
        let scheme = settings.listenerTLS == nil ? "http" : "https"
        let (id, callers) = (settings.identity.id, settings.access.summary)
        print("  serves \(scheme)://\(settings.listen)/metrics as \(id) for \(callers)")
        print("  ships to \(destinations.isEmpty ? "nobody" : destinations.joined(separator: ", "))")
    }
}
