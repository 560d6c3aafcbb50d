import ArgumentParser
import Daemon
import HTTPExchange
import LinuxSystem
import ProgramEntry
import SettingsFile
import WaysideAgent

/// `wayside-agent status`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show on one screen whether data arrives: hub, buffer, brokers, devices.",
        discussion: "Ends with 0 when data arrives, 1 when it is late, 2 when it is not kept, 3 when no agent answers.")

    @OptionGroup var options: ConfigOption

    @Flag(name: .long, help: "Show it again every second, in place, until Ctrl-C.")
    var watch = false

    @Flag(name: .long, help: "List also the devices that are well, however many they are.")
    var all = false

    @Option(
        name: .customLong("for"), help: ArgumentHelp("With --watch: end after this long, e.g. 30s.", valueName: "time"))
    var duration: String?

    func validate() throws {
        if duration != nil && !watch { throw ValidationError("--for needs --watch") }
        if let duration, DurationText.parse(duration) == nil {
            throw ValidationError("--for takes a duration such as 30s, not \"\(duration)\"")
        }
    }

    func run() async throws {
        let settings = try options.settings(as: AgentSettings.self)
        let loops = HTTPEventLoops()
        let client = HTTPClient(loops: loops, userAgent: "wayside-agent-status/\(Version.text)")
        let agent = AgentClient(client: client, settings: settings)
        let exitCode = watch ? await repeatedly(agent) : await once(agent, settings)
        await client.shutdown()
        await loops.shutdown()
        if exitCode != 0 { throw ExitCode(exitCode) }
    }

    private func once(_ agent: AgentClient, _ settings: AgentSettings) async -> Int32 {
        do throws(HTTPClientError) {
            let answer = try await agent.status(
                columns: StandardStreams.outputColumns() ?? 160, listsAllDevices: all)
            StandardStreams.writeOutput(answer.text)
            return answer.exitCode
        } catch {
            let hint = "no agent answers on \(settings.identity.socketPath) (\(error)); is it running? "
            let next = "Try \"systemctl status wayside-agent\", or name its settings with --config.\n"
            StandardStreams.writeError(Array((hint + next).utf8))
            return AgentClient.noAgentExitCode
        }
    }

    private func repeatedly(_ agent: AgentClient) async -> Int32 {
        let end = duration.flatMap(DurationText.parse).map { ContinuousClock.now + $0 }
        let isTerminal = StandardStreams.outputIsTerminal
        var shownLines = 0
        var exitCode = AgentClient.noAgentExitCode
        while end.map({ ContinuousClock.now < $0 }) ?? true {
            var text = "waiting for the agent …\n"
            do throws(HTTPClientError) {
                let answer = try await agent.status(
                    columns: StandardStreams.outputColumns() ?? 160, listsAllDevices: all)
                text = answer.text
                exitCode = answer.exitCode
            } catch {
                text = "no agent answers: \(error)\n"
                exitCode = AgentClient.noAgentExitCode
            }
            // Over the last picture where there is a screen, so that what stands above it stays; elsewhere the pictures
            // follow each other.
            let back = isTerminal && shownLines > 0 ? "\u{1b}[\(shownLines)A\u{1b}[J" : ""
            guard StandardStreams.writeOutput(back + text + (isTerminal ? "" : "\n")) else { break }
            shownLines = text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
            do {
                try await Task.sleep(for: .seconds(1))
            } catch {
                break
            }
        }
        return exitCode
    }
}
