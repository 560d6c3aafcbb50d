import DeviceIntake
import Logging
import MQTTSession
import MetricModel
import RingLog
import Shipping
import SimulatedSystem
import Synchronization
import TestValues
import Wear

@testable import WaysideAgent

/// The way of device messages from a broker to flash: the real desk, intake and buffer, between a model of a broker and a
/// simulated disk. It dies by power cut or kill and finds what it had.
final class MessageRig {
    enum Death: String, CaseIterable, Sendable {
        case kill
        case powerCut
    }

    /// A clock that the desk may read from any thread.
    private final class Time: Sendable {
        struct State {
            var clock = SimulatedClock(bootNanoseconds: 20_000_000_000, unixMilliseconds: 1_795_223_700_000)
            var boot: UInt64 = 1
        }
        let state = Mutex(State())

        var reading: ClockReading {
            state.withLock {
                ClockReading(
                    bootID: BootID(high: 1, low: $0.boot), bootNanoseconds: $0.clock.bootNanoseconds,
                    unixMilliseconds: $0.clock.unixMilliseconds, isSynchronised: true)
            }
        }
    }

    static let devices = ["pump-1", "pump-2", "ESP32_FIELD_001"]
    /// How many messages the broker may have under way.
    private static let window = 12

    var broker = ModelBroker()
    let disk: SimulatedDisk
    let refuge: SimulatedDisk?
    let death: Death
    private(set) var deaths = 0
    private(set) var failedBatches = 0
    /// Whether a disk that makes no more files has cost the oldest records, which is a loss that is written down.
    private(set) var hasOverwritten = false
    var random: SeededRandom
    private var buffer: AgentBuffer<SimulatedDisk>?
    private var desk: DeviceDesk?
    private let time = Time()
    private var tick = 0
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    /// Large enough that nothing is overwritten while the disk works.
    private static let settings = BufferSettings(
        byteCount: 1 << 20, maximumLoss: .seconds(2), memoryByteCount: 256 << 10, segmentByteCount: 16 << 10)

    init(seed: UInt64, death: Death, hasRefuge: Bool) {
        let power = SimulatedPower()
        disk = SimulatedDisk(seed: seed, power: power)
        refuge = hasRefuge ? SimulatedDisk(seed: seed, power: power, isVolatile: true) : nil
        random = SeededRandom(seed: seed)
        self.death = death
    }

    // MARK: - The process

    /// Starts the agent, as often as it takes.
    private func parts() throws -> (AgentBuffer<SimulatedDisk>, DeviceDesk) {
        while true {
            if let buffer, let desk { return (buffer, desk) }
            do throws(RingError) {
                try start()
            } catch {
                guard !disk.isPowered else { throw error }
                die()
            }
        }
    }

    private func start() throws(RingError) {
        let opened = try AgentBuffer(
            disk: disk, refuge: refuge, lock: nil, settings: Self.settings, machineID: RingID(high: 7, low: 7),
            newRingID: RingID(high: 1, low: UInt64(deaths) + 1), destinations: ["hub"])
        var settings = DeviceIntakeSettings()
        settings.redeliveryWindow = 64
        var intake = DeviceIntake(settings: settings, scope: SeriesScope(["job": "devices"]))
        let clock = AgentClock { [time] in time.reading }
        var wear = tracker()
        try DeviceRecovery.restore(&intake, &wear, from: opened, clock: clock.reading(), logger: logger)
        desk = DeviceDesk(intake: intake, wear: wear, clock: clock, logger: logger)
        buffer = opened
    }

    /// Components that every message wears: by the value before it and the time since.
    private func tracker() -> WearTracker {
        var settings = WearSettings()
        for quantity in ["sequence", "motor_current"] {
            let declaration = WearDeclaration(
                component: quantity, model: "operating_hours", quantity: quantity,
                parameters: ["nominal_life_hours": 1, "nominal_load": 7, "load_exponent": 1.5])
            do throws(DeclarationProblem) {
                settings.models.append(
                    WearSettings.Declared(device: IDPattern("*"), model: try WearModel(declaration)))
            } catch {
                preconditionFailure("\(error)")
            }
        }
        return WearTracker(settings: settings, scope: SeriesScope(["job": "devices"]))
    }

    /// The process is gone; what its disks do then depends on what killed it.
    func die() {
        deaths += 1
        (buffer, desk) = (nil, nil)
        disk.permanentErrorNumber = nil
        switch death {
        case .kill:
            disk.restart()
            refuge?.restart()
        case .powerCut:
            disk.cutPower()
            refuge?.cutPower()
            time.state.withLock { state in
                state.boot += 1
                state.clock = SimulatedClock(
                    bootNanoseconds: 20_000_000_000, unixMilliseconds: state.clock.unixMilliseconds + 45_000)
            }
        }
    }

    /// Runs a step of the process; a step in which its disk lost the power was its last.
    private func step(_ body: (AgentBuffer<SimulatedDisk>, DeviceDesk) throws -> Void) throws {
        let (buffer, desk) = try parts()
        do {
            try body(buffer, desk)
        } catch is AgentBufferError {
            // As in the agent: it is logged, and tried again later.
        } catch is RingError {
        }
        if buffer.status.statistics.overwrittenRecordCount > 0 { hasOverwritten = true }
        if !disk.isPowered { die() }
    }

    // MARK: - Steps

    func pass(milliseconds: Int64) throws {
        time.state.withLock { $0.clock.advance(milliseconds: milliseconds) }
        let now = time.reading.bootNanoseconds
        try step { buffer, desk in
            let isInTrouble = !buffer.status.problem.isEmpty
            if isInTrouble { try buffer.commitAfterFailure() }
            _ = try buffer.prepareStep()
            try buffer.commitIfDue(bootNanoseconds: now)
            try buffer.writeCursor()
            if isInTrouble, buffer.status.problem.isEmpty { try self.snapshot(buffer, desk) }
        }
    }

