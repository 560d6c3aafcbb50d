import MetricModel
import TestValues
import Testing

@testable import DeviceIntake

/// Every QoS 1 message is recorded once, whatever a publisher, a broker, flash and a killed agent do, against a model that
/// knows nothing but a set.
@Suite struct OnceTests {
    private struct Message: Hashable {
        var topic: String
        var payload: String
        /// The value of its first reading, which is no other message's.
        var number: Int
    }

    /// A device that publishes, sometimes again, and sometimes starts anew.
    private struct Publisher {
        var id: String
        var isModax: Bool
        var boot: UInt32 = 1
        var sequence: UInt32 = 0
        var uptime: Int64 = 5000
        var recent: [Message] = []

        mutating func publish(_ number: Int) -> Message {
            let payload =
                isModax
                ? modaxData(uptime, device: id, current: Double(number))
                : telemetry(
                    boot: boot, seq: sequence, uptime: uptime, readings: #"{"quantity":"a","value":\#(number)}"#)
            let topic = isModax ? modaxTopic : "wayside/v1/\(id)/telemetry"
            sequence += 1
            uptime += 100
            recent.append(Message(topic: topic, payload: payload, number: number))
            if recent.count > 40 { recent.removeFirst() }
            return Message(topic: topic, payload: payload, number: number)
        }

        mutating func reboot(_ random: inout SeededRandom) {
            boot += 1
            sequence = 0
            uptime = Int64(random.next() % 1000)
            recent.removeAll()
        }
    }

    /// The agent, what of it is on flash, and what the broker still holds for it.
    private struct Gateway {
        var intake = IntakeHarness()
        var parts: [[UInt8]] = []
        var journals: [[UInt8]] = []
        var queue: [Message] = []
        /// How often each message is on flash.
        var recorded: [Int: Int] = [:]
        var killCount = 0

        /// Takes what the broker gives, and does with it what the dice say.
        mutating func deliver(_ random: inout SeededRandom) throws {
            let batch = queue.prefix(Int(random.next() % 100))
            let kept = intake.intake
            var taken: [Int] = []
            for message in batch {
                let sent = intake.send(message.topic, message.payload)
                if case .accepted = sent.outcome {
                    #expect(sent.samples.first?.value == Double(message.number))
                    taken.append(message.number)
                } else {
                    #expect(sent.outcome == .duplicate)
                }
            }
            let chance = random.next() % 100
            guard chance >= 5 else { return try kill() }  // before it was on flash
            guard chance >= 15 else { return intake.intake = kept }  // flash took nothing
            let journal = intake.intake.drainJournal()
            if !journal.isEmpty { journals.append(journal) }
            for number in taken { recorded[number, default: 0] += 1 }
            if random.next() % 8 == 0 {
                // The journals that it holds may still be there.
                parts = intake.intake.snapshot(clock: intake.clock, byteLimit: 700)
                journals.removeFirst(Int(random.next() % UInt64(journals.count + 1)))
            }
            guard chance >= 25 else { return try kill() }  // before the broker knew
            guard chance >= 35 else { return }  // the connection was lost before the broker knew
            queue.removeFirst(batch.count)
        }

        private mutating func kill() throws {
            let restarted = IntakeHarness()
            restarted.bootMilliseconds = intake.bootMilliseconds
            restarted.unixMilliseconds = intake.unixMilliseconds
            for part in parts { try restarted.intake.restore(part, clock: restarted.clock) }
            for journal in journals { try restarted.intake.replay(journal, clock: restarted.clock) }
            intake = restarted
            killCount += 1
        }
    }

    private func run(_ publishers: [Publisher], seed: UInt64, rebootShare: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var publishers = publishers
        var gateway = Gateway()
        var number = 0
        var rebootCount = 0
        for round in 0..<400 {
            gateway.intake.advance(100)
            for index in publishers.indices {
                for _ in 0..<random.next() % 4 {
                    let message = publishers[index].publish(number)
                    number += 1
                    // Messages pass each other a little on their way.
                    let place = min(gateway.queue.count, Int(random.next() % 4))
                    gateway.queue.insert(message, at: gateway.queue.count - place)
                    if random.next() % 10 == 0, let again = publishers[index].recent.randomElement(using: &random) {
                        gateway.queue.append(again)
                    }
                }
                // At least once in a hundred rounds, whatever the seed.
                if random.next() % 1000 < rebootShare || rebootShare > 0 && round % 100 == 50 {
                    publishers[index].reboot(&random)
                    rebootCount += 1
                }
            }
            try gateway.deliver(&random)
        }
        while !gateway.queue.isEmpty { try gateway.deliver(&random) }
        #expect(gateway.killCount > 10, "seed \(seed)")
        #expect(rebootShare == 0 || rebootCount > 3)
        let lost = (0..<number).filter { gateway.recorded[$0] == nil }
        let twice = gateway.recorded.filter { $0.value > 1 }.map(\.key).sorted()
        #expect(lost.isEmpty, "of \(number) lost, seed \(seed)")
        #expect(twice.isEmpty, "of \(number) recorded twice, seed \(seed)")
        let counted = gateway.intake.intake.devices(clock: gateway.intake.clock).map(\.counts.messages).reduce(0, +)
        #expect(counted == UInt64(number), "seed \(seed)")
    }

    @Test func `each native message is recorded once`() throws {
        for _ in 0..<4 {
            let publishers = ["a", "b", "c"].map { Publisher(id: $0, isModax: false) }
            try run(publishers, seed: .random(in: .min ... .max), rebootShare: 10)
        }
    }

    @Test func `each message without a sequence number is recorded once within a boot`() throws {
        for _ in 0..<4 {
            let publishers = ["E1", "E2"].map { Publisher(id: $0, isModax: true) }
            try run(publishers, seed: .random(in: .min ... .max), rebootShare: 0)
        }
    }
}
