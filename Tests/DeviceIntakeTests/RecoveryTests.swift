import MetricModel
import Testing

@testable import DeviceIntake

/// What a crash, damage, or a device that says strange things may leave behind.
@Suite struct RecoveryTests {
    /// A hundred years, the most that the protocol allows.
    private static let longestUptime: Int64 = 3_155_760_000_000

    private func restarted(_ gateway: IntakeHarness, _ parts: [[UInt8]], _ journals: [[UInt8]]) throws -> IntakeHarness
    {
        let restarted = IntakeHarness()
        restarted.bootMilliseconds = gateway.bootMilliseconds + 1000
        restarted.unixMilliseconds = gateway.unixMilliseconds + 1000
        for part in parts { try restarted.intake.restore(part, clock: restarted.clock) }
        for journal in journals { try restarted.intake.replay(journal, clock: restarted.clock) }
        return restarted
    }

    @Test func `a device with the longest uptime leaves a snapshot that can be read`() throws {
        let gateway = IntakeHarness()
        _ = gateway.send(pump, telemetry(seq: 0, uptime: Self.longestUptime))
        _ = gateway.send("wayside/v1/other/telemetry", telemetry(seq: 0, uptime: 1))
        gateway.advance(1000)
        _ = gateway.send(pump, telemetry(seq: 1, uptime: 5))
        let journal = gateway.intake.drainJournal()
        let after = try restarted(gateway, gateway.intake.snapshot(clock: gateway.clock), [])
        #expect(after.intake.deviceCount == 2)
        #expect(after.send(pump, telemetry(seq: 0, uptime: Self.longestUptime)).outcome == .duplicate)
        #expect(after.device("pump-3")?.ageMilliseconds == gateway.device("pump-3")?.ageMilliseconds.map { $0 + 1000 })
        #expect(try restarted(gateway, [], [journal]).intake.deviceCount == 2)
        #expect(try restarted(after, after.intake.snapshot(clock: after.clock), []).intake.deviceCount == 2)
    }

    @Test(arguments: [false, true]) func `no flipped bit and no cut of a state record traps`(isOtherBoot: Bool) {
        let gateway = IntakeHarness()
        for number in 0..<3 {
            gateway.advance(1000)
            let extra = number == 2 ? #","unix_ms":\#(gateway.unixMilliseconds - 7),"synchronised":true"# : ""
            _ = gateway.send(
                pump, telemetry(boot: UInt32(7 + number / 2), seq: UInt32(number), uptime: 9, extra: extra))
            _ = gateway.send(modaxTopic, modaxData(70_000 + Int64(number) * 1000))
        }
        _ = gateway.send("wayside/v1/pump-3/birth", #"{"boot_id":8,"uptime_ms":1,"interval_ms":100,"firmware":"1.4"}"#)
        _ = gateway.tick()
        let journal = gateway.intake.drainJournal()
        let part = gateway.intake.snapshot(clock: gateway.clock)[0]
        for (isJournal, record) in [(true, journal), (false, part)] {
            for count in record.indices { use(Array(record[..<count]), isJournal, isOtherBoot, gateway) }
            for bit in 0..<record.count * 8 {
                var flipped = record
                flipped[bit / 8] ^= 1 << UInt8(bit % 8)
                use(flipped, isJournal, isOtherBoot, gateway)
            }
        }
    }

    /// Reads a record, and goes on with whatever it left through everything that an intake does.
    private func use(_ record: [UInt8], _ isJournal: Bool, _ isOtherBoot: Bool, _ gateway: IntakeHarness) {
        let after = IntakeHarness()
        if isOtherBoot { after.bootID = BootID(high: 3, low: 4) }
        after.bootMilliseconds = isOtherBoot ? 20_000 : gateway.bootMilliseconds + 1000
        after.unixMilliseconds = gateway.unixMilliseconds + 60_000
        do throws(StateError) {
            if isJournal {
                try after.intake.replay(record, clock: after.clock)
            } else {
                try after.intake.restore(record, clock: after.clock)
            }
        } catch {
            #expect(after.intake.deviceCount == 0, "\(error) left something behind")
        }
        _ = after.send("wayside/v1/new/telemetry", telemetry(seq: 0, uptime: 1))
        for number in 3..<6 {
            after.advance(1000)
            _ = after.send(pump, telemetry(boot: 8, seq: UInt32(number), uptime: 3000))
            _ = after.send(modaxTopic, modaxData(70_000 + Int64(number) * 1000))
        }
        after.isSynchronised = true
        _ = after.tick()
        _ = after.scrape()
        after.intake.wallClockCorrected(byMilliseconds: 1_763_600_000_000)
        #expect(after.device("new")?.counts.messages == 1)
        let journal = after.intake.drainJournal()
        let again = IntakeHarness()
        #expect(throws: Never.self) {
            for part in after.intake.snapshot(clock: after.clock) { try again.intake.restore(part, clock: again.clock) }
            try again.intake.replay(journal, clock: again.clock)
        }
    }

