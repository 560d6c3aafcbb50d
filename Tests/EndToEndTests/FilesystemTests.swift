import Daemon
import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// A filesystem that takes no more: the agent goes on, says so everywhere, and needs nobody to come back.
@Suite(.enabled(if: SmallFilesystem.isPossible, "a file system can be mounted by root only"))
struct FilesystemTests {
    @Test func aFullFilesystemAndRoomAgain() async throws {
        let world = try FilesystemWorld()
        try world.disk.fill(leavingKibibytes: 1024)
        try world.agent.launch()
        try await world.expectDegraded(saying: "no space left")
        try await world.waitForDelivery()
        world.disk.makeRoom()
        try await world.expectNothingLost()
        try await world.expectRecovered()
    }

    @Test func aFilesystemThatTurnsReadOnlyAndIsRepaired() async throws {
        let world = try FilesystemWorld()
        try await world.agent.start()
        try await world.waitForDelivery()
        try world.disk.fail()
        try await world.expectDegraded(saying: "read-only")
        try await world.waitForDelivery()
        try await world.expectNothingLost()
        #expect(world.agent.stop() == 0)
        try world.disk.unmount()
        try world.disk.repair()
        try world.disk.mount()
        try world.agent.launch()
        try await world.expectRecovered()
    }

    @Test func aFilesystemThatIsReadOnlyAtTheStart() async throws {
        let world = try FilesystemWorld()
        try await world.agent.start()
        try await world.waitForDelivery()
        #expect(world.agent.stop() == 0)
        try world.disk.remount(readOnly: true)
        try world.agent.launch()
        // Nor can the socket be made that `status` asks.
        try await world.expectDegraded(saying: "read-only", hasStatus: false)
        try await world.waitForDelivery()
        try world.disk.remount(readOnly: false)
        try await world.expectNothingLost()
        try await world.expectRecovered()
    }

    /// Not even a directory can be made.
    @Test func aFilesystemThatIsFullAtTheFirstStart() async throws {
        let world = try FilesystemWorld()
        try world.disk.fill(leavingKibibytes: 0)
        try world.agent.launch()
        try await world.expectDegraded(saying: "no space left")
        try await world.waitForDelivery()
        world.disk.makeRoom()
        try await world.expectNothingLost()
        try await world.expectRecovered()
    }
}

/// An agent whose data directory is a small file system, and a receiver.
private struct FilesystemWorld {
    let agent: RunningAgent
    let disk: SmallFilesystem
    let receiver: ScriptedReceiver

    init() throws {
        receiver = try ScriptedReceiver("receiver")
        agent = try RunningAgent(
            prepared: "test-gateway", settings: "remote_write: [{url: \"\(receiver.url)\", batch_for: 1s}]")
        disk = try SmallFilesystem(at: agent.dataDirectory, mebibytes: 24)
    }

    /// Waits until the receiver has a tick that it did not have when this was called.
    func waitForDelivery() async throws {
        let before = receiver.taken.newestUnixMilliseconds
        try await Web.shared.wait(for: "a delivery") { receiver.taken.newestUnixMilliseconds > before }
    }

    /// The agent says what is wrong where people and monitoring look, and goes on collecting.
    func expectDegraded(saying problem: String, hasStatus: Bool = true) async throws {
        try await agent.waitUntil("/-/healthy")
        try await Web.shared.wait(for: "/-/ready to name the problem; log: \(agent.log)") {
            let reply = try await Web.shared.get(agent.base + "/-/ready")
            return reply.status.code == 200
                && String(decoding: reply.body, as: UTF8.self).lowercased().contains(problem)
        }
        let status = try agent.status()
        #expect(!hasStatus || status.exitCode == 1 && status.output.lowercased().contains(problem), "\(status.output)")
        let metrics = try await MetricsText.scrape(agent.metricsURL)
        #expect(metrics.all("wayside_buffer_degraded").values.contains(1))
        #expect(metrics.value("node_load1") != nil)
        // The keeper writes the line, a moment after an append has found out.
        try await Web.shared.wait(for: "a log line about \(problem)") { agent.log.lowercased().contains(problem) }
        #expect(agent.process?.isRunning == true)
    }

    func expectNothingLost() async throws {
        let metrics = try await MetricsText.scrape(agent.metricsURL)
        let lost = metrics.all("wayside_buffer_lost_samples_total")
        #expect(!lost.isEmpty && lost.values.allSatisfy { $0 == 0 }, "\(lost)")
    }

    /// One line says that it began and one that it ended, however often it was tried in between, and delivery from
    /// memory is no trouble with the receiver. The way there may show the disk's trouble in several ways, each once.
    private func expectQuietLog() {
        let lines = agent.log.split(separator: "\n")
        let troubles = lines.filter { $0.contains("flash takes no writes") || $0.contains("flash cannot be used") }
        let errors = Set(troubles.compactMap { $0.split(separator: " msg=").last })
        let returns = lines.count { $0.contains("the buffer takes writes again") }
        #expect(troubles.count == errors.count && returns <= 1, "\(agent.log)")
        #expect(!agent.log.contains("not acknowledged"), "\(agent.log)")
    }

    /// It is well again by itself, and what it takes now arrives.
    func expectRecovered() async throws {
        try await Web.shared.wait(for: "flash to be in use again; log: \(agent.log)") {
            let reply = try await Web.shared.get(agent.base + "/-/ready")
            return reply.status.code == 200 && !String(decoding: reply.body, as: UTF8.self).contains("flash")
        }
        let metrics = try await MetricsText.scrape(agent.metricsURL)
        #expect(metrics.all("wayside_buffer_degraded").values.allSatisfy { $0 == 0 })
        expectQuietLog()
        try await waitForDelivery()
        // Only what came, not its record numbers: those given while nothing could be written are given again.
        #expect(receiver.taken.faults.isEmpty, "\(receiver.taken.faults.prefix(3))")
        #expect(agent.stop() == 0)
    }
}
