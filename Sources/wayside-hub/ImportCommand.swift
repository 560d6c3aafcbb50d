import ArgumentParser
import ProgramEntry
import WaysideHub

/// `wayside-hub import`.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Bring history from elsewhere into a running hub.",
        discussion: """
            Samples are remote-written to the hub: they are stored when the command says so, and its limits and its \
            retention hold. Doing it again is harmless: what is there already stays.
            """,
        subcommands: [ImportPrometheusCommand.self, ImportOpenMetricsCommand.self])
}

/// `wayside-hub import prometheus`.
struct ImportPrometheusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prometheus", abstract: "Read a Prometheus, or what answers its remote read, from old to new.",
        discussion: """
            Without --start it begins where the hub's retention does. Types and help come with it where the server has \
            them; native histograms are counted and left out. After an error it says where to go on.
            """)

    @OptionGroup var connection: HubConnection
    @OptionGroup var transfer: TransferOptions
    @OptionGroup var peer: PeerOptions

    @Argument(help: ArgumentHelp("The server's address, such as http://prometheus:9090.", valueName: "address"))
    var source: String

    func run() async throws {
        let (connection, transfer, peer, source) = (connection, transfer, peer, source)
        let base = try connection.base()
        try await Transfer.run("import prometheus") {
            try await connection.withHub(base) { hub in
                try await Transfer.withClient(peer.tls) { client in
                    let work = HistoryImport(
                        into: hub, try transfer.range(), command: "import prometheus", isQuiet: transfer.quiet)
                    try await work.read(
                        TransferPeer(
                            client: client, url: source, authorization: peer.authorization, headers: peer.headers))
                }
            }
        }
    }
}

/// `wayside-hub import openmetrics`.
struct ImportOpenMetricsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openmetrics", abstract: "Read OpenMetrics files with times, such as store export writes.",
        discussion: """
            Every sample must have a time. A file is read as it is sent, so it may have any size; lines have at most \
            1 MiB. After an error it says where to go on.
            """)

    private enum Format: String, ExpressibleByArgument, CaseIterable {
        case openmetrics
        case text
    }

    @OptionGroup var connection: HubConnection
    @OptionGroup var transfer: TransferOptions

    @Option(name: .long, help: "openmetrics, or text for Prometheus's own, which has milliseconds and no # EOF.")
    private var format = Format.openmetrics

    @Option(name: .long, help: "Pass over the samples of lines before this one of the first file.")
    var fromLine = 1

    @Argument(help: "The files; - is standard input.")
    var files: [String]

    func validate() throws {
        if !transfer.match.isEmpty { throw ValidationError("--match is not for files; they are read as they are") }
    }

    func run() async throws {
        let (connection, transfer, files, fromLine) = (connection, transfer, files, fromLine)
        let isOpenMetrics = format == .openmetrics
        let base = try connection.base()
        try await Transfer.run("import openmetrics") {
            try await connection.withHub(base) { hub in
                let work = HistoryImport(
                    into: hub, try transfer.range(), command: "import openmetrics", isQuiet: transfer.quiet)
                try await work.read(files: files, isOpenMetrics: isOpenMetrics, fromLine: fromLine)
            }
        }
    }
}
