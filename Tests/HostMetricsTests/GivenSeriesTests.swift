import MetricModel
import Testing

@testable import HostMetrics

@Suite struct GivenSeriesTests {
    private static let family = MetricFamily("a", .gauge, help: "", labels: ["number"])

    @Test func eachOnce() {
        let all = (0..<1000).map { Series(family: Self.family, scope: .init(.empty), labelValues: [String($0)]) }
        var given = GivenSeries()
        #expect(!given.contains(all[0]))
        for _ in 0..<3 {
            for series in all {
                let before = given.contains(series)
                let isNew = given.insert(series)
                #expect(!before && isNew && given.contains(series))
            }
            for series in all {
                let isNew = given.insert(series)
                #expect(!isNew)
            }
            given.removeAll()
            #expect(!all.contains { given.contains($0) })
        }
    }

    /// Fields that differ in what a metric's name cannot have are one series: it lasts as long as one of them.
    @Test func fieldsThatAreOneSeries() throws {
        let tree = try TreeCopy("pi")
        var sampler = tree.sampler(["vmstat"]) { settings in
            settings.vmstatFields = NamePattern("^pg") { $0.hasPrefix("pg") }
        }
        func run(_ text: String) throws -> (values: [String: Double], failures: Int, count: Int) {
            try tree.write("/proc/vmstat", text)
            let run = HostRun(&sampler)
            #expect(run.samples.count == run.values.count + 2)
            return (run.values, run.failures.count, sampler.seriesCount)
        }
        #expect(try run("pg-a 1\n") == (["node_vmstat_pg_a": 1], 0, 1))
        #expect(try run("pg-a 1\npg_a 2\n") == (["node_vmstat_pg_a": 1], 1, 1))
        #expect(try run("pg_a 2\n") == (["node_vmstat_pg_a": 2], 0, 1))
        #expect(try run("pg_a 2\n") == (["node_vmstat_pg_a": 2], 0, 1))
        #expect(try run("pg-a 3\npg_a 2\n") == (["node_vmstat_pg_a": 3], 1, 1))
        #expect(try run("pg_b 4\n") == (["node_vmstat_pg_b": 4], 0, 1))
        #expect(try run("pg_b 4\n") == (["node_vmstat_pg_b": 4], 0, 1))
        #expect(try run("") == ([:], 0, 0))
    }
}
