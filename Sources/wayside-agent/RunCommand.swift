import ArgumentParser
import Daemon
import LinuxSystem
import ProgramEntry
import WaysideAgent

/// `wayside-agent run`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run until SIGTERM; SIGHUP reads the settings again.")

    @OptionGroup var options: ConfigOption

    func run() async throws {
        MemoryAllocator.keepLittle()
        let settings = try options.settings(as: AgentSettings.self)
        let options = options
        do {
            try await AgentProgram.run(settings) { try options.read() }
        } catch {
            StandardStreams.writeError(Array("wayside-agent: \(error)\n".utf8))
            throw ExitCode(ExitCodes.runtimeFailure)
        }
    }
}
