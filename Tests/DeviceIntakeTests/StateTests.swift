import MetricModel
import TestValues
import Testing

@testable import DeviceIntake

@Suite struct StateTests {
    private func busyGateway(messageCount: Int = 300) -> IntakeHarness {
        let gateway = IntakeHarness()
        for number in 0..<messageCount {
            gateway.advance(100)
            _ = gateway.send(pump, telemetry(seq: UInt32(number), uptime: 1000 + Int64(number) * 100))
            _ = gateway.send(modaxTopic, modaxData(70_000 + Int64(number) * 100))
            _ = gateway.send("modax/sensor/safety", modaxSafety(70_001 + Int64(number) * 100))
        }
        _ = gateway.send(
            "wayside/v1/pump-3/birth",
            #"{"boot_id":7,"uptime_ms":1,"interval_ms":100,"firmware":"1.4.2","model":"m","reset_reason":"power_on"}"#)
        _ = gateway.send(pump, "{")
        _ = gateway.send(modaxTopic, "{")
        return gateway
    }

    @Test func `a snapshot brings back everything but readings`() throws {
        let gateway = busyGateway()
        _ = gateway.intake.drainJournal()
        let restored = IntakeHarness()
        restored.bootMilliseconds = gateway.bootMilliseconds
        restored.unixMilliseconds = gateway.unixMilliseconds
        for part in gateway.intake.snapshot(clock: gateway.clock) {
            try restored.intake.restore(part, clock: restored.clock)
        }
        let told = { (gateway: IntakeHarness) in
            gateway.scrape().filter { !$0.series.family.name.hasPrefix("sensor_") || name($0).contains("_seconds{") }
                .map { "\(name($0)) \($0.value)" }.sorted()
        }
        #expect(told(restored) == told(gateway))
        #expect(restored.intake.snapshot(clock: restored.clock) == gateway.intake.snapshot(clock: gateway.clock))
        #expect(restored.send(pump, telemetry(seq: 299, uptime: 30_900)).outcome == .duplicate)
        #expect(restored.send(modaxTopic, modaxData(70_000 + 29_900)).outcome == .duplicate)
        #expect(restored.send(pump, telemetry(seq: 300, uptime: 31_000)).outcome == .accepted(sampleCount: 1))
    }

    @Test func `a snapshot is cut into parts that stand alone`() throws {
        let gateway = IntakeHarness()
        for device in 0..<100 { _ = gateway.send("wayside/v1/d\(device)/telemetry", telemetry(seq: 0, uptime: 1)) }
        let parts = gateway.intake.snapshot(clock: gateway.clock, byteLimit: 1000)
        #expect(parts.count > 5)
        #expect(parts.allSatisfy { $0.count <= 1000 })
        let restored = IntakeHarness()
        for part in parts.reversed() { try restored.intake.restore(part, clock: restored.clock) }
        #expect(restored.intake.deviceCount == 100)
    }

    @Test func `a journal knows messages again after a kill`() throws {
        let gateway = busyGateway()
        _ = gateway.intake.drainJournal()
        let parts = gateway.intake.snapshot(clock: gateway.clock)
        var sent: [(String, String)] = []
        var journals: [[UInt8]] = []
        for number in 300..<400 {
            gateway.advance(100)
            sent.append((pump, telemetry(boot: number < 350 ? 7 : 8, seq: UInt32(number), uptime: Int64(number) * 100)))
            sent.append((modaxTopic, modaxData(70_000 + Int64(number) * 100)))
            sent.append(("wayside/v1/new/telemetry", telemetry(seq: UInt32(number), uptime: Int64(number))))
            for (topic, payload) in sent.suffix(3) { _ = gateway.send(topic, payload) }
            if number % 7 == 0 || number == 399 { journals.append(gateway.intake.drainJournal()) }
        }
        #expect(gateway.intake.drainJournal().isEmpty)
        let restarted = IntakeHarness()
        restarted.bootMilliseconds = gateway.bootMilliseconds + 2000
        restarted.unixMilliseconds = gateway.unixMilliseconds + 2000
        for part in parts { try restarted.intake.restore(part, clock: restarted.clock) }
        for journal in journals { try restarted.intake.replay(journal, clock: restarted.clock) }
        for (topic, payload) in sent { #expect(restarted.send(topic, payload).outcome == .duplicate, "\(payload)") }
        let before = try #require(gateway.device("pump-3"))
        let after = try #require(restarted.device("pump-3"))
        #expect(after.counts.messages == before.counts.messages)
        #expect(after.counts.reboots == before.counts.reboots)
        #expect(after.ageMilliseconds == (before.ageMilliseconds ?? 0) + 2000)
        let perMessage = Double(journals.map(\.count).reduce(0, +)) / Double(sent.count)
        #expect(perMessage < 13, "\(perMessage) bytes a message")
    }

    @Test func `after a restart no stamp is used twice`() throws {
        let gateway = IntakeHarness()
        let first = gateway.send(pump, telemetry(seq: 0, uptime: 1000))
        let journal = gateway.intake.drainJournal()
        let restarted = IntakeHarness()
        restarted.unixMilliseconds -= 5
        try restarted.intake.replay(journal, clock: restarted.clock)
        let second = restarted.send(pump, telemetry(seq: 1, uptime: 1001))
        let before = try #require(first.samples.first?.unixMilliseconds)
        let after = try #require(second.samples.first?.unixMilliseconds)
        #expect(after > before)
    }

    @Test func `a kept copy undoes a batch that could not be made safe`() {
        let gateway = busyGateway()
        let kept = gateway.intake
        #expect(gateway.send(pump, telemetry(seq: 300, uptime: 31_000)).outcome == .accepted(sampleCount: 1))
        gateway.intake = kept
        #expect(gateway.send(pump, telemetry(seq: 300, uptime: 31_000)).outcome == .accepted(sampleCount: 1))
    }

    @Test func `damage never crashes and never half restores`() throws {
        let gateway = busyGateway(messageCount: 12)
        let journal = gateway.intake.drainJournal()
        let part = try #require(gateway.intake.snapshot(clock: gateway.clock).first)
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let target = IntakeHarness()
        for count in 0..<part.count {
            #expect(throws: StateError.self) { try target.intake.restore(Array(part[..<count]), clock: target.clock) }
        }
        #expect(target.intake.deviceCount == 0)
        for _ in 0..<400 {
            for original in [part, journal] {
                var bytes = original
                let position = Int(random.next() % UInt64(bytes.count))
                bytes[position] ^= UInt8(truncatingIfNeeded: 1 + random.next() % 255)
                let copy = IntakeHarness()
                // Damage that still makes sense is taken; the ring's checksum is what finds it. What is refused leaves
                // nothing behind.
                do throws(StateError) {
                    try copy.intake.restore(bytes, clock: copy.clock)
                } catch {
                    #expect(copy.intake.deviceCount == 0, "seed \(seed): \(error)")
                }
                let restoredCount = copy.intake.deviceCount
                do throws(StateError) {
                    try copy.intake.replay(bytes, clock: copy.clock)
                } catch {
                    #expect(copy.intake.deviceCount == restoredCount, "seed \(seed): \(error)")
                }
                _ = copy.tick()
                _ = copy.send(pump, telemetry(seq: 5, uptime: 5))
                _ = copy.send(modaxTopic, modaxData(5))
            }
        }
        #expect(throws: StateError.unknownVersion(99)) { try target.intake.restore([99], clock: target.clock) }
        #expect(throws: StateError.unknownVersion(99)) { try target.intake.replay([99], clock: target.clock) }
    }

    @Test func `a snapshot and a journal of the version before are read`() throws {
        let gateway = IntakeHarness { $0.redeliveryWindow = 64 }
        gateway.advance(42_000)
        try gateway.intake.restore(Hexadecimal.bytes(GoldenStates.snapshot2), clock: gateway.clock)
        try gateway.intake.replay(Hexadecimal.bytes(GoldenStates.journal2), clock: gateway.clock)
        let native = try #require(gateway.device("pump-3"))
        #expect(native.counts.messages == 42 && native.counts.reboots == 1 && native.firmware == "1.4.2")
        #expect(native.counts.malformed.reduce(0, +) == 1)
        let samples = gateway.scrape()
        #expect(value(#"device_messages_malformed_total{device_id="pump-3",reason="invalid_json"}"#, samples) == 1)
        #expect(value(#"device_messages_malformed_total{reason="wrong_type"}"#, samples) == 1)
        #expect(native.firstSeenUnixMilliseconds == native.lastSeenUnixMilliseconds.map { $0 - 1000 })
        #expect(native.ageMilliseconds == 1000 && gateway.device("ESP32_FIELD_001")?.ageMilliseconds == 1000)
        #expect(gateway.device("ESP32_FIELD_001")?.counts.messages == 41)
        #expect(gateway.send(pump, telemetry(boot: 8, seq: 10, uptime: 10_000)).outcome == .duplicate)
        #expect(gateway.send(pump, telemetry(boot: 7, seq: 29, uptime: 29_000)).outcome == .duplicate)
        #expect(gateway.send(modaxTopic, modaxData(110_000)).outcome == .duplicate)
        // The offsets that it held place a backlog.
        gateway.advance(600_000)
        for (topic, payload) in [(pump, telemetry(boot: 8, seq: 11, uptime: 11_000)), (modaxTopic, modaxData(111_000))]
        {
            let sent = gateway.send(topic, payload)
            #expect(sent.samples.allSatisfy { $0.unixMilliseconds == gateway.unixMilliseconds - 600_000 })
        }
        #expect(throws: StateError.unknownVersion(1)) { try gateway.intake.restore([1], clock: gateway.clock) }
    }

    @Test func `a clock fit goes on after a restart as if there had been none`() throws {
        for isReboot in [false, true] {
            let gateway = IntakeHarness()
            func send(_ gateway: IntakeHarness, _ number: Int) -> [Sample] {
                let uptime = Int64(Double(number) * 1000 * 0.9998)
                return gateway.send(pump, telemetry(seq: UInt32(number), uptime: uptime)).samples
                    + gateway.send(modaxTopic, modaxData(70_000 + uptime)).samples
            }
            for number in 0..<2700 {
                _ = send(gateway, number)
                gateway.advance(1000)
            }
            _ = gateway.intake.drainJournal()
            let parts = gateway.intake.snapshot(clock: gateway.clock)
            let restarted = IntakeHarness()
            if isReboot { restarted.bootID = BootID(high: 9, low: 9) }
            restarted.bootMilliseconds = isReboot ? 30_000 : gateway.bootMilliseconds
            restarted.unixMilliseconds = gateway.unixMilliseconds
            for part in parts { try restarted.intake.restore(part, clock: restarted.clock) }
            if !isReboot { #expect(restarted.intake.snapshot(clock: restarted.clock) == parts) }
            for id in ["pump-3", "ESP32_FIELD_001"] {
                let drift = try #require(restarted.device(id)?.clockDriftPartsPerMillion)
                #expect(abs(drift + 200) < 2, "\(id): \(drift)")
            }
            // What was measured while there was no gateway comes after two hours.
            let origin = restarted.unixMilliseconds - 2_700_000
            restarted.advance(7_200_000)
            for number in stride(from: 2700, to: 9800, by: 9) {
                let samples = send(restarted, number)
                let worst = samples.map { abs($0.unixMilliseconds - origin - Int64(number) * 1000) }.max()
                #expect(try #require(worst) <= 8, "message \(number)")
            }
        }
    }

    /// The layout of STATE.md, byte for byte.
    @Test func `golden journal`() {
        let gateway = IntakeHarness()
        _ = gateway.send(pump, telemetry(seq: 3, uptime: 1000))
        gateway.advance(100)
        _ = gateway.send(pump, telemetry(seq: 4, uptime: 1100))
        let hex = Hexadecimal.text(gateway.intake.drainJournal())
        #expect(hex == goldenJournal)
    }

    private let goldenJournal =
        "02" + "01000000000000000200000000000000" + "0010a5d4e8000000" + "0064c09e9a010000" + "01" + "02"
        + "5c" + "00" + "0670756d702d33" + "01" + "07000000" + "06" + "d00f" + "00" + "00" + "00"
        + "48" + "00" + "02" + "c801" + "c801" + "00" + "00"
}
