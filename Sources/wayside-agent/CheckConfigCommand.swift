import ArgumentParser
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
        let destinations = settings.destinations.map(\.url.text)
        print("\(options.config ?? "the defaults"): fine")
        print("  serves http://\(settings.listen)/metrics as \(settings.identity.id)")
        print("  ships to \(destinations.isEmpty ? "nobody" : destinations.joined(separator: ", "))")
    }
}
