import BatchRecord
import DeviceIntake
import MetricModel

/// An intake with its clocks, which holds every message's outcome against what went before.
struct FuzzedGateway {
    private let settings: DeviceIntakeSettings
    private var intake: DeviceIntake
    private var bootMilliseconds: Int64 = 1_000_000
    private var unixMilliseconds: Int64 = 1_763_600_000_000
    private var isSynchronised = true
    private var bootID = BootID(high: 1, low: 2)
    private var journals: [[UInt8]] = []

    init(settings: DeviceIntakeSettings) {
        self.settings = settings
        intake = DeviceIntake(settings: settings, scope: Self.scope)
    }

    static let scope = SeriesScope(["instance": "gw", "job": "devices"])

    var clock: ClockReading {
        ClockReading(
            bootID: bootID, bootNanoseconds: bootMilliseconds * 1_000_000, unixMilliseconds: unixMilliseconds,
            isSynchronised: isSynchronised)
    }

    mutating func advance(_ choice: UInt8) {
        let step: Int64 = [0, 1, 1000, 15_000, 400_000, 31 * 86_400_000, 0, 0][Int(choice)]
        bootMilliseconds += step
        unixMilliseconds += step
        if choice == 6 { isSynchronised.toggle() }
        guard choice == 7 else { return }
        intake.wallClockCorrected(byMilliseconds: 7_200_000)
        unixMilliseconds += 7_200_000
    }

    /// `isNamed` where every message says something by which its redelivery is known.
    mutating func send(_ topic: [UInt8], _ payload: [UInt8], isRetained: Bool, isNamed: Bool = true) {
        let first = deliver(topic, payload, isRetained: isRetained)
        if case .batchFull = first.outcome {
            journals.append(intake.drainJournal())
            return
        }
        guard case .accepted = first.outcome, !first.samples.isEmpty, isNamed else { return }
        let second = deliver(topic, payload, isRetained: isRetained)
        if case .batchFull = second.outcome { return }
        hold(second.outcome == .duplicate, "a redelivery is known: \(second.outcome)")
    }

    private mutating func deliver(
        _ topic: [UInt8], _ payload: [UInt8], isRetained: Bool
    ) -> (outcome: IntakeOutcome, samples: [Sample]) {
        var batch = SampleBatch(clock: clock, limit: 100)
        let clock = clock
        let deviceCount = intake.deviceCount
        let outcome = topic.withUnsafeBytes { topic in
            payload.withUnsafeBytes { payload in
                intake.accept(
                    DeviceMessage(topic: topic, payload: payload, isRetained: isRetained), clock: clock, into: &batch)
            }
        }
        hold(intake.deviceCount <= settings.deviceLimit, "the limit of devices")
        switch outcome {
        case .accepted(let count): hold(count == batch.samples.count, "an outcome counts its samples")
        case .malformed(let malformed):
            hold(malformed.byteOffset <= payload.count, "the place of a fault is in the payload")
            hold(!malformed.description.isEmpty, "a fault is described")
            hold(batch.samples.isEmpty && intake.deviceCount == deviceCount, "a malformed message leaves nothing")
        default: hold(batch.samples.isEmpty, "what is not accepted leaves no samples: \(outcome)")
        }
        check(batch)
        return (outcome, batch.samples)
    }

    mutating func tick() {
        var batch = SampleBatch(clock: clock, limit: 10_000)
        intake.currentSamples(clock: clock, into: &batch)
        check(batch)
        var ticked = SampleBatch(clock: clock, limit: 10_000)
        intake.tick(clock: clock, into: &ticked)
        check(ticked)
        for device in intake.devices(clock: clock) { hold(!device.id.isEmpty, "a device has an id") }
    }

    private func check(_ batch: SampleBatch) {
        hold(batch.refusedCount == 0, "a batch has room for what it was asked for")
        for sample in batch.samples {
            let labels = sample.series.fullLabels()
            hold(PackedCheck.isCanonical(labels.packed), "labels are canonical: \(labels)")
            hold(labels["job"] == "devices" && !labels.metricName.isEmpty, "every series has its scope and name")
        }
    }

    /// A snapshot brings back the same intake, and journals made since are read.
    mutating func restart() {
        journals.append(intake.drainJournal())
        let parts = intake.snapshot(clock: clock)
        var restored = DeviceIntake(settings: settings, scope: Self.scope)
        for part in parts {
            must("a snapshot is restored") { () throws(StateError) in try restored.restore(part, clock: clock) }
        }
        hold(restored.deviceCount == intake.deviceCount, "a snapshot brings back every device")
        hold(restored.snapshot(clock: clock) == parts, "a snapshot of what was restored is the same")
        var replayed = DeviceIntake(settings: settings, scope: Self.scope)
        for journal in journals where !journal.isEmpty {
            must("a journal is replayed") { () throws(StateError) in try replayed.replay(journal, clock: clock) }
        }
    }
}
