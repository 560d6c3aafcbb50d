import Daemon
import HTTPExchange
import LinuxSystem
import TestPeers

/// A peer of Debian's that listens on a port of its own.
final class RunningPeer {
    let port: Int
    let directory: ScratchDirectory
    private let executable: String
    private let arguments: [String]
    private(set) var process: RealProcess

    var base: String { "http://127.0.0.1:\(port)" }
    var query: QueryAPI { QueryAPI(base: base) }

    /// Starts `executable` with arguments made from its port and directory, and waits until it listens.
    init(_ executable: String, arguments: (_ port: Int, _ directory: String) throws -> [String]) throws {
        port = try LoopbackPort.free()
        directory = try ScratchDirectory()
        self.executable = executable
        self.arguments = try arguments(port, directory.path)
        process = try RealProcess(executable, self.arguments, log: directory.path + "/peer.log")
        try process.waitUntilListening(on: port)
    }

    /// SIGTERM, and waits for its end.
    func stop() { process.terminate() }

    /// Starts it anew on its port, with what it had.
    func startAgain() throws {
        process = try RealProcess(executable, arguments, log: directory.path + "/peer.log")
        try process.waitUntilListening(on: port)
    }

    deinit { process.terminate() }

    /// Prometheus as a server that takes remote write, scraping `targets` every second.
    ///
    /// `web` is its web configuration file, for authentication; empty for none. `options` are further arguments.
    static func prometheus(
        scraping targets: [Int] = [], web: String = "", options: [String] = []
    ) throws -> RunningPeer {
        try RunningPeer(Programs.peer("prometheus") ?? "prometheus") { port, directory in
            try writeText(scrapeSettings(targets), to: directory + "/prometheus.yml")
            if !web.isEmpty { try writeText(web, to: directory + "/web.yml") }
            return (web.isEmpty ? [] : ["--web.config.file=\(directory)/web.yml"]) + options + [
                "--config.file=\(directory)/prometheus.yml", "--storage.tsdb.path=\(directory)/data",
                "--web.listen-address=127.0.0.1:\(port)", "--web.enable-remote-write-receiver",
            ]
        }
    }

    /// Prometheus that scrapes what `match` selects from the `/federate` of a hub, every second.
    static func prometheus(federating hub: Int, match: String) throws -> RunningPeer {
        try RunningPeer(Programs.peer("prometheus") ?? "prometheus") { port, directory in
            let settings =
                scrapeSettings([hub])
                    + """
                        metrics_path: /federate
                        honor_labels: true
                        params: {"match[]": ['\(match)']}

                    """
            try writeText(settings, to: directory + "/prometheus.yml")
            return [
                "--config.file=\(directory)/prometheus.yml", "--storage.tsdb.path=\(directory)/data",
                "--web.listen-address=127.0.0.1:\(port)",
            ]
        }
    }

    /// Prometheus in agent mode, scraping `targets` every `interval` into each of `destinations`; `options` are further
    /// keys of each.
    static func prometheusAgent(
        scraping targets: [Int], into destinations: [String], options: String = "", interval: String = "1s"
    ) throws -> RunningPeer {
        try RunningPeer(Programs.peer("prometheus") ?? "prometheus") { port, directory in
            let urls = destinations.map { "{url: \"\($0)\"\(options.isEmpty ? "" : ", " + options)}" }.joined(
                separator: ", ")
            let settings = scrapeSettings(targets, interval: interval) + "remote_write: [\(urls)]\n"
            try writeText(settings, to: directory + "/prometheus.yml")
            return [
                "--enable-feature=agent", "--config.file=\(directory)/prometheus.yml",
                "--storage.agent.path=\(directory)/data", "--web.listen-address=127.0.0.1:\(port)",
            ]
        }
    }

    /// `options` are further arguments.
    static func victoriaMetrics(options: [String] = []) throws -> RunningPeer {
        try RunningPeer(Programs.peer("victoria-metrics") ?? "victoria-metrics") { port, directory in
            [
                "-storageDataPath=\(directory)/data", "-httpListenAddr=127.0.0.1:\(port)",
                "-search.latencyOffset=0s", "-retentionPeriod=1",
            ] + options
        }
    }

    /// vmagent, scraping `targets` every `interval` into each of `destinations`.
    ///
    /// With one queue for each destination instead of the usual four, which overtake each other: Prometheus refuses
    /// the scrape that comes late, and vmagent drops it.
    static func vmagent(
        scraping targets: [Int], into destinations: [String], interval: String = "1s"
    ) throws -> RunningPeer {
        try RunningPeer(Programs.peer("vmagent") ?? "vmagent") { port, directory in
            try writeText(scrapeSettings(targets, interval: interval), to: directory + "/prometheus.yml")
            return [
                "-promscrape.config=\(directory)/prometheus.yml", "-remoteWrite.tmpDataPath=\(directory)/queue",
                "-httpListenAddr=127.0.0.1:\(port)", "-remoteWrite.flushInterval=1s",
                "-remoteWrite.queues=1",
            ] + destinations.map { "-remoteWrite.url=\($0)" }
        }
    }

    static func nodeExporter() throws -> RunningPeer {
        try RunningPeer(Programs.peer("prometheus-node-exporter") ?? "prometheus-node-exporter") { port, _ in
            ["--web.listen-address=127.0.0.1:\(port)"]
        }
    }

    private static func scrapeSettings(_ targets: [Int], interval: String = "1s") -> String {
        let list = targets.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", ")
        return """
            global: {scrape_interval: \(interval)}
            scrape_configs:
              - job_name: peer
                static_configs: [{targets: [\(list)]}]

            """
    }
}
