import MetricModel
import TestValues
import Testing

@testable import DeviceIntake

@Suite struct OrderTests {
    @Test func `counts gaps, late messages and reboots`() {
        let gateway = IntakeHarness()
        for (boot, seq) in [(7, 0), (7, 1), (7, 4), (7, 3), (7, 3), (7, 5), (8, 0), (7, 6), (8, 1), (8, 1), (9, 2)] {
            gateway.advance(1000)
            let uptime = gateway.bootMilliseconds
            _ = gateway.send(pump, telemetry(boot: UInt32(boot), seq: UInt32(seq), uptime: uptime))
        }
        let counts = gateway.device("pump-3")?.counts
        #expect(counts?.messages == 9)
        #expect(counts?.lost == 2 + 2)
        #expect(counts?.reordered == 1)
        #expect(counts?.duplicates == 2)
        #expect(counts?.reboots == 2)
    }

    @Test func `a device that begins to count anew without a new boot id is heard again`() {
        let gateway = IntakeHarness()
        _ = gateway.send(pump, telemetry(seq: 100_000, uptime: 9_000_000))
        var accepted = 0
        for number in 0..<40 {
            gateway.advance(1000)
            let sent = gateway.send(pump, telemetry(seq: UInt32(number), uptime: Int64(number) * 1000))
            if sent.outcome != .duplicate { accepted += 1 }
        }
        #expect(accepted == 40 - 15)
        #expect(gateway.device("pump-3")?.counts.reboots == 1)
    }

