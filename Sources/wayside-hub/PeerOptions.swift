import ArgumentParser
import Authentication
import Daemon
import HTTPExchange
import LinuxSystem
import TLSTransport
import WaysideHub

/// How the other side of an import or export is reached: who is asking, and whom to trust.
struct PeerOptions: ParsableArguments {
    @Option(name: .long, help: "The user's name at the other server; with --peer-password-file.")
    var peerUser: String?

    @Option(name: .long, help: ArgumentHelp("A file with that user's password.", valueName: "file"))
    var peerPasswordFile: String?

    @Option(name: .long, help: ArgumentHelp("A file with a token for the other server.", valueName: "file"))
    var peerBearerTokenFile: String?

    @Option(name: .long, help: "PEM file of the authorities to trust there instead of the system's, for https.")
    var peerCaFile: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A header for the other server, such as \"X-Scope-OrgID: plant-3\"; more than once for more. What is secret "
                + "belongs into a file.", valueName: "name: value"))
    var peerHeader: [String] = []

    func validate() throws {
        if (peerUser == nil) != (peerPasswordFile == nil) {
            throw ValidationError("--peer-user and --peer-password-file go together")
        }
        if peerUser != nil && peerBearerTokenFile != nil {
            throw ValidationError("--peer-bearer-token-file excludes --peer-user")
        }
        for text in peerHeader where header(text) == nil {
            throw ValidationError("--peer-header \(text): expected a name, a colon and a value")
        }
    }

    private func header(_ text: String) -> (name: String, value: String)? {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let value = parts[1].drop { $0 == " " }
        guard
            parts[0].utf8.allSatisfy({ (97...122).contains($0 | 32) || (48...57).contains($0) || $0 == 45 || $0 == 95 }
            ),
            value.utf8.allSatisfy({ (0x20...0x7e).contains($0) })
        else { return nil }
        return (String(parts[0]), String(value))
    }

    var headers: [(name: String, value: String)] { peerHeader.compactMap { header($0) } }

    var authorization: RequestAuthorization {
        if let peerUser, let peerPasswordFile {
            RequestAuthorization(user: peerUser, passwordFile: peerPasswordFile, option: "--peer-password-file")
        } else if let peerBearerTokenFile {
            RequestAuthorization(tokenFile: peerBearerTokenFile, option: "--peer-bearer-token-file")
        } else {
            .none
        }
    }

    var tls: TLSClientSettings { TLSClientSettings(name: "--peer", authorityFile: peerCaFile) }
}
