import LinuxSystem
import TestPeers
import Testing

/// The agent is killed at each step from the broker's socket to the PUBACK, by the system call that does the step.
@Suite(.enabled(if: SystemCallTrap.works, "strace is not installed, or this machine lets no process trace another"))
struct KilledAtEachStepTests {
    typealias Place = SystemCallTrap.Place

    /// In the order of a message's way. A message is three reads: the packet's type, its length, the rest.
    private static let places = [
        Place(meaning: "before a message is read", call: "read", count: 1, onSocket: true),
        Place(meaning: "within a message", call: "read", count: 3, onSocket: true),
        Place(meaning: "with a message in hand", call: "read", count: 5, onSocket: true),
        Place(meaning: "with more in hand", call: "read", count: 12, onSocket: true),
        Place(meaning: "before the batch is appended", call: "pwrite64", count: 1),
        Place(meaning: "before a later batch is appended", call: "pwrite64", count: 3),
        Place(meaning: "appended, not synced", call: "fdatasync", count: 1),
        Place(meaning: "a later batch appended, not synced", call: "fdatasync", count: 4),
        Place(meaning: "synced, before the first PUBACK", call: "write", count: 1, onSocket: true),
        Place(meaning: "between two PUBACKs", call: "write", count: 2, onSocket: true),
        Place(meaning: "acknowledged, before the next wait", call: "poll", count: 8),
    ]

    @Test func everyMessageIsInTheHubOnce() async throws {
        let world = try await DeliveryWorld(acknowledgeWithin: "100ms", profiles: "[wayside]")
        let fleet = try SimulatedFleet(
            ["--profile", "wayside", "--devices", "2", "--rate", "25", "--seed", "12"], broker: world.broker.url)
        for place in Self.places {
            // Once it takes messages it is connected, and its thread has its socket.
            try await world.waitForMessages(1)
            let process = try #require(world.agent.process)
            let trap = try SystemCallTrap(place, thread: "mqtt", of: process, socketTowards: world.broker.port)
            try await Web.shared.wait(for: "the kill \(place)") { !process.isRunning }
            let last = try trap.lastCall()
            #expect(last.hasPrefix(place.call + "(") && last.contains("= ?"), "\(place): \(last)")
            if place.call == "write" { #expect(last.contains(#""@\2"#), "\(place) was not at a PUBACK: \(last)") }
            try world.agent.launch()
        }
        try await world.agent.waitUntil("/-/ready")
        try await world.waitForProgress()
        try await world.expectEachOnce(try fleet.stop())
    }
}
