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
        #expect(try Self.check(Self.page(.text004)).isParsed)
    }

    /// The whole page of each fixture tree, of which the goldens hold the samples.
    // Skipped where Debian's prometheus is not installed.
    @Test(.enabled(if: hasPromtool), arguments: FixtureGoldenTests.trees + EdgeGoldenTests.cases.map(\.tree))
    func promtoolReadsTheTreesPage(_ tree: String) throws {
        let run = HostRun(HostCollectors.names, roots: FixtureTree(tree).roots, FixtureGoldenTests.settings)
        #expect(run.samples.count > 150)
        let (isParsed, complaints) = try Self.check(Self.page(.text004, run.samples))
        #expect(isParsed, "\(complaints)")
    }

    // Skipped where Debian's prometheus is not installed.
    @Test(.enabled(if: hasPromtool)) func promtoolReadsWhatDriversSay() throws {
        var sampler = try EthtoolFixture().sampler()
        let (isParsed, complaints) = try Self.check(Self.page(.text004, HostRun(&sampler).samples))
        #expect(isParsed, "\(complaints)")
    }

    /// What it cannot read it says so of.
    // Skipped where Debian's prometheus is not installed.
    @Test(.enabled(if: hasPromtool)) func promtoolRefusesADamagedPage() throws {
        #expect(try !Self.check(Self.page(.text004) + Array("node_x{device=\"a} 1\n".utf8)).isParsed)
    }

    /// promtool answers 3 where it has read all and has complaints about style, which are node_exporter's names'.
    private static func check(_ page: [UInt8]) throws -> (isParsed: Bool, complaints: String) {
        let path = "/tmp/wayside-exposition-\(Machine.processID())-\(Machine.randomWord())"
        defer { _ = try? ChildProcess.run("/bin/rm", ["-f", path, path + ".log"]) }
        try Files.replace(path, with: page)
        let status = try ChildProcess.run(
            "/bin/sh", ["-c", "\(promtool) check metrics <\(path) >\(path).log 2>&1"])
        return ([0, 3].contains(status), try Files.readText(path + ".log"))
    }

    /// promtool's only reader of OpenMetrics wants timestamps, so each sample gets one here.
    // Skipped where Debian's prometheus is not installed.
    @Test(.enabled(if: hasPromtool), arguments: [nil] + FixtureGoldenTests.trees + ["gateway", "cgroup-v2"])
    func promtoolReadsOpenMetrics(_ tree: String?) throws {
        let path = "/tmp/wayside-openmetrics-\(Machine.processID())-\(Machine.randomWord())"
        try Files.makeDirectory(path)
        defer { _ = try? ChildProcess.run("/bin/rm", ["-rf", path]) }
        let roots = tree.map { FixtureTree($0).roots } ?? HostRoots()
        let samples = HostRun(HostCollectors.names, roots: roots, FixtureGoldenTests.settings).samples
        let lines = String(decoding: Self.page(.openMetrics, samples), as: UTF8.self).split(separator: "\n")
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

    private static func page(
        _ format: ExpositionFormat, _ samples: [Sample] = HostRun(HostCollectors.names).samples
    ) -> [UInt8] {
        var writer = ExpositionWriter(format: format)
        var bytes: [UInt8] = []
        writer.write(samples, into: &bytes)
        return bytes
    }
}
