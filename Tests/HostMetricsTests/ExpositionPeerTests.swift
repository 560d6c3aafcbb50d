import Exposition
import Glibc
import HostMetrics
import LinuxSystem
import MetricModel
import Testing

/// Our text before Prometheus's own readers, and its writers' text before ours.
@Suite struct ExpositionPeerTests {
    private static let promtool = "/usr/bin/promtool"
    private static let prometheus = "/usr/bin/prometheus"
    private static var hasPromtool: Bool { access(promtool, X_OK) == 0 }

    /// Every number of node_exporter's whole page comes out as it went in.
    // Skipped where the Debian package is not installed.
    @Test(.enabled(if: NodeExporter.isInstalled)) func numbersAreWrittenAsGoDoes() throws {
        let port = try Loopback.freePort()
        let child = try ChildProcess(NodeExporter.path, ["--web.listen-address=127.0.0.1:\(port)"])
        try child.waitForError(containing: "TLS is disabled")
        try compareNumbers(Loopback.get("/metrics", port: port, accept: "text/plain"))
    }

    /// The same for Prometheus's own page, which has histograms and summaries. (No Debian program writes OpenMetrics;
    /// Prometheus only reads it, see below.)
    // Skipped where the Debian package is not installed.
    @Test(.enabled(if: access(prometheus, X_OK) == 0)) func histogramsAreReadAsPrometheusWritesThem() throws {
        let path = "/tmp/wayside-prometheus-\(Machine.processID())"
        try Files.makeDirectory(path)
        defer { _ = try? ChildProcess.run("/bin/rm", ["-rf", path]) }
        try Files.replace(path + "/empty.yml", with: [])
        let port = try Loopback.freePort()
        let child = try ChildProcess(
            Self.prometheus,
            [
                "--config.file=\(path)/empty.yml", "--storage.tsdb.path=\(path)/data",
                "--web.listen-address=127.0.0.1:\(port)",
            ])
        try child.waitForError(containing: "Server is ready")
        try compareNumbers(Loopback.get("/metrics", port: port, accept: "text/plain"))
    }

    private func compareNumbers(_ bytes: [UInt8]) throws {
        let parsed = try ExpositionParser.parse(bytes, format: .text004)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.count == parsed.samples.count)
        #expect(lines.count > 100)
        for (line, sample) in zip(lines, parsed.samples) {
            let number = line.split(separator: " ").last.map(String.init)
            #expect(number == GoNumberText.general(sample.value))
            #expect(sample.family != nil)
        }
    }

    // Skipped where Debian's prometheus is not installed.
    @Test(.enabled(if: hasPromtool)) func promtoolReadsTheHostsPage() throws {
        let path = "/tmp/wayside-exposition-\(Machine.processID()).txt"
        defer { _ = try? Files.remove(path) }
        try Files.replace(path, with: Self.page(.text004))
        // promtool answers 3 where it has read all and has complaints about style, which are node_exporter's names'.
        let status = try ChildProcess.run("/bin/sh", ["-c", "\(Self.promtool) check metrics <\(path) >/dev/null 2>&1"])
        #expect([0, 3].contains(status))
    }

    /// promtool's only reader of OpenMetrics wants timestamps, so each sample gets one here.
    // Skipped where Debian's prometheus is not installed.
    @Test(.enabled(if: hasPromtool)) func promtoolReadsOpenMetrics() throws {
        let path = "/tmp/wayside-openmetrics-\(Machine.processID())"
        try Files.makeDirectory(path)
        defer { _ = try? ChildProcess.run("/bin/rm", ["-rf", path]) }
        let lines = String(decoding: Self.page(.openMetrics), as: UTF8.self).split(separator: "\n")
        let text = lines.map { $0.hasPrefix("#") ? "\($0)\n" : "\($0) 1700000000\n" }.joined()
        try Files.replace(path + "/page", with: Array(text.utf8))
        let status = try ChildProcess.run(
            "/bin/sh",
            [
                "-c",
                "\(Self.promtool) tsdb create-blocks-from openmetrics \(path)/page \(path)/blocks >\(path)/log 2>&1",
            ])
        let log = try Files.readText(path + "/log")
        #expect(status == 0, "\(log)")
    }

    private static func page(_ format: ExpositionFormat) -> [UInt8] {
        var writer = ExpositionWriter(format: format)
        var bytes: [UInt8] = []
        writer.write(HostRun(HostCollectors.names).samples, into: &bytes)
        return bytes
    }
}
