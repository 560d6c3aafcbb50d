import Daemon
import HTTPExchange
import JSONText
import LinuxSystem
import TestPeers
import Testing

/// Receivers that misbehave in every way that one was ever seen to: what they have in the end is complete, in order,
/// and nothing that may have arrived was mixed with what is new.
@Suite struct EvilReceiverTests {
    /// One agent ships to all of them at once, so that their waits pass side by side; the first shows what there was
    /// to receive.
    @Test func everyMisbehaviourEndsInACompleteDelivery() async throws {
        let world = try EvilWorld()
        let agent = try RunningAgent(
            prepared: "test-gateway", settings: world.settings,
            host: "interval: 1s, collectors: {defaults: false, enable: [loadavg, stat, time, uname]}")
        try await agent.start()
        try await world.sendAwayAndBack()
        try await Web.shared.wait(for: "every script to be played") {
            world.all.allSatisfy { $0.remainingSteps == 0 }
        }
        try await world.waitUntilAllHaveCaughtUp()
        #expect(agent.stop() == 0)
        world.expectComplete()
        world.expectPatience()
        // The delivery of what a receiver refused is given up, and said so.
        #expect(agent.log.contains("the receiver has refused samples for good"), "\(agent.log)")
        #expect(agent.log.contains("answer=\"the script says 400\""), "\(agent.log)")
    }

    /// A wrong password is the operator's to mend: nothing is dropped, and a reload tries at once.
    @Test func anUnauthorisedAgentDropsNothingAndGoesOnAfterAReload() async throws {
        let receiver = try ScriptedReceiver("unauthorised", [.accept(), .answer(401)])
        let reference = try ScriptedReceiver("reference")
        let agent = try await RunningAgent(
            settings:
                "remote_write: [{url: \"\(receiver.url)\", batch_for: 1s}, {url: \"\(reference.url)\", batch_for: 1s}]")
        try await Web.shared.wait(for: "the refusal in status") { try agent.status().output.contains("401") }
        let horizon = reference.taken.newestUnixMilliseconds
        agent.process?.signal(1)
        try await Web.shared.wait(for: "delivery after the reload") {
            receiver.taken.newestUnixMilliseconds > horizon && reference.taken.newestUnixMilliseconds > horizon
        }
        let missing = reference.taken.upTo(horizon).subtracting(receiver.taken)
        #expect(missing.sampleCount == 0, "\(missing.summary)")
        #expect(receiver.faults.isEmpty, "\(receiver.faults)")
    }
}

/// The receivers of the first test.
private struct EvilWorld {
    let reference: ScriptedReceiver
    let absent: ScriptedReceiver
    let throttling: [(receiver: ScriptedReceiver, seconds: Int)]
    let all: [ScriptedReceiver]

    init() throws {
        reference = try ScriptedReceiver("reference")
        absent = try ScriptedReceiver("away for long")
        throttling = [
            (try ScriptedReceiver("429 with seconds", [.accept(), .throttle(seconds: 4)]), 4),
            (try ScriptedReceiver("429 with a date", [.accept(), .throttle(seconds: 4, asDate: true)]), 4),
        ]
        let refusal = ReceiverStep.answer(400, headers: ["X-Prometheus-Remote-Write-Samples-Written": "0"])
        all =
            [reference, absent] + throttling.map(\.receiver)
            + [
                try ScriptedReceiver("hangs", [.accept(), .hang]),
                try ScriptedReceiver("resets", [.reset(), .accept(), .reset(), .reset(), .accept(), .reset()]),
                try ScriptedReceiver(
                    "takes and does not say so",
                    [.reset(storing: true), .accept(), .reset(storing: true), .reset(storing: true)]),
                try ScriptedReceiver(
                    "closes within the answer", [.closeWithin(.head), .accept(), .closeWithin(.body)]),
                try ScriptedReceiver("closes after each answer", [], then: .accept(closing: true)),
                try ScriptedReceiver(
                    "never ends its answer", [.accept(), .endless(.head), .accept(), .endless(.body)]),
                try ScriptedReceiver(
                    "fails for a while", [.answer(500), .accept(), .answer(503), .answer(502), .accept(), .garbage]),
                try ScriptedReceiver("refuses a request", [.accept(), refusal, .accept(), refusal]),
                try ScriptedReceiver("does not know 2.0", [.answer(415)], then: .acceptAsVersion1),
                try ScriptedReceiver("swallows 2.0", then: .acceptAsVersion1),
                try ScriptedReceiver("takes only small requests", [.accept()], then: .acceptUpTo(samples: 40)),
                try ScriptedReceiver(
                    "all or nothing", [.acceptAsVersion1, .reset(storing: true), .acceptAllOrNothing],
                    then: .acceptAllOrNothing),
            ]
    }

    var settings: String {
        "remote_write:\n" + all.map { "  - {url: \"\($0.url)\", batch_for: 1s}\n" }.joined()
    }

    /// Closes one receiver's port until others have got twenty requests more, which is long for one that is asked every
    /// second at first.
    func sendAwayAndBack() async throws {
        try await Web.shared.wait(for: "a first delivery") { absent.taken.sampleCount > 0 }
        absent.goAway()
        let before = reference.exchanges.count
        try await Web.shared.wait(for: "requests to the others") { reference.exchanges.count >= before + 20 }
        try absent.comeBack()
    }

    /// Waits until each has a sample newer than any that the reference has now: requests come in the order of the ring,
    /// so it has all before that too.
    func waitUntilAllHaveCaughtUp() async throws {
        let horizon = reference.taken.newestUnixMilliseconds
        var last = ""
        do {
            try await Web.shared.wait(for: "all to catch up") {
                last = all.filter { $0.taken.newestUnixMilliseconds <= horizon }.map(\.name).joined(separator: ", ")
                return last.isEmpty
            }
        } catch {
            throw PeerError("\(error): \(last)")
        }
    }

    func expectComplete() {
        let horizon = all.map(\.taken.newestUnixMilliseconds).min() ?? 0
        // The newest tick may be of several requests, of which the last was still under way.
        let expected = reference.taken.upTo(horizon - 1)
        #expect(expected.sampleCount > 1000)
        for receiver in all {
            let missing = expected.subtracting(receiver.taken).subtracting(receiver.refused)
            #expect(missing.sampleCount == 0, "\(receiver.name) lacks \(missing.summary)")
            let invented = receiver.taken.upTo(horizon - 1).subtracting(expected)
            #expect(invented.sampleCount == 0, "\(receiver.name) has more: \(invented.summary)")
            #expect(receiver.faults.isEmpty, "\(receiver.name): \(receiver.faults.prefix(3))")
        }
    }

    /// A receiver that asks for time gets it.
    func expectPatience() {
        for (receiver, seconds) in throttling {
            let exchanges = receiver.exchanges
            for (asked, next) in zip(exchanges, exchanges.dropFirst()) {
                guard case .throttle = asked.step else { continue }
                let waited = next.arrivalNanoseconds - asked.arrivalNanoseconds
                // A date is given in whole seconds, so that up to one may be missing of it.
                #expect(waited >= Int64(seconds - 1) * 1_000_000_000, "\(receiver.name): \(waited) ns")
            }
        }
    }
}
