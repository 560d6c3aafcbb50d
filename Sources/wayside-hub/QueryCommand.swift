import ArgumentParser
import Daemon
import HTTPExchange
import LinuxSystem
import ProgramEntry
import SettingsFile
import TLSTransport
import WaysideHub

/// `wayside-hub query`.
struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Ask a running hub and print the answer as a table.")

    @OptionGroup var options: ConfigOption

    @Option(name: .long, help: "The hub's address. Without it the settings' http.listen.")
    var url: String?

    @Option(name: .long, help: "PEM file of the authorities to trust instead of the system's, for https.")
    var caFile: String?

    @Option(name: .long, help: "PEM file of a client certificate, for https.")
    var certFile: String?

    @Option(name: .long, help: "PEM file of its key, or its URI. Without it the certificate's file.")
    var keyFile: String?

    @Option(name: .long, help: "The name in the hub's certificate, where it is not the address's.")
    var serverName: String?

    @Option(name: .long, help: "When to evaluate: seconds since 1970 or RFC 3339. Without it now.")
    var time: String?

    @Argument(help: "The PromQL expression.")
    var expression: String

    func run() async throws {
        let base = try url ?? HubAddress.own(options.settings(as: HubSettings.self))
        let tls: ReloadingTLSContext
        do throws(TLSSettingsError) {
            tls = try ReloadingTLSContext(
                client: TLSClientSettings(
                    name: "--", authorityFile: caFile, serverName: serverName, certificateFile: certFile,
                    key: keyFile.map { TLSKeySource($0) }))
        } catch {
            StandardStreams.writeError(Array("wayside-hub query: \(error)\n".utf8))
            throw ExitCode(ExitCodes.badSettings)
        }
        let loops = HTTPEventLoops()
        let client = HTTPClient(
            loops: loops, userAgent: "wayside-hub-query/\(Version.text)",
            limits: HTTPClientLimits(totalTimeout: .seconds(120), replyByteLimit: 256 << 20), tls: tls)
        let outcome: Result<String, QueryFailure>
        do throws(QueryFailure) {
            outcome = .success(try await QueryClient(client: client, base: base).table(expression, time: time))
        } catch {
            outcome = .failure(error)
        }
        await client.shutdown()
        await loops.shutdown()
        switch outcome {
        case .success(let table):
            StandardStreams.writeOutput(table)
        case .failure(let failure):
            StandardStreams.writeError(Array("wayside-hub query: \(failure)\n".utf8))
            throw ExitCode(failure.isUsage ? ExitCodes.badSettings : ExitCodes.runtimeFailure)
        }
    }
}
