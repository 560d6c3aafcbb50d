import ArgumentParser
import Delivery
import ProgramEntry
import SettingsFile
import WaysideHub

/// `wayside-hub store export`.
struct StoreExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write samples as OpenMetrics text, or remote-write them to a URL.",
        discussion: """
            A running hub is asked by the socket in its storage directory, so run this as its user; without one the \
            directory is opened itself. The text has every value to the bit and every time to the millisecond, families \
            together with type, help and unit, and # EOF at the end: promtool and this program's import take it. It has \
            no stale markers and no payloads of NaNs, and they are counted. With --url or --relay samples are sent the \
            oldest first and from where the retention begins, stale markers too; many receivers take no samples that are older than an hour or two, or than \
            their newest.
            """)

    @OptionGroup var options: ConfigOption
    @OptionGroup var transfer: TransferOptions

    @Option(name: .long, help: "The file to write; - is standard output, which is where it goes without this.")
    var output: String?

    @Option(name: .long, help: "A remote-write receiver to send to instead.")
    var url: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Send to the receiver of this name in the settings' relay, with its credentials and headers.",
            valueName: "name"))
    var relay: String?

    @OptionGroup var peer: PeerOptions

    func validate() throws {
        if [output, url, relay].compactMap({ $0 }).count > 1 {
            throw ValidationError("--output, --url and --relay exclude each other")
        }
    }

    func run() async throws {
        let storage = try options.storage()
        let (transfer, peer, relay, url, output) = (transfer, peer, relay, url, output)
        let settings = try options.settings(as: HubSettings.self)
        try await Transfer.run("store export") {
            let export = HistoryExport(
                storage.settings, in: storage.directory, try transfer.range(), isQuiet: transfer.quiet)
            if let relay {
                guard let target = settings.relay.first(where: { $0.name == relay }) else {
                    throw ValidationError("no entry of relay in the settings is called \(relay)")
                }
                let receiver = target.receiver
                try await Transfer.withClient(receiver.tls ?? peer.tls) { client in
                    try await export.send(
                        to: TransferPeer(
                            client: client, url: receiver.url.text, authorization: receiver.authorization,
                            headers: target.headers, protocolChoice: receiver.protocolChoice))
                }
            } else if let url {
                try await Transfer.withClient(peer.tls) { client in
                    try await export.send(
                        to: TransferPeer(
                            client: client, url: url, authorization: peer.authorization, headers: peer.headers))
                }
            } else {
                try await export.write(to: output ?? "-")
            }
        }
    }
}
