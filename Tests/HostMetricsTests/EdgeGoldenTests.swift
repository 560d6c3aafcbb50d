import HostMetrics
import LinuxSystem
import MetricModel
import Testing

/// Every sample of the trees that hold what node_exporter does not give. `WAYSIDE_UPDATE_GOLDENS=1 swift test --filter
/// EdgeGolden` writes the expected texts anew; look at the difference before you commit it.
@Suite struct EdgeGoldenTests {
    /// A tree and the collectors that it is for: nothing of the others' files is in it.
    struct Case: Sendable, CustomStringConvertible {
        let tree: String
        let collectors: [String]

        var description: String { tree }
    }

    /// The collectors that node_exporter does not have.
    static let collectors = [
        "boot_reason", "can", "containers", "flash", "iio", "raspberrypi", "rtc", "services", "smart", "w1",
    ]

    static let cases = [
        Case(tree: "cgroup-v1", collectors: ["containers"]), Case(tree: "cgroup-v2", collectors: ["containers"]),
        Case(tree: "cgroup-named", collectors: ["containers"]),
        Case(tree: "gateway", collectors: collectors),
    ]

    @Test(arguments: cases) func allSamples(_ row: Case) throws {
        let tree = FixtureTree(row.tree)
        let run = HostRun(row.collectors, roots: tree.roots)
        let failures = run.failures.map { "# \($0)".replacing(tree.path, with: "") }
        // When the fixture's files were made is not the tree's.
        let lines = run.lines.filter { !$0.hasPrefix("wayside_pstore_newest_timestamp_seconds") }
        let text = (lines + failures).map { $0 + "\n" }.joined()
        let golden = tree.path + "/expected.txt"
        if Machine.environment("WAYSIDE_UPDATE_GOLDENS") == "1" { try Files.replace(golden, with: Array(text.utf8)) }
        let expected = String(decoding: try Files.read(golden), as: UTF8.self)
        #expect(text == expected)
    }

    /// The second run gives the same series from what was kept.
    @Test(arguments: cases) func secondRunIsEqual(_ row: Case) {
        let settings = HostMetricsSettings(
            roots: FixtureTree(row.tree).roots, enable: row.collectors,
            disable: HostCollectors.names.filter { !row.collectors.contains($0) })
        var sampler = HostSampler(settings: settings, scope: .init(.empty), seriesLimit: 10_000)
        let first = HostRun(&sampler)
        let second = HostRun(&sampler)
        // A sensor that does not answer did not the second time either.
        func still(_ run: HostRun) -> [String] { run.lines.filter { !$0.hasPrefix("wayside_w1_failures_total") } }
        #expect(still(first) == still(second))
        #expect(first.failures == second.failures)
        #expect(zip(first.samples, second.samples).allSatisfy { $0.series === $1.series })
    }

    /// What there is of it on this machine can be read.
    @Test func thisMachine() {
        let run = HostRun(Self.collectors)
        #expect(run.success.values.allSatisfy { $0 == 1 } && run.success.count == Self.collectors.count)
        #expect(run.failures.isEmpty)
    }
}
