import ArgumentParser
import Daemon
import HTTPExchange
import LinuxSystem
import ProgramEntry
import WaysideAgent

/// `wayside-agent wear reset`.
struct WearResetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Begin a component's wear anew, because it was replaced.",
        discussion: "Tells the running agent, which keeps the time and the note. Ends with 3 when no agent answers.")

    @OptionGroup var options: ConfigOption

    @Option(name: .long, help: "The device's id.")
    var device: String

    @Option(name: .long, help: "The component, as its wear is declared.")
    var component: String

    @Option(name: .long, help: "What was done, for the record; 200 bytes are kept.")
    var note = ""

    func validate() throws {
        if note.utf8.count > 1000 { throw ValidationError("--note has more than 1,000 bytes") }
    }

    func run() async throws {
        let settings = try options.settings(as: AgentSettings.self)
        let loops = HTTPEventLoops()
        let client = HTTPClient(loops: loops, userAgent: "wayside-agent-wear/\(Version.text)")
        let exitCode = await reset(AgentClient(client: client, settings: settings), settings.identity.socketPath)
        await client.shutdown()
        await loops.shutdown()
        if exitCode != 0 { throw ExitCode(exitCode) }
    }

    private func reset(_ agent: AgentClient, _ socketPath: String) async -> Int32 {
        do throws(HTTPClientError) {
            let answer = try await agent.resetWear(device: device, component: component, note: note)
            let text = Array("\(answer.text.trimmed)\n".utf8)
            if answer.isDone {
                StandardStreams.writeOutput(String(decoding: text, as: UTF8.self))
                return 0
            }
            StandardStreams.writeError(Array("wayside-agent wear reset: ".utf8) + text)
            return ExitCodes.runtimeFailure
        } catch {
            StandardStreams.writeError(
                Array("no agent answers on \(socketPath) (\(error)); is it running?\n".utf8))
            return AgentClient.noAgentExitCode
        }
    }
}

extension String {
    fileprivate var trimmed: Substring {
        var text = self[...]
        while let last = text.last, last.isNewline { text.removeLast() }
        return text
    }
}
