import LinuxSystem
import Synchronization
import Testing

@testable import HostMetrics

/// Mounts that answer, fail, or hang until the test lets them go.
@Suite struct MountProbeTests {
    /// Questions wait here while their path is closed.
    private final class Gate: Sendable {
        private let closed: Mutex<Set<String>>
        private let asked = Mutex<[String]>([])
        private let opened: Wakeup

        init(closed: Set<String>) throws {
            self.closed = Mutex(closed)
            opened = try Wakeup()
        }

        var questions: [String] { asked.withLock { $0 } }

        func open() {
            closed.withLock { $0 = [] }
            // Never cleared, so it wakes all who wait.
            opened.signal()
        }

        func answer(_ path: String) throws(SystemError) -> FilesystemUsage {
            asked.withLock { $0.append(path) }
            while closed.withLock({ $0.contains(path) }) {
                var interests = [Poll.Interest(opened.number, readable: true)]
                try Poll.wait(&interests, timeoutMilliseconds: -1)
            }
            if path.hasPrefix("/gone") { throw SystemError(call: "statfs", path: path, errorNumber: 2) }
            return Self.usage
        }

        static let usage = FilesystemUsage(
            blockByteCount: 1, blocks: 2, freeBlocks: 3, availableBlocks: 4, files: 5, freeFiles: 6)
    }

    @Test func answersInOrder() throws {
        let gate = try Gate(closed: [])
        let probe = MountProbe(timeoutMilliseconds: 60_000, stuckLimit: 2, ask: gate.answer)
        for _ in 0..<100 {
            let outcomes = try probe.probe(["/a", "/gone", "/b"])
            #expect(
                outcomes == [
                    .usage(Gate.usage), .failed(SystemError(call: "statfs", path: "/gone", errorNumber: 2)),
                    .usage(Gate.usage),
                ])
        }
        #expect(try probe.probe([]) == [])
    }

    @Test func aHangingMountIsStuckUntilItAnswers() throws {
        let gate = try Gate(closed: ["/hangs"])
        let probe = MountProbe(timeoutMilliseconds: 300, stuckLimit: 4, ask: gate.answer)
        let paths = ["/a", "/hangs", "/b", "/hangs"]
        let good = MountProbe.Outcome.usage(Gate.usage)
        #expect(try probe.probe(paths) == [good, .stuck, good, .stuck])
        #expect(probe.stuckCount == 1)
        // It is not asked again while it hangs.
        #expect(try probe.probe(paths) == [good, .stuck, good, .stuck])
        #expect(gate.questions.filter { $0 == "/hangs" }.count == 1)
        gate.open()
        var outcomes = try probe.probe(paths)
        // Its thread needs a moment to see the gate open.
        while outcomes != [good, good, good, good] { outcomes = try probe.probe(paths) }
        #expect(probe.stuckCount == 0)
    }

    @Test func aFullHouseOfStuckMountsAsksNoMore() throws {
        let gate = try Gate(closed: ["/1", "/2", "/3"])
        defer { gate.open() }
        let probe = MountProbe(timeoutMilliseconds: 300, stuckLimit: 2, ask: gate.answer)
        #expect(try probe.probe(["/1", "/2", "/3", "/a"]) == [.stuck, .stuck, .stuck, .stuck])
        #expect(probe.stuckCount == 2)
        #expect(try probe.probe(["/a"]) == [.stuck])
        #expect(gate.questions == ["/1", "/2"])
    }

    @Test(
        arguments: [
            (2, "no such file or directory"), (13, "permission denied"), (107, "transport endpoint is not connected"),
            (116, "stale NFS file handle"), (5, "input/output error"),
        ] as [(Int32, String)])
    func errorsReadAsInGo(_ number: Int32, _ text: String) {
        #expect(FilesystemCollector.errorText(SystemError(call: "statfs", errorNumber: number)) == text)
    }
}
