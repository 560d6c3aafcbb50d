import BatchRecord
import DeviceIntake
import Logging
import MQTTSession
import MetricModel
import RingLog
import SimulatedSystem
import TestValues
import Testing
import Wear

@testable import WaysideAgent

/// Wear over kills and power cuts on the simulated disk: every message counts once.
@Suite struct WearRecoveryTests {
    private static let scope = SeriesScope(["instance": "gw-7", "job": "devices"])
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func settings() throws -> WearSettings {
        var settings = WearSettings()
        func declare(_ model: String, _ parameters: [String: Double]) throws {
            settings.models.append(
                WearSettings.Declared(
                    device: IDPattern("press-*"),
                    model: try WearModel(
                        WearDeclaration(
                            component: model, model: model, quantity: "force", parameters: parameters))))
        }
        // Every value is a turning point or not, so that one message more or less changes the count of cycles.
        try declare("rainflow", ["exponent": 3, "coefficient": 1e9])
        try declare("operating_hours", ["nominal_life_hours": 1000, "nominal_load": 50, "load_exponent": 2])
        return settings
    }

    /// One run of an agent: its desk over the ring as it is on the disk.
    private struct Run {
        let buffer: AgentBuffer<SimulatedDisk>
        let desk: DeviceDesk

        init(_ disk: SimulatedDisk, _ clock: AgentClock) throws {
            buffer = try AgentBuffer(
                disk: disk, lock: nil,
                settings: BufferSettings(
                    byteCount: 512 << 10, maximumLoss: .seconds(15), memoryByteCount: 64 << 10,
                    segmentByteCount: 32 << 10),
                machineID: RingID(high: 7, low: 7), newRingID: RingID(high: 1, low: 99), destinations: ["hub"],
                gaps: nil)
            var intake = DeviceIntake(settings: DeviceIntakeSettings(), scope: scope)
            var wear = WearTracker(settings: try settings(), scope: scope)
            try DeviceRecovery.restore(&intake, &wear, from: buffer, clock: clock.reading(), logger: logger)
            desk = DeviceDesk(intake: intake, wear: wear, clock: clock, logger: logger)
        }

        /// What the keeper writes every five minutes.
        func writeSnapshots() throws {
            for record in DeviceRecovery.records(of: desk, in: buffer) {
                try buffer.append(record, bootNanoseconds: 1)
            }
        }
    }

    private let clock: AgentClock
    private let baseBootNanoseconds: Int64

    init() throws {
        clock = try AgentClock()
        baseBootNanoseconds = clock.reading().bootNanoseconds
    }

    private static func force(_ index: Int) -> Double { Double((index &* 7919) % 101) }

