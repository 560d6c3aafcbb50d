import ArgumentParser
import Daemon
import HTTPExchange
import LinuxSystem
import TLSTransport
import WaysideHub

/// Which samples are carried over.
struct TransferOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Series to take, as in PromQL; more than once for more. Without it all.", valueName: "selector"))
    var match: [String] = []

    @Option(name: .long, help: "The first time: seconds since 1970 or RFC 3339.")
    var start: String?

    @Option(name: .long, help: "The last time.")
    var end: String?

    @Flag(name: .long, help: "Say nothing on the way, only how it ended.")
    var quiet = false

    func range() throws(TransferFailure) -> TransferRange {
        try TransferRange(selectors: match, start: start, end: end)
    }
}

/// Runs the work of such a command until it is done or a signal ends it, and says why it failed.
enum Transfer {
    static func run(_ command: String, _ work: @escaping @Sendable () async throws -> Void) async throws {
        do {
            try await StoppableWork.run(work)
        } catch {
            StandardStreams.writeError(Array("wayside-hub \(command): \(error)\n".utf8))
            let isUsage = (error as? TransferFailure)?.isUsage ?? false
            throw ExitCode(isUsage ? ExitCodes.badSettings : ExitCodes.runtimeFailure)
        }
    }

    /// Does `work` with a client that trusts whom `tls` says, and closes it.
    static func withClient<Result>(
        _ tls: TLSClientSettings, _ work: (HTTPClient) async throws -> Result
    ) async throws -> Result {
        let context: ReloadingTLSContext
        do throws(TLSSettingsError) { context = try ReloadingTLSContext(client: tls) } catch {
            throw ValidationError("\(error)")
        }
        let loops = HTTPEventLoops()
        let client = HTTPClient(
            loops: loops, userAgent: "wayside-hub/\(Version.text)", limits: TransferPeer.clientLimits, tls: context)
        do {
            let result = try await work(client)
            await client.shutdown()
            await loops.shutdown()
            return result
        } catch {
            await client.shutdown()
            await loops.shutdown()
            throw error
        }
    }
}
