import MetricModel
import Testing

@testable import DeviceIntake

/// Which birth message describes a device: the newest of the boot that is running, in whatever order they come.
@Suite struct BirthOrderTests {
    struct Case: CustomTestStringConvertible {
        /// What came before: `b` a birth or `t` a telemetry message, boot, uptime.
        let before: [(kind: Character, boot: UInt32, uptime: Int64)]
        let boot: UInt32
        let uptime: Int64
        let isRetained: Bool
        let outcome: IntakeOutcome
        /// Whether the device is then what the birth says.
        let isTaken: Bool

        init(
            _ before: [(kind: Character, boot: UInt32, uptime: Int64)], then boot: UInt32, _ uptime: Int64,
            retained: Bool, _ outcome: IntakeOutcome
        ) {
            self.before = before
            self.boot = boot
            self.uptime = uptime
            isRetained = retained
            self.outcome = outcome
            isTaken = outcome == .accepted(sampleCount: 0)
        }

        var testDescription: String {
            let words = before.map { "\($0.kind) \($0.boot) \($0.uptime)" }.joined(separator: ", ")
            return "\(words), then \(isRetained ? "retained" : "live") \(boot) \(uptime)"
        }
    }

    private static let taken = IntakeOutcome.accepted(sampleCount: 0)

    static let cases: [Case] = [
        // Nothing is known, or no birth of the running boot: any describes the device.
        Case([], then: 7, 100, retained: true, taken),
        Case([("t", 7, 9000)], then: 7, 100, retained: true, taken),
        Case([("t", 7, 9000)], then: 7, 100, retained: false, taken),
        Case([("b", 6, 100), ("t", 7, 9000)], then: 7, 50, retained: true, taken),
        // Of the same boot the uptime says which is newer.
        Case([("b", 7, 5000)], then: 7, 100, retained: true, .retained),
        Case([("b", 7, 5000)], then: 7, 100, retained: false, .duplicate),
        Case([("b", 7, 5000), ("t", 7, 9000)], then: 7, 100, retained: true, .retained),
        Case([("b", 7, 5000), ("t", 7, 9000)], then: 7, 100, retained: false, .duplicate),
        Case([("b", 7, 5000)], then: 7, 5001, retained: true, taken),
        Case([("b", 7, 5000)], then: 7, 5001, retained: false, taken),
        Case([("b", 7, 5000)], then: 7, 5000, retained: true, .duplicate),
        // Of another boot: one that messages have shown to be over is late, one that nobody knows is new.
        Case([("t", 6, 100), ("t", 7, 100)], then: 6, 9000, retained: true, .retained),
        Case([("t", 6, 100), ("t", 7, 100)], then: 6, 9000, retained: false, .duplicate),
        Case([("t", 6, 100), ("b", 7, 100), ("t", 7, 200)], then: 6, 9000, retained: false, .duplicate),
        Case([("b", 6, 100), ("t", 6, 200), ("t", 7, 100)], then: 6, 9000, retained: true, .retained),
        Case([("b", 6, 100), ("t", 6, 200), ("t", 7, 100)], then: 6, 9000, retained: false, .duplicate),
        Case([("b", 7, 5000), ("t", 7, 9000)], then: 3, 100, retained: false, taken),
        Case([("b", 7, 5000), ("t", 7, 9000)], then: 3, 100, retained: true, .retained),
    ]

    @Test(arguments: cases) func `a birth describes the device only where none is known to be newer`(row: Case) {
        let gateway = IntakeHarness()
        for (index, earlier) in row.before.enumerated() {
            if earlier.kind == "b" {
                _ = gateway.send("wayside/v1/pump-3/birth", birth(earlier.boot, earlier.uptime, "known"))
            } else {
                _ = gateway.send(pump, telemetry(boot: earlier.boot, seq: UInt32(index), uptime: earlier.uptime))
            }
            gateway.advance(1000)
        }
        _ = gateway.intake.drainDeclaredWear()
        let known = gateway.device("pump-3")?.firmware ?? ""
        let sent = gateway.send(
            "wayside/v1/pump-3/birth", birth(row.boot, row.uptime, "said"), retained: row.isRetained)
        #expect(sent.outcome == row.outcome)
        #expect(gateway.device("pump-3")?.firmware == (row.isTaken ? "said" : known))
        #expect(gateway.intake.drainDeclaredWear().isEmpty == !row.isTaken)
    }

    @Test func `a device that begins anew under its boot id can describe itself anew`() {
        let gateway = IntakeHarness()
        _ = gateway.send("wayside/v1/pump-3/birth", birth(7, 50_000, "old"))
        for seq in UInt32(5000)..<5002 {
            _ = gateway.send(pump, telemetry(seq: seq, uptime: Int64(seq) * 1000))
            gateway.advance(1000)
        }
        // Until its messages show it, its birth cannot be told from an old one.
        #expect(gateway.send("wayside/v1/pump-3/birth", birth(7, 100, "new")).outcome == .duplicate)
        for seq in UInt32(0)..<16 {
            _ = gateway.send(pump, telemetry(seq: seq, uptime: Int64(seq) * 1000))
            gateway.advance(1000)
        }
        #expect(gateway.device("pump-3")?.counts.reboots == 1)
        #expect(gateway.send("wayside/v1/pump-3/birth", birth(7, 100, "new"), retained: true).outcome != .retained)
        #expect(gateway.device("pump-3")?.firmware == "new")
    }

    private func birth(_ boot: UInt32, _ uptime: Int64, _ firmware: String) -> String {
        #"{"boot_id":\#(boot),"uptime_ms":\#(uptime),"firmware":"\#(firmware)","#
            + #""quantities":[{"quantity":"temperature","unit":"Cel"}]}"#
    }
}
