import ArgumentParser
import Authentication
import Daemon
import ProgramEntry
import WaysideHub

/// `wayside-hub check-config`.
struct CheckConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config", abstract: "Read the settings and report every problem at once.")

    @OptionGroup var options: ConfigOption

    func run() throws {
        let settings = try options.settings(as: HubSettings.self)
        print("\(options.config ?? "the defaults"): fine")
        let scheme = settings.listenerTLS == nil ? "http" : "https"
        print("  listens on \(scheme)://\(settings.listen) for \(settings.access.summary)")
        print("  keeps samples in \(settings.storage.directory)")
    }
}
