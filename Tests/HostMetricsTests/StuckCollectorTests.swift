import LinuxSystem
import MetricModel
import Synchronization
import Testing

@testable import HostMetrics

/// Collectors that do not come back until the test lets them go.
@Suite struct StuckCollectorTests {
    /// Gives one sample, after the gate of its name has opened.
    private final class GatedCollector: HostCollector {
        private let gate: Gate
        private let family: MetricFamily

        init(_ name: String, _ gate: Gate) {
            self.gate = gate
            family = MetricFamily("node_\(name)", .gauge, help: "A test's.")
        }

        func collect(into output: inout CollectorOutput) throws(CollectorError) {
            do throws(SystemError) { try gate.pass(family.name) } catch { throw .system(error) }
            output.append(output.series(family), Double(output.run))
        }
    }

    private final class Gate: Sendable {
        private let closed: Mutex<Set<String>>
        private let opened: Wakeup

        init(closed: Set<String>) throws {
            self.closed = Mutex(closed)
            opened = try Wakeup()
        }

        func open() {
            closed.withLock { $0 = [] }
            // Never cleared, so it wakes all who wait.
            opened.signal()
        }

        func pass(_ name: String) throws(SystemError) {
            while closed.withLock({ $0.contains(name) }) {
                var interests = [Poll.Interest(opened.number, readable: true)]
                try Poll.wait(&interests, timeoutMilliseconds: -1)
            }
        }
    }

    private func sampler(_ names: [String], _ gate: Gate, limit: Int = 100) -> HostSampler {
        let members = names.map { name in
            CollectorMember(name: name, collector: GatedCollector(name, gate), scope: SeriesScope(.empty))
        }
        return HostSampler(
            members: members, scope: SeriesScope(.empty), seriesLimit: limit, timeoutMilliseconds: 200)
    }

    /// Opening one would wait for somebody to write to it.
    @Test func aFIFOInPlaceOfAFileHoldsNothing() throws {
        let tree = try TreeCopy("pi")
        let path = tree.path + "/root/etc/os-release"
        try Files.remove(path)
        #expect(try ChildProcess.run("/usr/bin/mkfifo", [path]) == 0)
        var sampler = tree.sampler(["os"]) { $0.collectorTimeoutMilliseconds = 2000 }
        let run = HostRun(&sampler)
        #expect(run.values.isEmpty && run.success == ["os": 0])
        #expect("\(run.failures)".contains("pread \(path): Illegal seek"), "\(run.failures)")
    }

    @Test func theOthersGoOnUntilItComesBack() throws {
        let gate = try Gate(closed: ["node_b"])
        var sampler = sampler(["a", "b", "c"], gate)
        for run in 1...3 {
            let result = HostRun(&sampler)
            #expect(result.values["node_a"] == Double(run) && result.values["node_c"] == Double(run))
            #expect(result.values["node_b"] == nil)
            #expect(result.success == ["a": 1, "b": 0, "c": 1])
            #expect(result.values[#"wayside_collector_stuck{collector="b"}"#] == 1)
            #expect(result.failures.map(\.collector) == ["b"])
            #expect(result.failures.first?.error == .stuck(timeoutMilliseconds: 200))
        }
        gate.open()
        var result = HostRun(&sampler)
        // It has come back once its thread says so.
        while result.success["b"] != 1 { result = HostRun(&sampler) }
        // What it read while it was stuck is given to nobody.
        #expect(result.values["node_b"] == result.values["node_a"])
        #expect(result.values[#"wayside_collector_stuck{collector="b"}"#] == nil)
        #expect(result.failures.isEmpty)
    }

    @Test func theSeriesOfAllStayWithinTheLimit() throws {
        let gate = try Gate(closed: ["node_a"])
        var sampler = sampler(["a", "b", "c"], gate, limit: 2)
        _ = HostRun(&sampler)
        #expect(sampler.seriesCount == 2)
        gate.open()
        var result = HostRun(&sampler)
        while result.success["a"] != 1 { result = HostRun(&sampler) }
        // The one that was stuck had been promised room that is gone since: it may be one over, and no further.
        #expect(sampler.seriesCount <= 3)
    }
}