    @Test func `counters near their end stay there and can be read back`() throws {
        let gateway = IntakeHarness()
        for number in 0..<6 {
            _ = gateway.send(pump, telemetry(boot: UInt32(number), seq: .max, uptime: 1))
            if number == 2, let index = gateway.intake.indexes["pump-3"] {
                gateway.intake.records[index].counts.lost = .max - 5
            }
        }
        let after = try restarted(gateway, gateway.intake.snapshot(clock: gateway.clock), [])
        #expect((after.device("pump-3")?.counts.lost ?? 0) > 1 << 61)
        _ = after.send(pump, telemetry(boot: 99, seq: .max, uptime: 1))
        #expect(throws: Never.self) { try self.restarted(after, after.intake.snapshot(clock: after.clock), []) }
    }

    @Test func `a replay goes on after a device has begun to count anew under one boot id`() throws {
        let gateway = IntakeHarness()
        for number in 0..<1000 {
            gateway.advance(100)
            _ = gateway.send(pump, telemetry(seq: UInt32(number), uptime: Int64(number) * 100))
        }
        _ = gateway.intake.drainJournal()
        let parts = gateway.intake.snapshot(clock: gateway.clock)
        var journals: [[UInt8]] = []
        for number in 0..<20 {
            gateway.advance(100)
            _ = gateway.send(pump, telemetry(seq: UInt32(number), uptime: Int64(number) * 100))
            if number % 3 == 0 { journals.append(gateway.intake.drainJournal()) }
        }
        journals = (journals + [gateway.intake.drainJournal()]).filter { !$0.isEmpty }
        let after = try restarted(gateway, parts, journals)
        for number in 15..<20 {
            let sent = after.send(pump, telemetry(seq: UInt32(number), uptime: Int64(number) * 100))
            #expect(sent.outcome == .duplicate)
        }
        for number in 20..<60 {
            after.advance(100)
            let sent = after.send(pump, telemetry(seq: UInt32(number), uptime: Int64(number) * 100))
            #expect(sent.outcome == .accepted(sampleCount: 1))
        }
        let before = try #require(gateway.device("pump-3")?.counts)
        #expect(after.device("pump-3")?.counts.reboots == before.reboots)
        #expect(after.device("pump-3")?.counts.messages == before.messages + 40)
    }

    @Test func `a replay skips what the snapshot already holds`() throws {
        let gateway = IntakeHarness()
        var journals: [[UInt8]] = []
        var parts: [[UInt8]] = []
        for number in 0..<700 {
            gateway.advance(100)
            let boot: UInt32 = number < 350 ? 7 : 8
            _ = gateway.send(pump, telemetry(boot: boot, seq: UInt32(number), uptime: Int64(number) * 100))
            _ = gateway.send(modaxTopic, modaxData(70_000 + Int64(number) * 100))
            // A snapshot between two drains holds the beginning of the next journal, too.
            if number == 650 { parts = gateway.intake.snapshot(clock: gateway.clock) }
            if number % 20 == 0 || number == 699 { journals.append(gateway.intake.drainJournal()) }
        }
        let after = try restarted(gateway, parts, journals)
        for id in ["pump-3", "ESP32_FIELD_001"] {
            #expect(after.device(id)?.counts == gateway.device(id)?.counts)
        }
        _ = after.send(pump, telemetry(boot: 8, seq: 700, uptime: 70_000))
        let later = try restarted(after, after.intake.snapshot(clock: after.clock), journals)
        #expect(later.device("pump-3")?.counts == after.device("pump-3")?.counts)
        // The numbers go on from where they were, so that what comes now is not skipped.
        let next = after.intake.drainJournal()
        let last = try restarted(after, parts, journals + [next])
        #expect(last.device("pump-3")?.counts == after.device("pump-3")?.counts)
    }

    @Test func `redeliveries from several boots ago are known again, also after a restart`() throws {
        let gateway = IntakeHarness()
        var sent: [String] = []
        for boot in UInt32(1)...9 {
            for number in UInt32(0)..<3 {
                gateway.advance(100)
                sent.append(telemetry(boot: boot, seq: number, uptime: Int64(number) * 100))
                #expect(gateway.send(pump, sent.last ?? "").outcome == .accepted(sampleCount: 1))
            }
        }
        let after = try restarted(gateway, gateway.intake.snapshot(clock: gateway.clock), [])
        for payload in sent {
            #expect(gateway.send(pump, payload).outcome == .duplicate)
            #expect(after.send(pump, payload).outcome == .duplicate)
        }
        #expect(gateway.device("pump-3")?.counts.reboots == 8)
        for boot in UInt32(10)..<1000 { _ = gateway.send(pump, telemetry(boot: boot, seq: 0, uptime: 1)) }
        #expect(gateway.intake.snapshot(clock: gateway.clock)[0].count < 1000)
    }
}
