import HostMetrics
import LinuxSystem
import MetricModel
import Testing

/// A sampler over a tree that changes between its runs.
@Suite struct HostSamplerTests {
    private func sampler(_ roots: HostRoots, limit: Int = 20_000) -> HostSampler {
        HostSampler(
            settings: HostMetricsSettings(roots: roots), scope: SeriesScope(["job": "node"]), seriesLimit: limit)
    }

    @Test func devicesComeAndGo() throws {
        let copy = try TreeCopy("pi")
        var sampler = sampler(copy.roots)
        let before = HostRun(&sampler)
        let count = sampler.seriesCount
        try copy.change("/proc/net/dev") { $0.replacing("can0:", with: "can1:") }
        try copy.change("/proc/diskstats") { text in
            text.split(separator: "\n").filter { !$0.contains(" sda ") }.joined(separator: "\n") + "\n"
        }
        try copy.change("/proc/stat") { $0.replacing("cpu3 ", with: "cpu2 ") }
        let after = HostRun(&sampler)
        let problems = after.failures.filter { !$0.isAbsence }
        #expect(problems == [])
        let new = Set(after.values.keys).subtracting(before.values.keys)
        let gone = Set(before.values.keys).subtracting(after.values.keys)
        #expect(new.allSatisfy { $0.contains("can1") || $0.contains("cpu=\"2\"") })
        #expect(gone.allSatisfy { ["can0", "sda", "cpu=\"3\""].contains(where: $0.contains) })
        #expect(new.count == 16 + 10)
        #expect(sampler.seriesCount == count + new.count - gone.count)
        try copy.change("/proc/net/dev") { $0.replacing("can1:", with: "can0:") }
        let again = HostRun(&sampler)
        let key = #"node_network_receive_bytes_total{device="can0",job="node"}"#
        #expect(again.values[key] == 803_200)
    }

    @Test func aDamagedFileTakesNothingFromOthers() throws {
        let copy = try TreeCopy("pi")
        var sampler = sampler(copy.roots)
        let before = HostRun(&sampler)
        try copy.change("/proc/meminfo") { $0.replacing("MemFree:         2904320", with: "MemFree:         29x4320") }
        let after = HostRun(&sampler)
        #expect(
            after.failures.filter { !before.failures.contains($0) } == [
                CollectorFailure(
                    collector: "meminfo",
                    error: .damaged(
                        path: copy.path + "/proc/meminfo", byteOffset: 45, expected: "a decimal number"))
            ])
        #expect(after.success["meminfo"] == 0)
        #expect(after.success == before.success.merging(["meminfo": 0]) { $1 })
        let lost = Set(before.values.keys).subtracting(after.values.keys)
        #expect(!lost.isEmpty && lost.allSatisfy { $0.hasPrefix("node_memory_") })
        try copy.change("/proc/meminfo") { $0.replacing("29x4320", with: "2904320") }
        #expect(Set(HostRun(&sampler).values.keys) == Set(before.values.keys))
    }

    /// /proc/stat is read once for two collectors, and both say so when it is damaged.
    @Test func bothReadersOfAFileFail() throws {
        let copy = try TreeCopy("pi")
        try copy.change("/proc/stat") { $0.replacing("ctxt ", with: "ctxt x") }
        let run = HostRun(["cpu", "stat"], roots: copy.roots)
        #expect(run.failures.map(\.collector) == ["cpu", "stat"])
        #expect(run.values.isEmpty)
    }

    @Test func countersOfAProcessorDoNotStepBack() throws {
        let copy = try TreeCopy("pi")
        var sampler = sampler(copy.roots)
        func mode(_ name: String) -> Double? {
            HostRun(&sampler).values[#"node_cpu_seconds_total{cpu="0",job="node",mode="\#(name)"}"#]
        }
        #expect(mode("iowait") == 4)
        try copy.change("/proc/stat") { $0.replacing("200801 400 0", with: "200801 390 0") }
        #expect(mode("iowait") == 4)
        // Idle steps back by less than three seconds, and then by more, which is a hotplug.
        try copy.change("/proc/stat") { $0.replacing("200801 390 0", with: "200600 390 0") }
        #expect(mode("idle") == 2008.01)
        try copy.change("/proc/stat") { $0.replacing("200600 390 0", with: "10 390 0") }
        #expect(mode("idle") == 0.1)
        #expect(mode("iowait") == 3.9)
    }

    @Test func theSeriesLimitIsKeptAndCounted() throws {
        var limited = sampler(FixtureTree("pi").roots, limit: 50)
        let run = HostRun(&limited)
        // Two of the sampler's own for each collector come on top.
        let own = run.samples.count { $0.series.family.name.hasPrefix("node_scrape_") }
        #expect(own == 2 * run.success.count && run.samples.count == 50 + own)
        #expect(limited.seriesCount == 50)
        var whole = sampler(FixtureTree("pi").roots)
        #expect(Int(limited.refusedSampleCount) == HostRun(&whole).samples.count - 50 - own)
        #expect(whole.refusedSampleCount == 0)
    }
}
