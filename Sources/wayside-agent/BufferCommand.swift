import ArgumentParser
import Daemon
import LinuxSystem
import ProgramEntry
import WaysideAgent

/// `wayside-agent buffer`.
struct BufferCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "buffer", abstract: "Look after the buffer on flash.", subcommands: [BufferInspectCommand.self])
}

extension SampleLineFormat: ExpressibleByArgument {}

/// `wayside-agent buffer inspect`.
struct BufferInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show a ring: identity, segments, records, damage, cursors, gaps; writes nothing.",
        discussion: "Takes no lock, so it works beside a running agent and shows what is there at the moment.")

    @OptionGroup var options: ConfigOption

    @Argument(help: "The buffer's directory, or the data directory it is in. Without it the settings' agent.data_dir.")
    var directory: String?

    @Flag(name: .long, help: "Show each record in a line instead.")
    var records = false

    @Flag(name: .long, help: "Show each sample in a line instead, in the order of the ring.")
    var samples = false

    @Option(name: .long, help: "With --samples: text, or exposition for Prometheus text with timestamps.")
    var format: SampleLineFormat = .text

    func validate() throws {
        if records && samples { throw ValidationError("--records and --samples exclude each other") }
        if format != .text && !samples { throw ValidationError("--format needs --samples") }
    }

    func run() throws {
        let path = try directory ?? options.settings(as: AgentSettings.self).identity.dataDirectory
        do {
            let inspector = try BufferInspector(directory: path) { StandardStreams.writeOutput($0) }
            if records {
                try inspector.records()
            } else if samples {
                try inspector.samples(format)
            } else {
                try inspector.summary()
            }
        } catch {
            StandardStreams.writeError(Array("wayside-agent buffer inspect: \(error)\n".utf8))
            throw ExitCode(ExitCodes.runtimeFailure)
        }
    }
}
