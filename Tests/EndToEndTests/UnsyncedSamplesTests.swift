import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// What a killed process had taken is not lost, however long the flash is spared: `max_loss` is the price of a power
/// cut, not of a SIGKILL.
@Suite struct UnsyncedSamplesTests {
    /// Where they wait: on a tmpfs, or in the segment's file, because the operator wants it so or because what is named is
    /// no tmpfs.
    enum Place: String, CaseIterable {
        case memory
        case flash = ""
        case flashForWantOfMemory = "/proc/wayside"
    }

    @Test(arguments: Place.allCases) func samplesThatWaitForACommitSurviveSIGKILL(_ place: Place) async throws {
        let receiver = try ScriptedReceiver("receiver")
        receiver.goAway()
        let agent = try RunningAgent(
            prepared: "test-gateway", settings: "remote_write: [{url: \"\(receiver.url)\", batch_for: 1h}]",
            host: "interval: 1s, collectors: {defaults: false, enable: [cpu, meminfo, stat, time]}",
            buffer: "size: 8MiB, max_loss: 1h"
                + (place == .memory ? "" : ", unsynced_directory: \"\(place.rawValue)\""))
        try await agent.start()
        try await Web.shared.wait(for: "a few ticks") { try await agent.buffer("appended_samples") > 1000 }
        let appended = Int(try await agent.buffer("appended_samples"))
        #expect(agent.log.contains("no directory on a tmpfs") == (place == .flashForWantOfMemory))
        if place == .memory, let kept = try Self.unsyncedFile(of: agent) {
            #expect(try Files.read(kept).count > 1000)
            // Flash has none of them: the segment's records end where the first commit left them.
            #expect(try Self.writtenPageCount(of: agent) <= 4)
        }
        agent.kill()
        try receiver.comeBack()
        try writeText(
            try readText(agent.configPath).replacing("batch_for: 1h", with: "batch_for: 1s"), to: agent.configPath)
        let restart = Clocks.unixMilliseconds()
        try await agent.start()
        try await Web.shared.wait(for: "a sample of the new run") {
            receiver.taken.newestUnixMilliseconds > restart
        }
        #expect(receiver.taken.upTo(restart).sampleCount >= appended)
    }

    /// The file in memory; nil where the machine has no tmpfs.
    private static func unsyncedFile(of agent: RunningAgent) throws -> String? {
        guard let memory = agent.memory else { return nil }
        let directory = try #require(try Files.list(memory.path).first)
        return "\(memory.path)/\(directory)/unsynced"
    }

    /// How many pages of the first segment hold anything.
    private static func writtenPageCount(of agent: RunningAgent) throws -> Int {
        let bytes = try Files.read(agent.bufferDirectory + "/segment-00000000", byteLimit: 8 << 20)
        return stride(from: 0, to: bytes.count, by: 4096).count { page in
            bytes[page..<min(page + 4096, bytes.count)].contains { $0 != 0 }
        }
    }
}
