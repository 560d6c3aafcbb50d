import MetricModel
import Testing

@testable import DeviceIntake

/// A batch that could not be made safe is taken back by putting a copy of the intake in its place.
@Suite struct KeptCopyTests {
    @Test func `what an intake takes leaves a kept copy as it was, and back in place it takes the same again`() throws {
        let gateway = IntakeHarness()
        for device in 0..<20 {
            for seq in UInt32(0)..<3 {
                let sent = gateway.send(
                    "wayside/v1/d\(device)/telemetry", telemetry(seq: seq, uptime: 1000 * Int64(seq) + 1000))
                #expect(sent.outcome == .accepted(sampleCount: 1))
            }
        }
        _ = gateway.tick()
        let kept = gateway.intake
        let snapshot = kept.snapshot(clock: gateway.clock)
        let counts = kept.counts
        for round in 0..<2 {
            // Some of the devices, one that is new, a malformed message and a tick.
            var outcomes: [IntakeOutcome] = []
            for device in stride(from: 0, through: 20, by: 4) {
                outcomes.append(
                    gateway.send("wayside/v1/d\(device)/telemetry", telemetry(seq: 3, uptime: 4000)).outcome)
            }
            outcomes.append(gateway.send("wayside/v1/new/telemetry", telemetry(seq: 0, uptime: 1000)).outcome)
            _ = gateway.send("wayside/v1/d1/telemetry", "{")
            _ = gateway.tick()
            #expect(outcomes == [IntakeOutcome](repeating: .accepted(sampleCount: 1), count: 7), "round \(round)")
            #expect(gateway.intake.counts != counts)
            #expect(kept.counts == counts)
            #expect(kept.snapshot(clock: gateway.clock) == snapshot)
            gateway.intake = kept
        }
    }

    @Test func `a device is found after others are forgotten, in the copy and in the intake`() {
        var table = DeviceTable()
        func record(_ number: Int) -> DeviceRecord {
            let id = "d\(number)"
            return DeviceRecord(
                id: id, profile: .wayside,
                series: DeviceSeries(
                    id: id, profile: .wayside, families: DeviceFamilies(), scope: SeriesScope(.empty)),
                heardAt: Int64(number))
        }
        for number in 0..<10 { table.append(record(number)) }
        let kept = table
        table[7].lastHeardBootNanoseconds = 70
        table.removeAll { $0.lastHeardBootNanoseconds < 5 }
        table[0].lastHeardBootNanoseconds = 50
        table.swapAt(0, 1)
        #expect(table.map(\.lastHeardBootNanoseconds) == [6, 50, 70, 8, 9])
        #expect(table.map(\.id) == ["d6", "d5", "d7", "d8", "d9"])
        #expect(kept.map(\.lastHeardBootNanoseconds) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
}
