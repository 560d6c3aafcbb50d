import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// What a killed process had taken is not lost, however long the flash is spared: `max_loss` is the price of a power
/// cut, not of a SIGKILL.
@Suite struct UnsyncedSamplesTests {
    @Test func samplesThatWaitForACommitSurviveSIGKILL() async throws {
        let receiver = try ScriptedReceiver("receiver")
        receiver.goAway()
        let agent = try RunningAgent(
            prepared: "test-gateway", settings: "remote_write: [{url: \"\(receiver.url)\", batch_for: 1h}]",
            buffer: "size: 8MiB, max_loss: 1h")
        try await agent.start()
        try await Web.shared.wait(for: "a few ticks") { try await agent.buffer("appended_samples") > 1000 }
        let appended = Int(try await agent.buffer("appended_samples"))
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
}