    @Test func `each message counts once however it is redelivered and reordered`() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        for profile in [DeviceProfile.wayside, .modax] {
            let gateway = IntakeHarness()
            var recent: [(topic: String, payload: String)] = []
            var firstSendCount: UInt64 = 0
            var sampleCount = 0
            for number in 0..<2000 {
                gateway.advance(100)
                let fresh =
                    profile == .wayside
                    ? (pump, telemetry(seq: UInt32(number), uptime: 5000 + Int64(number) * 100))
                    : (modaxTopic, modaxData(5000 + Int64(number) * 100))
                recent.append(fresh)
                if recent.count > 200 { recent.removeFirst() }
                firstSendCount += 1
                sampleCount += gateway.send(fresh.0, fresh.1).samples.count
                for _ in 0..<random.next() % 3 {
                    let again = recent[Int(random.next() % UInt64(recent.count))]
                    let sent = gateway.send(again.topic, again.payload)
                    #expect(sent.outcome == .duplicate, "seed \(seed)")
                }
            }
            let id = profile == .wayside ? "pump-3" : "ESP32_FIELD_001"
            #expect(gateway.device(id)?.counts.messages == firstSendCount, "seed \(seed)")
            #expect(gateway.device(id)?.counts.reboots == 0, "seed \(seed)")
            #expect(gateway.device(id)?.counts.lost == 0, "seed \(seed)")
            #expect(sampleCount == Int(firstSendCount) * (profile == .wayside ? 1 : 7))
        }
    }

    @Test func `a shuffled stream with repeats counts each message once`() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let gateway = IntakeHarness()
        var stream: [(key: UInt64, number: Int)] = []
        for number in 0..<1000 {
            for _ in 0...random.next() % 3 {
                stream.append((key: number == 0 ? 0 : UInt64(number) * 4 + random.next() % 64, number: number))
            }
        }
        stream.sort { $0.key < $1.key }
        for (_, number) in stream {
            gateway.advance(50)
            _ = gateway.send(pump, telemetry(seq: UInt32(number), uptime: 5000 + Int64(number) * 100))
        }
        let counts = gateway.device("pump-3")?.counts
        #expect(counts?.messages == 1000, "seed \(seed)")
        #expect(counts.map { Int($0.duplicates) } == stream.count - 1000, "seed \(seed)")
        #expect(counts?.lost == counts?.reordered, "seed \(seed): what was skipped came late")
    }

    @Test func `stamps of a series strictly increase, and nothing is dropped for it`() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let gateway = IntakeHarness()
        var last: [Series: Int64] = [:]
        for number in 0..<500 {
            gateway.advance(Int64(random.next() % 3))
            if random.next() % 50 == 0 { gateway.unixMilliseconds -= 500 }
            let sent = gateway.send(pump, telemetry(seq: UInt32(number), uptime: gateway.bootMilliseconds))
            #expect(sent.samples.count == 1)
            for sample in sent.samples + gateway.tick() {
                if let before = last[sample.series] { #expect(sample.unixMilliseconds > before, "seed \(seed)") }
                last[sample.series] = sample.unixMilliseconds
            }
        }
        #expect((gateway.device("pump-3")?.counts.retimedSamples ?? 0) > 0)
    }

    @Test func `times go on from where a correction of the clock has moved them`() {
        for (wrong, right) in [(0, 1_763_600_000_000), (1_900_000_000_000, 1_763_600_000_000)] as [(Int64, Int64)] {
            let gateway = IntakeHarness()
            gateway.unixMilliseconds = wrong
            gateway.isSynchronised = false
            _ = gateway.send(pump, telemetry(seq: 0, uptime: 0))
            _ = gateway.tick()
            gateway.unixMilliseconds = right
            gateway.isSynchronised = true
            gateway.intake.wallClockCorrected(byMilliseconds: right - wrong)
            #expect(gateway.device("pump-3")?.lastSampleUnixMilliseconds == right)
            gateway.advance(1000)
            let sent = gateway.send(pump, telemetry(seq: 1, uptime: 1000))
            #expect(sent.samples.map(\.unixMilliseconds) == [right + 1000])
            #expect(gateway.tick().allSatisfy { $0.unixMilliseconds == right + 1000 })
            #expect(gateway.device("pump-3")?.counts.retimedSamples == 0)
        }
    }

    @Test func `what a synchronised clock said is not moved, and a stamp ahead of a trusted clock is forgotten`() {
        let gateway = IntakeHarness()
        let measured = gateway.unixMilliseconds
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 0))
        gateway.unixMilliseconds += 86_400_000
        gateway.intake.wallClockCorrected(byMilliseconds: 86_400_000, isSynchronised: false)
        #expect(gateway.device("pump-3")?.lastSampleUnixMilliseconds == measured)
        gateway.advance(1000)
        _ = gateway.send(pump, telemetry(seq: 1, uptime: 1000))
        _ = gateway.tick()
        // The clock is put back while nobody looks: without forgetting, the next stamps would stand a day ahead.
        gateway.unixMilliseconds = measured + 2000
        gateway.intake.forgetStamps(after: gateway.unixMilliseconds)
        gateway.advance(1000)
        let sent = gateway.send(pump, telemetry(seq: 2, uptime: 3000))
        #expect(sent.samples.map(\.unixMilliseconds) == [measured + 3000])
        #expect(gateway.tick().allSatisfy { $0.unixMilliseconds == measured + 3000 })
    }

    @Test func `two topics of one board may pass each other`() {
        let gateway = IntakeHarness()
        _ = gateway.send(modaxTopic, modaxData(98_765_432))
        #expect(gateway.send("modax/sensor/safety", modaxSafety(98_765_400)).outcome == .accepted(sampleCount: 4))
        #expect(gateway.device("ESP32_FIELD_001")?.counts.reboots == 0)
        let stop = #"sensor_safety_emergency_stop{device_id="ESP32_FIELD_001"}"#
        let door = #"sensor_safety_door_closed{device_id="ESP32_FIELD_001"}"#
        #expect(value(stop, gateway.scrape()) == 0)
        #expect(value(door, gateway.scrape()) == 1)
    }

    @Test func `a 32-bit wrap is no reboot, and a reboot is no wrap`() {
        let wrapping = IntakeHarness()
        for step in 0..<20 {
            _ = wrapping.send(modaxTopic, modaxData((4_294_967_296 - 1000 + Int64(step) * 100) % 4_294_967_296))
            wrapping.advance(100)
        }
        #expect(wrapping.device("ESP32_FIELD_001")?.counts.reboots == 0)
        #expect(wrapping.device("ESP32_FIELD_001")?.counts.messages == 20)
        #expect(wrapping.device("ESP32_FIELD_001")?.ageMilliseconds == 100)

        for (old, new, silence) in [
            (98_765_432, 3000, 5000), (4_000_000_000, 5000, 8000), (10_000, 1_800_000, 3_600_000),
        ]
            as [(Int64, Int64, Int64)]
        {
            let rebooting = IntakeHarness()
            for step in 0..<5 {
                _ = rebooting.send(modaxTopic, modaxData(old + Int64(step) * 100))
                rebooting.advance(100)
            }
            rebooting.advance(silence)
            let sent = rebooting.send(modaxTopic, modaxData(new))
            #expect(rebooting.device("ESP32_FIELD_001")?.counts.reboots == 1, "\(old) → \(new)")
            #expect(rebooting.device("ESP32_FIELD_001")?.ageMilliseconds == 0)
            #expect(sent.samples.first?.unixMilliseconds == rebooting.unixMilliseconds)
        }
    }

    @Test func `redeliveries from before a reboot are known again`() {
        let gateway = IntakeHarness()
        for step in 0..<10 {
            _ = gateway.send(modaxTopic, modaxData(50_000_000 + Int64(step) * 100))
            gateway.advance(100)
        }
        gateway.advance(5000)
        _ = gateway.send(modaxTopic, modaxData(3000))
        for step in 0..<10 {
            #expect(gateway.send(modaxTopic, modaxData(50_000_000 + Int64(step) * 100)).outcome == .duplicate)
        }
        #expect(gateway.send(modaxTopic, modaxData(3000)).outcome == .duplicate)
        #expect(gateway.device("ESP32_FIELD_001")?.counts.reboots == 1)
    }
}