    func publish(_ count: Int) {
        for _ in 0..<count { broker.publish(Self.devices[Int.random(in: 0..<3, using: &random)]) }
    }

    /// The host's samples are in the same ring.
    func takeHost() throws {
        tick += 1
        var batch = SampleBatch(clock: time.reading, limit: 1000)
        for sample in BufferFixture.batch(tick).samples {
            batch.append(
                Sample(sample.series, unixMilliseconds: batch.clock.unixMilliseconds, value: sample.value))
        }
        try step { buffer, _ in try buffer.append(batch) }
    }

    func snapshot() throws { try step { buffer, desk in try self.snapshot(buffer, desk) } }

    private func snapshot(_ buffer: AgentBuffer<SimulatedDisk>, _ desk: DeviceDesk) throws(AgentBufferError) {
        for record in DeviceRecovery.records(of: desk, in: buffer) {
            try buffer.append(record, bootNanoseconds: time.reading.bootNanoseconds)
        }
    }

    /// The broker gives a batch of what it owes. PUBACKs leave one after the other once it is durable, and the process may
    /// die after some of them.
    func deliver(dyingAfter acknowledgements: Int? = nil) throws {
        let owed = broker.owed.prefix(Self.window)
        guard !owed.isEmpty else { return }
        try step { buffer, desk in
            var messages = MQTTMessageBatch()
            for message in owed {
                message.topic.utf8.withContiguous { topic in
                    message.payload.utf8.withContiguous { payload in
                        messages.append(
                            topic: topic, payload: payload, qos: 1, isRetained: false,
                            arrivalBootNanoseconds: self.time.reading.bootNanoseconds)
                    }
                }
            }
            let answer = desk.accept(
                messages, store: { (batch) throws(AgentBufferError) in try buffer.store(batch) },
                settle: { batch, first in
                    buffer.settle(batch, from: first, timeoutMilliseconds: 0, isCancelled: { false })
                })
            // Without power nobody is there to write a PUBACK.
            guard self.disk.isPowered else { return }
            guard answer == .durable else {
                self.failedBatches += 1
                return
            }
            self.broker.acknowledge(min(owed.count, acknowledgements ?? .max))
            if acknowledgements != nil { self.disk.power.isOn = false }
        }
    }

    // MARK: - What is there

    /// How often each message is in the ring.
    func recorded() throws -> [ModelBroker.Message: Int] {
        let (buffer, _) = try parts()
        var counts: [ModelBroker.Message: Int] = [:]
        // As a destination would read them, record by record, so that nothing is taken for a repetition of another.
        var reader = RecordReader(seriesLimit: 1000)
        try buffer.read { (ring) throws(RingError) in
            for record in stride(from: ring.oldestRecord, through: ring.lastRecord, by: 1) {
                var assembler = RequestAssembler(seriesLimit: 1000, sampleLimit: 1000)
                try reader.assemble(
                    PlannedRequest(firstRecord: record, lastRecord: record, sampleCount: 0, byteCount: 0), from: ring,
                    corrections: TimeCorrections(), into: &assembler)
                var columns = SampleColumns()
                _ = assembler.finish(into: &columns)
                for row in columns.rows {
                    let labels = columns.labels(of: row)
                    guard let device = labels["device_id"] else { continue }
                    for sample in row.samples where !StaleMarker.isStale(columns.values[sample]) {
                        let number = Int(columns.values[sample])
                        counts[ModelBroker.Message(device: device, number: number), default: 0] += 1
                    }
                }
            }
        }
        return counts
    }

    /// The first promise that does not hold, nil where both do: what was acknowledged is there, and nothing is twice.
    func violation() throws -> String? {
        let recorded = try recorded()
        if !hasOverwritten, let lost = broker.acknowledged.first(where: { recorded[$0] == nil }) {
            return "acknowledged and lost: \(lost), after \(deaths) deaths"
        }
        if let twice = recorded.first(where: { $0.value > 1 }) {
            return "\(twice.value) times: \(twice.key), after \(deaths) deaths"
        }
        return try wearViolation()
    }

    /// Wear by snapshots and what came behind them, over all deaths, is that of all records of the ring, each once.
    private func wearViolation() throws -> String? {
        guard !hasOverwritten else { return nil }
        let (buffer, desk) = try parts()
        var fresh = tracker()
        try WearRecovery.restore(
            &fresh, SnapshotParts(owner: WearRecovery.owner), from: buffer, mappedLabels: [:], logger: logger)
        let before = desk.wear().sorted { ($0.deviceID, $0.component) < ($1.deviceID, $1.component) }
        let after = fresh.status().sorted { ($0.deviceID, $0.component) < ($1.deviceID, $1.component) }
        guard before.map(\.percentage) != after.map(\.percentage) || desk.wearSnapshot() != fresh.snapshot() else {
            return nil
        }
        return "wear is \(before.map(\.percentage)), its ring says \(after.map(\.percentage)), after \(deaths) deaths"
    }

    /// All faults are over: everything published arrives.
    func heal() throws {
        disk.faults.removeAll()
        disk.permanentErrorNumber = nil
        refuge?.faults.removeAll()
        for _ in 0..<1000 where !broker.owed.isEmpty {
            try pass(milliseconds: 1000)
            try deliver()
        }
    }
}

extension String.UTF8View {
    fileprivate func withContiguous(_ body: (UnsafeRawBufferPointer) -> Void) {
        Array(self).withUnsafeBytes(body)
    }
}