    /// Gives the desk messages by their numbers, a second apart, alternately of two devices.
    private func deliver(_ numbers: Range<Int>, to run: Run) -> MQTTAcknowledgement {
        var messages = MQTTMessageBatch()
        for number in numbers {
            let topic = Array("wayside/v1/press-\(number % 2)/telemetry".utf8)
            let reading = #"{"quantity":"force","unit":"N","value":\#(WearRecoveryTests.force(number))}"#
            let payload = Array(
                #"{"boot_id":7,"seq":\#(number / 2),"uptime_ms":\#(number * 1000),"readings":[\#(reading)]}"#.utf8)
            topic.withUnsafeBytes { topic in
                payload.withUnsafeBytes { payload in
                    messages.append(
                        topic: topic, payload: payload, qos: 1, isRetained: false,
                        arrivalBootNanoseconds: baseBootNanoseconds + Int64(number) * 1_000_000_000)
                }
            }
        }
        return run.desk.accept(
            messages, store: { (batch) throws(AgentBufferError) in try run.buffer.store(batch) },
            settle: { _, _ in .open })
    }

    /// What all messages below `count` come to when each counts once.
    private func truth(_ count: Int, device: Int) throws -> (rainflow: Double, seconds: Int) {
        var tracker = WearTracker(settings: try WearRecoveryTests.settings(), scope: WearRecoveryTests.scope)
        let family = MetricFamily(
            "sensor_force_newtons", .gauge, help: "", unit: "newtons", labels: ["device_id", "channel"])
        let series = Series(family: family, scope: WearRecoveryTests.scope, labelValues: ["press-\(device)", ""])
        let now = clock.reading()
        let numbers = (0..<count).filter { $0 % 2 == device }
        let samples = numbers.map {
            Sample(series, unixMilliseconds: Int64($0) * 1000, value: WearRecoveryTests.force($0))
        }
        tracker.apply(samples, clock: now, journal: 1)
        let rainflow = tracker.status(of: "press-\(device)").first { $0.component == "rainflow" }?.percentage
        return (try #require(rainflow), 2 * (numbers.count - 1))
    }

    private func expectTruth(_ run: Run, _ count: Int, seed: UInt64) throws {
        let figures = Dictionary(
            run.desk.wearSamples().samples.map { ("\($0.series.family.name) \($0.series.labelValues)", $0.value) },
            uniquingKeysWith: { $1 })
        for device in 0...1 {
            let expected = try truth(count, device: device)
            let rainflow = run.desk.wear(of: "press-\(device)").first { $0.component == "rainflow" }?.percentage
            #expect(
                abs((rainflow ?? 0) - expected.rainflow) <= 1e-9 * expected.rainflow,
                "seed \(seed), press-\(device): \(rainflow ?? 0) for \(expected.rainflow)")
            // The gateway's clock is read anew for each batch, which rounds stamps to milliseconds.
            let seconds = figures["wear_observed_seconds_total [\"press-\(device)\", \"operating_hours\"]"] ?? 0
            #expect(abs(seconds - Double(expected.seconds)) < 0.2, "seed \(seed): \(seconds) s")
        }
    }

    @Test(arguments: 1...8)
    func `every message counts once over kills and power cuts`(_ seed: UInt64) throws {
        let disk = SimulatedDisk(seed: seed)
        var random = SeededRandom(seed: seed)
        var run = try Run(disk, clock)
        var next = 0
        var crashes = 0
        let total = 240
        while next < total {
            if Int.random(in: 0..<8, using: &random) == 0 {
                // The power goes before one of the next operations.
                disk.faults[disk.operationCount + Int.random(in: 0..<12, using: &random)] = .cutsPower
            }
            let end = min(total, next + Int.random(in: 1...9, using: &random))
            let isAcknowledged = deliver(next..<end, to: run) == .durable
            if isAcknowledged { next = end }
            if Int.random(in: 0..<5, using: &random) == 0, disk.isPowered {
                // One that fails halfway leaves its parts behind.
                do { try run.writeSnapshots() } catch { #expect(!disk.isPowered) }
            }
            if disk.isPowered {
                guard isAcknowledged, Int.random(in: 0..<10, using: &random) == 0 else { continue }
                // SIGKILL: what was stored is there, and the same wear with it.
                crashes += 1
                let before = run.desk.wearSnapshot()
                disk.faults = [:]
                run = try Run(disk, clock)
                #expect(run.desk.wearSnapshot() == before, "seed \(seed): killed at \(next)")
            } else {
                crashes += 1
                disk.faults = [:]
                disk.cutPower()
                run = try Run(disk, clock)
                // What was not acknowledged comes again, with what came before it.
                next = max(0, next - Int.random(in: 0...6, using: &random))
            }
        }
        #expect(crashes > 2)
        try expectTruth(run, total, seed: seed)
    }

    /// The ring has no snapshot at all: everything in it is replayed, and batches of ticks are passed over.
    @Test func `without a snapshot the ring alone is enough`() throws {
        let disk = SimulatedDisk(seed: 3)
        let run = try Run(disk, clock)
        for start in stride(from: 0, to: 60, by: 6) {
            #expect(deliver(start..<start + 6, to: run) == .durable)
            try run.buffer.append(BufferFixture.batch(start), committing: true)
        }
        let other = try Run(disk, clock)
        #expect(other.desk.wearSnapshot() == run.desk.wearSnapshot())
        try expectTruth(other, 60, seed: 3)
    }

    @Test(arguments: [
        (["motor": "0"], "motor"), (["axis": "x", "site": "plant-3"], "axis"), (["pump": "A"], "pump"),
        (["pump": "A", "site": "plant-3"], "pump"), (["channel": "A", "hall": "2"], "channel"),
        (["hall": "2", "line": "3"], "channel"), ([:], "channel"),
        // Mapped: of several that might be it, and beside one that readings have by themselves.
        (["__name__": "press_force", "side": "left", "hall": "2"], "side"),
        (["__name__": "press_force", "side": "left", "motor": "5"], "side"),
        (["__name__": "press_force", "hall": "2"], "hall"),
    ]) func `the channel's label is known whatever it is called`(labels: [String: String], expected: String) {
        let replay = WearReplay(
            position: 0, scope: SeriesScope(["instance": "gw-7", "job": "devices", "site": "x"]),
            mappedLabels: ["press_force": "side"])
        let all = ["__name__": "m", "device_id": "d", "instance": "gw-7", "job": "devices"].merging(labels) { $1 }
        #expect(replay.channelLabel(of: Labels(all.map { Label($0, $1) })) == expected)
    }

    /// A snapshot names the last record before it was taken; what came in between is in it and in the ring.
    @Test func `what a snapshot holds is not replayed though its record lies behind`() throws {
        let disk = SimulatedDisk(seed: 5)
        let run = try Run(disk, clock)
        #expect(deliver(0..<10, to: run) == .durable)
        let last = run.buffer.status.lastRecord
        #expect(deliver(10..<20, to: run) == .durable)
        for record in SnapshotParts.records(run.desk.wearSnapshot(), owner: WearRecovery.owner, upTo: last) {
            try run.buffer.append(record, bootNanoseconds: 1)
        }
        #expect(deliver(20..<30, to: run) == .durable)
        try expectTruth(try Run(disk, clock), 30, seed: 5)
    }

    /// Over a boot without a clock no stamp tells what was counted: the number of the journal does.
    @Test func `what a snapshot of a later boot holds is not replayed`() throws {
        let disk = SimulatedDisk(seed: 9)
        let base = baseBootNanoseconds
        func clock(ofBoot boot: UInt64) -> AgentClock {
            AgentClock {
                ClockReading(
                    bootID: BootID(high: 9, low: boot), bootNanoseconds: base, unixMilliseconds: 1_000_000,
                    isSynchronised: false)
            }
        }
        let first = try Run(disk, clock(ofBoot: 1))
        #expect(deliver(0..<10, to: first) == .durable)
        let last = first.buffer.status.lastRecord
        #expect(deliver(10..<20, to: first) == .durable)
        let second = try Run(disk, clock(ofBoot: 2))
        #expect(deliver(20..<30, to: second) == .durable)
        for record in SnapshotParts.records(second.desk.wearSnapshot(), owner: WearRecovery.owner, upTo: last) {
            try second.buffer.append(record, bootNanoseconds: 1)
        }
        let third = try Run(disk, clock(ofBoot: 2))
        #expect(third.desk.wearSnapshot() == second.desk.wearSnapshot())
    }

    /// A reset is in the next snapshot, and what was before it does not come back.
    @Test func `a reset holds`() throws {
        let disk = SimulatedDisk(seed: 6)
        let run = try Run(disk, clock)
        #expect(deliver(0..<20, to: run) == .durable)
        try run.desk.resetWear("rainflow", of: "press-0", note: "new frame")
        for record in DeviceRecovery.records(of: run.desk, in: run.buffer) {
            try run.buffer.append(record, bootNanoseconds: 1)
        }
        let other = try Run(disk, clock)
        let status = try #require(other.desk.wear(of: "press-0").first { $0.component == "rainflow" })
        #expect(status.resetCount == 1 && status.percentage == 0 && status.lastResetNote == "new frame")
        #expect(other.desk.wearSnapshot() == run.desk.wearSnapshot())
        let untouched = try #require(other.desk.wear(of: "press-1").first { $0.component == "rainflow" })
        #expect(abs((untouched.percentage ?? 0) - (try truth(20, device: 1).rainflow)) < 1e-12)
    }

    /// Gives the desk a birth that declares wear.
    private func beBorn(_ run: Run, uptime: Int, wear: String) -> MQTTAcknowledgement {
        let topic = Array("wayside/v1/press-1/birth".utf8)
        let payload = Array(#"{"boot_id":7,"uptime_ms":\#(uptime)\#(wear)}"#.utf8)
        var messages = MQTTMessageBatch()
        topic.withUnsafeBytes { topic in
            payload.withUnsafeBytes { payload in
                messages.append(
                    topic: topic, payload: payload, qos: 1, isRetained: false,
                    arrivalBootNanoseconds: baseBootNanoseconds)
            }
        }
        return run.desk.accept(
            messages, store: { (batch) throws(AgentBufferError) in try run.buffer.store(batch) },
            settle: { _, _ in .open })
    }

    /// A birth comes once, and is in no journal: it makes a snapshot due.
    @Test func `what a birth declares is written at once`() throws {
        let disk = SimulatedDisk(seed: 8)
        let run = try Run(disk, clock)
        #expect(deliver(0..<2, to: run) == .durable)
        let wear =
            #","wear":[{"component":"belt","model":"operating_hours","quantity":"force","nominal_life_hours":10}]"#
        #expect(beBorn(run, uptime: 5, wear: wear) == .durable)
        #expect(run.desk.takeIsWearSnapshotDue())
        #expect(!run.desk.takeIsWearSnapshotDue())
        #expect(beBorn(run, uptime: 6, wear: wear) == .durable)
        #expect(!run.desk.takeIsWearSnapshotDue())
        try run.writeSnapshots()
        #expect(deliver(2..<12, to: run) == .durable)
        let other = try Run(disk, clock)
        #expect(other.desk.wear(of: "press-1").contains { $0.component == "belt" && ($0.percentage ?? 0) > 0 })
        #expect(other.desk.wearSnapshot() == run.desk.wearSnapshot())
        // Another firmware, which declares nothing.
        #expect(beBorn(run, uptime: 7, wear: "") == .durable)
        #expect(run.desk.takeIsWearSnapshotDue())
        #expect(!run.desk.wear(of: "press-1").contains { $0.component == "belt" })
    }
}

extension DeviceDesk {
    /// The wear as it is now, whether what it comes from is safe or not.
    func wearSnapshot() -> [[UInt8]] { snapshots(ringID: RingID(high: 0, low: 0)).wear }
}
