import ArgumentParser
import Authentication
import Daemon
import HTTPExchange
import LinuxSystem
import ProgramEntry
import SettingsFile
import Shipping
import TLSTransport
import WaysideHub

/// How a command reaches a running hub: its address, whom to trust, and who is asking.
struct HubConnection: ParsableArguments {
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

    @Option(name: .long, help: "The user's name, where the hub asks for one; with --password-file.")
    var user: String?

    @Option(name: .long, help: ArgumentHelp("A file with the user's password.", valueName: "file"))
    var passwordFile: String?

    @Option(name: .long, help: ArgumentHelp("A file with a token, where the hub asks for one.", valueName: "file"))
    var bearerTokenFile: String?

    func validate() throws {
        if (user == nil) != (passwordFile == nil) { throw ValidationError("--user and --password-file go together") }
        if user != nil && bearerTokenFile != nil { throw ValidationError("--bearer-token-file excludes --user") }
    }

    private var authorization: RequestAuthorization {
        if let user, let passwordFile {
            RequestAuthorization(user: user, passwordFile: passwordFile, option: "--password-file")
        } else if let bearerTokenFile {
            RequestAuthorization(tokenFile: bearerTokenFile, option: "--bearer-token-file")
        } else {
            .none
        }
    }

    private var tlsSettings: TLSClientSettings {
        TLSClientSettings(
            name: "--", authorityFile: caFile, serverName: serverName, certificateFile: certFile,
            key: keyFile.map { TLSKeySource($0) })
    }

    /// The hub's address; settings that cannot be read end the program.
    func base() throws -> String { try url ?? HubAddress.own(options.settings(as: HubSettings.self)) }

    /// Does `work` with the hub at `base` as what is sent to and asked.
    func withHub(_ base: String, _ work: (TransferPeer) async throws -> Void) async throws {
        try await Transfer.withClient(tlsSettings) { client in
            try await work(
                TransferPeer(client: client, url: base, authorization: authorization, protocolChoice: .only(.two)))
        }
    }

    /// Asks the hub and prints the answer, or why there is none; `command` is the command's name.
    func print(
        _ command: String, _ ask: (HubClient) async throws(HubClientFailure) -> String
    ) async throws {
        let base = try base()
        let tls: ReloadingTLSContext
        do throws(TLSSettingsError) {
            tls = try ReloadingTLSContext(client: tlsSettings)
        } catch {
            StandardStreams.writeError(Array("wayside-hub \(command): \(error)\n".utf8))
            throw ExitCode(ExitCodes.badSettings)
        }
        let loops = HTTPEventLoops()
        let client = HTTPClient(
            loops: loops, userAgent: "wayside-hub-\(command)/\(Version.text)",
            limits: HTTPClientLimits(totalTimeout: .seconds(120), replyByteLimit: 256 << 20), tls: tls)
        let outcome: Result<String, HubClientFailure>
        do throws(HubClientFailure) {
            outcome = .success(try await ask(HubClient(client: client, base: base, authorization: authorization)))
        } catch {
            outcome = .failure(error)
        }
        await client.shutdown()
        await loops.shutdown()
        switch outcome {
        case .success(let text):
            StandardStreams.writeOutput(text)
        case .failure(let failure):
            StandardStreams.writeError(Array("wayside-hub \(command): \(failure)\n".utf8))
            throw ExitCode(failure.isUsage ? ExitCodes.badSettings : ExitCodes.runtimeFailure)
        }
    }
}
